import Architecture
import Inference
import Support
import TensorCore
import Testing

@Suite("Detectors against a plain double-precision walk over the graph")
struct DetectorTests {
    /// A backbone of few channels with C3 to C5.
    private static let backbone = Structure(
        name: "small",
        blocks: [
            Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
            Block(.superResK1KXK1, in: 16, out: 24, stride: 2, kernelSize: 3, bottleneck: 16),
            Block(.superResK1KXK1, in: 24, out: 40, stride: 2, kernelSize: 3, bottleneck: 16),
            Block(.superResK1KXK1, in: 40, out: 48, stride: 2, kernelSize: 5, bottleneck: 24),
            Block(.superResK1KXK1, in: 48, out: 64, stride: 2, kernelSize: 3, bottleneck: 32),
        ])

    @Test("Outputs equal the oracle's, for every instruction set, and bitwise for any number of threads", arguments: Detector.Head.allCases)
    func outputs(head: Detector.Head) throws {
        let network = try Detector(head, width: 64).network(around: Self.backbone.network()).network
        for (resolution, batch) in [(64, 2), (96, 1)] {
            let shapes = try network.shapes(resolution: resolution)
            var random = SplitMix64(seed: UInt64(resolution))
            let input = random.floats(batch * shapes[0].elementCount)
            // A group of a single pixel may have values that hardly differ, and its normalization then enlarges what rounding did before, by a hundred a
            // layer: how much, the oracle tells by what becomes of a change in the last bits of all weights.
            func nudged(_ pairs: [(weights: [Float], bias: [Float])]) -> [(weights: [Float], bias: [Float])] {
                pairs.map { pair in (pair.weights.map { $0 * (random.next() % 2 == 0 ? 1 + 0x1p-20 : 1 - 0x1p-20) }, pair.bias) }
            }
            var oracle: GraphOracle?
            var moved: GraphOracle?
            for isa in InstructionSet.available {
                var bits: [[UInt32]] = []
                for threads in [1, 2] {
                    let executable = try Executable(network, resolution: resolution, batch: batch, isa: isa, team: ExecutableTests.team(threads), seed: 3)
                    executable.setInput(input)
                    _ = executable.sample(runs: 2)
                    let expectation =
                        oracle ?? GraphOracle(network, shapes: shapes, batch: batch, input: input) { executable.weights(ofLayer: $0, in: network) }
                    oracle = expectation
                    let other =
                        moved
                        ?? GraphOracle(network, shapes: shapes, batch: batch, input: input) { nudged(executable.weights(ofLayer: $0, in: network)) }
                    moved = other
                    for (index, tensor) in network.outputs.enumerated() {
                        let expected = expectation.tensors[tensor]
                        let actual = executable.output(index)
                        try #require(actual.count == expected.count)
                        let scale = expected.reduce(0) { max($0, abs($1)) }
                        let worst = zip(actual, expected).reduce(0.0) { max($0, abs(Double($1.0) - $1.1)) }
                        let movement = zip(other.tensors[tensor], expected).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
                        let bound = 1e-4 * scale + 8 * movement
                        #expect(scale > 0 && worst <= bound && bound < 0.1 * scale, "\(head) \(isa) \(network.outputNames[index]): \(worst) of \(scale), \(movement)")
                        if threads == 1 { bits.append(actual.map(\.bitPattern)) } else { #expect(bits[index] == actual.map(\.bitPattern)) }
                    }
                }
            }
        }
    }

    @Test("Levels share their weights: one copy in each form, drawn once, and counted once")
    func shared() throws {
        let network = try Detector(.gflv2, width: 64).network(around: Self.backbone.network()).network
        let program = try Program.lower(network, resolution: 64)
        let own = program.operands.filter { $0.weights.name == "head.class1" }
        #expect(own.count == 5 && Set(own.map(\.weights.layer)).count == 1 && Set(own.map(\.layer)).count == 5)
        #expect(own.map(\.name).first == "head.p3.class1")
        let weights = try NetworkWeights(network, seed: 3)
        let entries = try own.map { try weights.entries(ofLayer: $0.layer)[0] }
        #expect(entries.allSatisfy { $0.name == "head.class1" && $0.weights == entries[0].weights && $0.bias == entries[0].bias })
        // Layers that have nothing in common need more memory.
        var apart = network
        for index in apart.layers.indices { apart.layers[index].sharedWeights = nil }
        let bytes = try [network, apart].map { try Executable($0, resolution: 64, team: ExecutableTests.team(1), convolution: .direct).bytes }
        let tower = 8 * 4 * 64 * 64 * 9
        #expect(bytes[1] - bytes[0] > 4 * tower)
        // Steps keep every multiply-accumulate.
        #expect(program.macs == (try network.cost(resolution: 64)).macs)
        #expect(!program.steps.contains { $0.kind == .add })
    }

    @Test("What a head has between its convolutions runs alone, and says what it is")
    func alone() throws {
        let program = try Program.lower(Detector(.gflv2, width: 64).network(around: Self.backbone.network()).network, resolution: 64)
        let team = try ExecutableTests.team(1)
        var kinds: Set<Step.Kind> = []
        for step in program.steps where kinds.insert(step.kind).inserted {
            let executable = try Executable(step: step, team: team)
            executable.run()
            #expect(!step.summary.isEmpty && step.bytes > 0)
        }
        #expect(kinds.isSuperset(of: [.groupNormalization, .distributionStatistics, .scalePixels, .activation]))
    }
}
