import Foundation
import Machine
import Testing

/// The path of a file in Fixtures.
func fixture(_ name: String) -> String {
    Bundle.module.resourceURL!.appendingPathComponent("Fixtures").appendingPathComponent(name).path
}

@Suite struct TopologyTests {
    @Test func syntheticMachineWithTwoPackagesAndSMT() throws {
        let topology = try Topology.synthetic("pack:2 core:4 pu:2")
        #expect(topology.origin == .synthetic("pack:2 core:4 pu:2"))
        #expect(topology.packages.map(\.cpus) == [Array(0...7), Array(8...15)])
        #expect(topology.cores.map(\.pus) == (0..<8).map { [2 * $0, 2 * $0 + 1] })
        #expect(topology.cores.map(\.package) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(topology.cores.map(\.index) == Array(0..<8))
        #expect(topology.cores.allSatisfy { $0.kind == nil && $0.numaNode == 0 })
        #expect(topology.cpus == Array(0...15))
        #expect(topology.allowedCPUs == Array(0...15))
        #expect(topology.hasSMT)
        #expect(topology.coreKinds.isEmpty)
        #expect(topology.core(ofCPU: 9)?.index == 4)
        #expect(topology.core(ofCPU: 16) == nil)
    }

    @Test func numaNodesAndCachesOfASyntheticMachine() throws {
        let topology = try Topology.synthetic("pack:2 [numa(memory=64GB)] l3:1(size=32MB) l2:4(size=1MB) l1d:1(size=32kB) core:1 pu:1")
        #expect(topology.numaNodes.map(\.cpus) == [[0, 1, 2, 3], [4, 5, 6, 7]])
        #expect(topology.numaNodes.map(\.memoryBytes) == [64_000_000_000, 64_000_000_000])
        #expect(topology.memoryBytes == 128_000_000_000)
        #expect(topology.cores.map(\.numaNode) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(topology.caches.count == 8 + 8 + 2)
        #expect(topology.dataCache(level: 3, ofCPU: 5)?.pus == [4, 5, 6, 7])
        #expect(topology.dataCache(level: 2, ofCPU: 5)?.bytes == 1_000_000)
        #expect(topology.dataCache(level: 1, ofCPU: 5)?.kind == .data)
        #expect(topology.dataCache(level: 4, ofCPU: 5) == nil)
    }

    @Test func machineWithoutCoresOrPackagesGetsImpliedOnes() throws {
        let topology = try Topology.synthetic("4")
        #expect(topology.cores.map(\.pus) == [[0], [1], [2], [3]])
        #expect(topology.packages.map(\.cpus) == [[0, 1, 2, 3]])
        #expect(!topology.hasSMT)
    }

    @Test func exportedMachineReadsAsItWas() throws {
        let topology = try Topology.load(xml: fixture("topology/amd-epyc-zen4-2-cores.xml"))
        #expect(topology.packages.map(\.model) == ["AMD EPYC"])
        #expect(topology.cores.map(\.pus) == [[0], [1]])
        #expect(topology.memoryBytes == 25_276_502_016)
        let l1 = try #require(topology.dataCache(level: 1, ofCPU: 1))
        #expect((l1.bytes, l1.lineBytes, l1.pus) == (32768, 64, [1]))
        let l3 = try #require(topology.dataCache(level: 3, ofCPU: 0))
        #expect((l3.bytes, l3.pus) == (33_554_432, [0, 1]))
        #expect(l3.kind == .unified)
        #expect(topology.coreKinds.map(\.capacity) == [1024])
        #expect(topology.speedRanks == [0])
    }

    @Test func hybridMachineHasTwoKinds() throws {
        let topology = try Topology.load(xml: fixture("topology/hybrid-4p4e.xml"))
        #expect(topology.coreKinds.map(\.name) == ["IntelAtom", "IntelCore"])
        #expect(topology.coreKinds.map(\.efficiency) == [0, 1])
        #expect(topology.coreKinds.map(\.capacity) == [620, 1024])
        #expect(topology.coreKinds.map(\.cpus) == [[8, 10, 12, 14], Array(0...7)])
        #expect(topology.speedRanks == [1, 0])
        #expect(topology.cores.map(\.kind) == [1, 1, 1, 1, 0, 0, 0, 0])
        #expect(topology.speedRank(of: topology.cores[0]) == 0)
    }

    @Test func containerSeesAllCPUsButMayUseSome() throws {
        let topology = try Topology.load(xml: fixture("topology/container-2-packages.xml"))
        #expect(topology.cpus == Array(0...15))
        #expect(topology.allowedCPUs == [1, 8, 9, 10, 11, 12, 13])
        #expect(topology.allowedCores.map(\.index) == [0, 4, 5, 6])
    }

    @Test(arguments: [
        ("topology/absent.xml", MachineError.Code.missingFile), ("topology/truncated.xml", .malformed), ("topology/no-cpus.xml", .malformed),
        ("README.md", .malformed),
    ])
    func badTopologyFileIsRefusedByName(name: String, code: MachineError.Code) throws {
        let error = #expect(throws: MachineError.self) { try Topology.load(xml: fixture(name)) }
        #expect(error?.code == code)
        #expect(error?.message.contains(name) == true)
    }

    @Test(arguments: ["", "nonsense", "pack:0", "pack:2 pu:-1", "pack:999999999 pu:4", "999999999"])
    func badSyntheticDescriptionIsRefused(description: String) {
        let error = #expect(throws: MachineError.self) { try Topology.synthetic(description) }
        #expect(error?.code == .malformed)
    }

    @Test func thisMachineIsConsistent() throws {
        let topology = try Topology.detect()
        #expect(topology.origin == .thisMachine)
        #expect(!topology.allowedCPUs.isEmpty)
        #expect(Set(topology.allowedCPUs).isSubset(of: topology.cpus))
        #expect(topology.allowedCPUs == topology.allowedCPUs.sorted())
        #expect(topology.cores.flatMap(\.pus).count == Set(topology.cpus).count)
        #expect(topology.cores.allSatisfy { topology.packages[$0.package].cpus.contains($0.pus[0]) })
        #expect(topology.cores.allSatisfy { $0.kind.map { topology.coreKinds.indices.contains($0) } ?? true })
        #expect(topology.memoryBytes == MachineMemory.detect().totalBytes)
    }
}
