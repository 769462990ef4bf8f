import Machine
import Testing

@Suite struct PinningPlanTests {
    let twoPackages = try! Topology.synthetic("pack:2 core:4 pu:2")

    @Test func onePUPerCoreFirstAndOnePackageFirst() {
        #expect(PinningPlan.order(twoPackages) == [0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15])
    }

    @Test func planIsAPrefixOfTheLargerPlan() throws {
        let order = PinningPlan.order(twoPackages)
        for threads in 1...16 {
            #expect(try PinningPlan.make(twoPackages, threads: threads).cpus == Array(order.prefix(threads)))
        }
    }

    @Test func withoutAWishEveryCoreGetsOneThread() throws {
        let plan = try PinningPlan.make(twoPackages)
        #expect(plan.cpus == [0, 2, 4, 6, 8, 10, 12, 14])
        #expect(plan.warnings.isEmpty)
    }

    @Test func fastCoresFirstThenSlowThenSecondThreads() throws {
        let hybrid = try Topology.load(xml: fixture("topology/hybrid-4p4e.xml"))
        #expect(PinningPlan.order(hybrid) == [0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7])
        #expect(try PinningPlan.make(hybrid, threads: 4).warnings.isEmpty)
        let mixed = try PinningPlan.make(hybrid, threads: 5).warnings
        #expect(mixed.count == 1 && mixed[0].contains("different speed"))
    }

    @Test func packageWithMoreAllowedCoresComesFirst() throws {
        let container = try Topology.load(xml: fixture("topology/container-2-packages.xml"))
        #expect(PinningPlan.order(container) == [8, 10, 12, 1, 9, 11, 13])
        #expect(try PinningPlan.make(container, threads: 4).warnings.contains { $0.contains("NUMA") })
        #expect(try PinningPlan.make(container, threads: 5).warnings.contains { $0.contains("SMT") })
    }

    @Test func nodesOfAPackageStayTogether() throws {
        let topology = try Topology.synthetic("pack:2 numa:2 core:2 pu:1")
        #expect(PinningPlan.order(topology) == Array(0...7))
        #expect(try PinningPlan.make(topology, threads: 2).warnings.isEmpty)
        #expect(try PinningPlan.make(topology, threads: 3).warnings.contains { $0.contains("NUMA") })
    }

    @Test func namedCPUsKeepTheirOrder() throws {
        #expect(try PinningPlan.make(twoPackages, cpus: [9, 0, 4]).cpus == [9, 0, 4])
        #expect(try PinningPlan.make(twoPackages, threads: 2, cpus: [9, 0, 4]).cpus == [9, 0])
        #expect(try PinningPlan.make(twoPackages, cpus: [0, 1]).warnings.contains { $0.contains("SMT") })
    }

    @Test func tooManyThreadsNamesTheNumberThereIs() throws {
        let error = #expect(throws: MachineError.self) { try PinningPlan.make(twoPackages, threads: 17) }
        #expect(error?.code == .tooManyThreads)
        #expect(error?.message.contains("17 threads") == true && error?.message.contains("16 CPUs (0-15)") == true)
        let listed = #expect(throws: MachineError.self) { try PinningPlan.make(twoPackages, threads: 3, cpus: [4, 2]) }
        #expect(listed?.code == .tooManyThreads)
        #expect(listed?.message.contains("2 CPUs (2,4)") == true)
        for threads in [0, -1] {
            #expect(throws: MachineError.self) { try PinningPlan.make(twoPackages, threads: threads) }
        }
    }

    @Test func cpuOutsideTheAllowedSetIsNamed() throws {
        let container = try Topology.load(xml: fixture("topology/container-2-packages.xml"))
        let hidden = #expect(throws: MachineError.self) { try PinningPlan.make(container, cpus: [8, 2]) }
        #expect(hidden?.code == .outsideAllowedSet)
        #expect(hidden?.message == "CPU 2 may not be used by this process; the allowed set is 1,8-13")
        let absent = #expect(throws: MachineError.self) { try PinningPlan.make(container, cpus: [99]) }
        #expect(absent?.message == "CPU 99 does not exist on this machine; the allowed set is 1,8-13")
        #expect(throws: MachineError.self) { try PinningPlan.make(container, cpus: [-1]) }
    }

    @Test func duplicatesAndEmptyListsAreRefused() {
        #expect(#expect(throws: MachineError.self) { try PinningPlan.make(twoPackages, cpus: [3, 3]) }?.code == .duplicate)
        #expect(throws: MachineError.self) { try PinningPlan.make(twoPackages, cpus: []) }
    }

    @Test func quotaIsNeverIgnoredSilently() throws {
        let capped = try PinningPlan.make(twoPackages, quotaCores: 2.5)
        #expect(capped.cpus == [0, 2])
        #expect(capped.warnings.count == 1 && capped.warnings[0].contains("2 of 8") && capped.warnings[0].contains("2.5"))
        let asked = try PinningPlan.make(twoPackages, threads: 4, quotaCores: 2.5)
        #expect(asked.cpus.count == 4)
        #expect(asked.warnings.contains { $0.contains("4 threads under a cgroup quota of 2.5 cores") })
        let tiny = try PinningPlan.make(twoPackages, quotaCores: 0.5)
        #expect(tiny.cpus == [0])
        #expect(tiny.warnings.contains { $0.contains("throttle") })
        #expect(try PinningPlan.make(twoPackages, quotaCores: 1e300).warnings.isEmpty)
        #expect(try PinningPlan.make(twoPackages, threads: 2, quotaCores: 2).warnings.isEmpty)
    }
}
