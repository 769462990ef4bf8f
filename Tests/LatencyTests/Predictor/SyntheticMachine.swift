import Architecture
import Inference
import TensorCore

@testable import Latency

/// A machine of known structure: its time for a step is a sum of the step's terms with coefficients that a test chose.
struct SyntheticMachine {
    let engine = EngineShape(lanes: 16, tileRows: 14, threads: 2, level1Bytes: 32 << 10, level2Bytes: 1 << 20, level3Bytes: 32 << 20)
    /// Whole networks take this much more than their steps.
    var scale = 1.04
    /// A barrier of its two cores, at which all is measured.
    var barrierNanoseconds = 60.0
    /// Relative deviation of a step's time.
    var noise = 0.0

    private static func coefficients(_ family: StepFamily) -> [StepTerm: Double] {
        var all: [StepTerm: Double] = [
            .step: 900, .inputBytes: 0.01, .outputBytes: 0.03, .residualBytes: 0.02, .coldWeightBytes: 0.003, .distantStep: 12, .distantOutputBytes: 3e-4,
        ]
        switch family {
        case .pointwise, .direct, .gated: all.merge([.vectorMultiplyAdds: 0.27, .calls: 20, .farInputBytes: 0.01]) { $1 }
        case .image: all.merge([.vectorMultiplyAdds: 0.3]) { $1 }
        case .winogradF25, .winogradF43, .winogradF45, .winogradF63:
            all.merge([.vectorMultiplyAdds: 0.28, .inputTransforms: 0.8, .outputTransforms: 1.1, .weightBytes: 0.01]) { $1 }
        case .depthwise, .chainDepthwise: all.merge([.vectorMultiplyAdds: 0.5, .agedInputBytes32: 0.03, .agedInputBytes8: 0.04]) { $1 }
        default: all.merge([.vectorMultiplyAdds: 0.4, .vectorPixels: 0.5]) { $1 }
        }
        return all
    }

    func nanoseconds(_ step: Step, method: ConvolutionMethod?, in surroundings: StepSurroundings) -> Double {
        let terms = StepTerms(step, method: method, in: surroundings, engine: engine.at(barrierNanoseconds: barrierNanoseconds))
        let coefficients = Self.coefficients(StepFamily(step, method: method))
        return StepTerm.allCases.reduce(0) { $0 + (coefficients[$1] ?? 0) * terms[$1] }
    }

    func steps(_ program: Program, way: Int, random: inout Noise) -> NetworkSteps {
        let methods = NetworkSteps.methods(program, NetworkSteps.choice(program, way: way))
        return steps(program, methods, random: &random)
    }

    private func steps(_ program: Program, _ methods: [ConvolutionMethod?], random: inout Noise) -> NetworkSteps {
        let used = program.steps.indices.map { methods[$0] ?? ConvolutionChoice.methods(for: program.steps[$0]).first }
        let footprint = program.footprintBytes(used)
        let times = program.steps.indices.map {
            nanoseconds(program.steps[$0], method: used[$0], in: program.surroundings(ofStep: $0, footprintBytes: footprint))
                * max(0.2, 1 + noise * random.normal())
        }
        let total = scale * times.reduce(0, +)
        return NetworkSteps(methods: methods, nanoseconds: times, totals: [UInt64(total)], barrierNanoseconds: barrierNanoseconds)
    }

    /// The time of a whole network, every convolution computed the fastest way that the limit of weights allows.
    func total(_ program: Program) -> Double {
        var choice = ConvolutionChoice(.automatic)
        for (index, step) in program.steps.enumerated() {
            let methods = ConvolutionChoice.methods(for: step)
            guard methods.count > 1 else { continue }
            let surroundings = program.surroundings(ofStep: index)
            choice.set(
                methods.min { nanoseconds(step, method: $0, in: surroundings) < nanoseconds(step, method: $1, in: surroundings) }!, for: step)
        }
        choice.limitWeights(of: program)
        var exact = self
        exact.noise = 0
        var random = Noise(seed: 0)
        return exact.steps(program, NetworkSteps.methods(program, choice), random: &random).totalNanoseconds
    }

    /// Small networks of all classes, different for each number.
    static func program(_ number: Int) throws(LatencyError) -> Program {
        var random = Noise(seed: UInt64(number) &* 7919 &+ 13)
        func pick(_ values: [Int]) -> Int { values[Int(random.next() % UInt64(values.count))] }
        let kind: BlockKind = [.superResK1KXK1, .superResKXKX, .superResK1KX, .superResK1DWK1, .superResK1DWSEK1][number % 5]
        var blocks = [Block(.convKXBNRELU, in: 3, out: pick([16, 24, 32]), stride: 2, kernelSize: 3)]
        for stride in [2, 2, 1, 2] {
            let out = pick([24, 32, 48, 64, 96, 128, 160, 256])
            blocks.append(
                Block(
                    kind, in: blocks.last!.outChannels, out: out, stride: stride, kernelSize: pick([3, 5]), depth: pick([1, 2, 3]),
                    bottleneck: pick([16, 32, 48, 96, 128])))
        }
        do {
            let network = try Structure(name: "made-up-\(number)", blocks: blocks).network()
            return try Program.lower(network, resolution: pick([64, 96, 128, 160, 224]), chains: .never)
        } catch {
            throw LatencyError(.cannotMeasure, "\(error)")
        }
    }
}
