import Latency
import Machine
import TensorCore
import Testing

@Suite struct CheckupTests {
    /// A quiet machine of two cores on which everything is as it should be.
    private func quiet(_ synthetic: String = "package:1 core:2 pu:1") throws -> Checkup {
        let topology = try Topology.synthetic(synthetic)
        let plan = try PinningPlan.make(topology)
        var checkup = Checkup(
            topology: topology, model: CPUModel.detect(), limits: CgroupLimits.detect(root: "/nowhere", membership: "/nowhere"),
            memory: .detect(meminfo: "/nowhere"),
            system: .detect())
        checkup.plan = plan
        checkup.boundCPUs = plan.cpus.map { [$0] }
        checkup.optimization = "release"
        checkup.loadAverage = 0.1
        checkup.settings = NoiseSettings(perfEventParanoid: 1, swapBytes: 0, swapUsedBytes: 0, reservedHugePages: 0, multithreading: "off")
        var noise = NoiseRecord(elapsedNanoseconds: 1_000_000_000, members: 2)
        noise.involuntarySwitches = 1
        noise.migrations = 0
        noise.runQueueWaitShare = 0
        noise.stealShare = 0
        noise.foreignLoadShare = 0
        checkup.noise = noise
        return checkup
    }

    private func finding(_ checkup: Checkup, _ topic: String) throws -> Finding { try #require(checkup.findings.first { $0.topic == topic }) }

    @Test func quietMachineHasNoProblem() throws {
        let checkup = try quiet()
        #expect(!checkup.findings.contains { $0.state == .problem }, "\(checkup.findings.filter { $0.state == .problem })")
        #expect(checkup.verdict == .valid)
        #expect(try finding(checkup, "quiet").state == .ok && finding(checkup, "steal").state == .ok && finding(checkup, "pinning").state == .ok)
    }

    /// What cannot be read is unknown, never ok.
    @Test func unreadableIsUnknown() throws {
        var checkup = try quiet()
        checkup.settings = NoiseSettings()
        checkup.loadAverage = nil
        checkup.noise = nil
        for topic in ["perf events", "swap", "load", "CPU quota", "memory", "governor", "turbo", "quiet"] {
            let found = try checkup.findings.first { $0.topic == topic } ?? (topic == "quiet" ? Finding("quiet", .unknown, "") : finding(checkup, topic))
            #expect(found.state == .unknown, "\(topic)")
        }
        #expect(checkup.verdict == .valid)
    }

    /// Everything that disturbs a measurement is a problem with the verdict that a measurement would get, and says what to do.
    @Test func disturbancesAreProblems() throws {
        var checkup = try quiet()
        checkup.noise?.stealShare = 0.2
        checkup.noise?.foreignLoadShare = 0.03
        #expect(try finding(checkup, "steal").state == .problem && finding(checkup, "steal").verdict == .invalid)
        #expect(try finding(checkup, "other processes").verdict == .suspect)
        #expect(checkup.verdict == .invalid)
        #expect(checkup.findings.allSatisfy { $0.state != .problem || $0.remedy != nil })
    }

    @Test func masksThatWereChangedAreFound() throws {
        var checkup = try quiet()
        checkup.boundCPUs = [[0], [0, 1]]
        #expect(try finding(checkup, "pinning").state == .problem && finding(checkup, "pinning").found.contains("0-1") && checkup.verdict == .invalid)
        checkup.pinningFailure = "no CPU"
        #expect(try finding(checkup, "pinning").found == "no CPU")
    }

    @Test func siblingsGovernorBuildAndSettings() throws {
        var checkup = try quiet("package:1 core:2 pu:2")
        #expect(try finding(checkup, "SMT siblings").state == .note)
        checkup.plan = try PinningPlan.make(checkup.topology, threads: 4)
        checkup.boundCPUs = checkup.plan?.cpus.map { [$0] }
        #expect(try finding(checkup, "SMT siblings").state == .problem)
        checkup.optimization = "debug"
        #expect(try finding(checkup, "build").state == .problem && checkup.verdict == .suspect)
        checkup.settings = NoiseSettings(perfEventParanoid: 4, swapBytes: 1 << 30, swapUsedBytes: 1 << 29)
        #expect(try finding(checkup, "perf events").state == .note && finding(checkup, "swap").found.contains("0.5 GiB of 1.0 GiB"))
        checkup.hwlocVersion = "1.11"
        #expect(try finding(checkup, "hwloc").state == .problem)
        checkup.available = [InstructionSet.allCases[0]]
        if InstructionSet.allCases.count > 1 { #expect(try finding(checkup, "instruction sets").state == .note) }
    }

    /// On this machine: every finding has words, and the team was pinned as asked.
    @Test func looksAtThisMachine() throws {
        let topology = try Topology.detect()
        let checkup = Checkup.capture(topology: topology, limits: .detect(), seconds: 0.05) { try PinningPlan.make(topology, threads: 1) }
        #expect(checkup.boundCPUs == checkup.plan?.cpus.map { [$0] } && checkup.pinningFailure == nil && checkup.noise != nil)
        #expect(checkup.findings.count >= 15 && checkup.findings.allSatisfy { !$0.topic.isEmpty && !$0.found.isEmpty })
        let refused = Checkup.capture(topology: topology, limits: .detect(), seconds: 0) { throw MachineError(.tooManyThreads, "too many") }
        #expect(refused.verdict == .invalid && refused.pinningFailure == "too many")
        #expect((refused.loadAverage == nil) == (checkup.loadAverage == nil))
    }
}
