import Architecture
import Inference
import Support
import TensorCore
import Testing

@Suite("Operations that come with networks from other tools")
struct OtherOperationTests {
    /// A hard swish, gates of a hard sigmoid, a neck that enlarges and joins, a bare sigmoid, a depthwise scale, and a classifier on one pixel.
    static let network: Network = {
        var layers: [Layer] = []
        func append(_ operation: Operation, _ inputs: [TensorID]) -> TensorID {
            layers.append(Layer(name: "layer\(layers.count)", operation: operation, inputs: inputs, block: 0))
            return layers.count
        }
        let hard = Operation.activation(.clampedLine(scale: 1 / 6, shift: 0.5, low: 0, high: 1))
        let stem = append(.convolution(Convolution(3, 20, kernelSize: 3, stride: 2)), [0])
        let swish = append(.multiply, [stem, append(hard, [stem])])
        let mean = append(.globalAverage, [swish])
        let squeezed = append(.relu, [append(.convolution(Convolution(20, 8, kernelSize: 1)), [mean])])
        let gates = append(hard, [append(.convolution(Convolution(8, 20, kernelSize: 1)), [squeezed])])
        let scaled = append(.scale, [swish, gates])
        let scale = append(.convolution(Convolution(20, 20, kernelSize: 1, groups: 20)), [scaled])
        let fine = append(.activation(.clampedLine(scale: 1, shift: 0, low: 0, high: 6)), [scale])
        let deep = append(.relu, [append(.convolution(Convolution(20, 24, kernelSize: 3, stride: 2)), [fine])])
        let joined = append(.concatenation, [append(.upsampling(factor: 2), [deep]), fine])
        let thrice = append(.concatenation, [joined, fine])
        let neck = append(.convolution(Convolution(64, 16, kernelSize: 3)), [thrice])
        let sigmoid = append(.activation(.sigmoid), [neck])
        let square = append(.multiply, [sigmoid, sigmoid])
        let pixel = append(.globalAverage, [square])
        let classes = append(.convolution(Convolution(16, 10, kernelSize: 1)), [pixel])
        var network = Network(
            name: "others", inputChannels: 3, layers: layers, stages: [Stage(output: classes, channels: 10, lastBlock: 0)], structure: nil)
        network.chosenOutputs = [fine, deep, square, classes]
        return network
    }()

    @Test("Outputs equal the oracle's, for every instruction set and number of threads", arguments: [1, 2])
    func outputs(batch: Int) throws {
        let network = Self.network
        let shapes = try network.shapes(resolution: 24)
        var random = SplitMix64(seed: UInt64(batch))
        let input = random.floats(batch * shapes[0].elementCount)
        for isa in InstructionSet.available {
            var bits: [[UInt32]] = []
            for threads in [1, 2] {
                let executable = try Executable(network, resolution: 24, batch: batch, isa: isa, team: ExecutableTests.team(threads), seed: 3)
                executable.setInput(input)
                _ = executable.sample(runs: 2)
                let oracle = GraphOracle(network, shapes: shapes, batch: batch, input: input) { executable.weights(ofLayer: $0, in: network) }
                for (index, tensor) in network.outputs.enumerated() {
                    let expected = oracle.tensors[tensor]
                    let actual = executable.output(index)
                    try #require(actual.count == expected.count)
                    let scale = expected.reduce(0) { max($0, abs($1)) }
                    let worst = zip(actual, expected).reduce(0.0) { max($0, abs(Double($1.0) - $1.1)) }
                    #expect(scale > 0 && worst <= 1e-5 * scale, "\(isa), output \(index): \(worst) of \(scale)")
                    if threads == 1 { bits.append(actual.map(\.bitPattern)) } else { #expect(bits[index] == actual.map(\.bitPattern)) }
                }
            }
        }
    }

    @Test("Each such step runs alone, and says what it is")
    func alone() throws {
        let program = try Program.lower(Self.network, resolution: 24)
        let team = try ExecutableTests.team(1)
        var kinds: Set<Step.Kind> = []
        for step in program.steps {
            let executable = try Executable(step: step, team: team)
            executable.run()
            #expect(!step.summary.isEmpty && step.bytes > 0)
            kinds.insert(step.kind)
        }
        #expect(kinds.isSuperset(of: [.globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling]))
    }

    @Test("Maps that do not fit one another are refused with the layer's name")
    func refused() throws {
        func failure(_ operation: Operation, _ change: (inout [Layer]) -> Void = { _ in }) -> String {
            var layers = [
                Layer(name: "small", operation: .convolution(Convolution(3, 4, kernelSize: 3, stride: 2)), inputs: [0], block: 0),
                Layer(name: "wide", operation: .convolution(Convolution(3, 4, kernelSize: 3)), inputs: [0], block: 0),
                Layer(name: "both", operation: operation, inputs: [2, 1], block: 0),
            ]
            change(&layers)
            let network = Network(name: "n", inputChannels: 3, layers: layers, stages: [Stage(output: 3, channels: 4, lastBlock: 0)], structure: nil)
            do { _ = try network.shapes(resolution: 16) } catch { return error.message }
            return ""
        }
        for operation in [Operation.multiply, .scale, .concatenation] {
            let message = failure(operation)
            #expect(message.contains("both") && message.contains("4x16x16") && message.contains("4x8x8"), "\(operation): \(message)")
        }
        #expect(failure(.upsampling(factor: Int.max)) { $0[2].inputs = [2] }.contains("too large"))
    }
}
