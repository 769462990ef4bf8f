import Architecture
import Inference
import Machine
import TensorCore
import Testing

@testable import Latency

@Suite struct WeightPlaceTests {
    private static func program(_ name: String, _ resolution: Int) throws -> Program { try Program.lower(Zoo.find(name), resolution: resolution) }

    @Test func aNetworkLargerThanTheSharedCacheHasItsWeightsInMemory() throws {
        // ResNet-50 has 23.5 million weights before its classifier, of four bytes each.
        let program = try Self.program("resnet50", 64)
        #expect(WeightPlace(of: program, .direct, sharedBytes: 256 << 20) == .sharedCache)
        #expect(WeightPlace(of: program, .direct, sharedBytes: 128 << 20) == .memory)
        #expect(WeightPlace(of: program, .direct, sharedBytes: 32 << 20) == .memory)
    }

    @Test func whatAMethodStoresCounts() throws {
        let program = try Self.program("resnet50", 64)
        var winograd = ConvolutionChoice(.automatic)
        for step in program.steps {
            let methods = ConvolutionChoice.methods(for: step)
            if let large = methods.max(by: { $0.weightsPerChannel(step) < $1.weightsPerChannel(step) }), methods.count > 1 { winograd.set(large, for: step) }
        }
        #expect(WeightPlace(of: program, winograd, sharedBytes: 256 << 20) == .memory)
    }

    /// Rows of one place are never taken for those of the other.
    @Test func aLayerIsTimedInEachPlace() throws {
        let table = try LayerTable(inMemory: ())
        let team = try ThreadTeam(plan: PinningPlan.make(try Topology.detect(), threads: 1))
        let timer = LayerTimer(team: team, table: table, machine: try MachineFingerprint.detect())
        let structure = Structure(
            name: "tiny",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 16, out: 32, stride: 2, kernelSize: 3, depth: 2, bottleneck: 16),
            ])
        let program = try Program.lower(structure.network(), resolution: 32)
        let step = try #require(program.steps.first { ConvolutionChoice.methods(for: $0).count > 1 })
        let methods = ConvolutionChoice.methods(for: step)
        let near = try timer.time(step), far = try timer.time(step, weights: .memory)
        #expect(methods.contains(try #require(near.method)))
        #expect(methods.contains(try #require(far.method)))
        #expect(timer.statistics.measured == 2)
        let keys = try Set(table.rows(timer.context).map(\.layer))
        #expect(keys.contains { $0.hasSuffix("weights from memory") } && keys.contains { !$0.hasSuffix("weights from memory") })
        #expect(keys.allSatisfy { $0.hasPrefix(LayerKey.text(step) + " by ") })
    }
}
