import Architecture
import Inference
import Latency
import Synchronization
import Testing

/// A made-up machine: the price of a layer is a function, and every question is counted.
final class SyntheticCost: LayerCostSource {
    private let asked = Mutex<[Step]>([])
    let cost: @Sendable (Step) -> Double

    init(_ cost: @escaping @Sendable (Step) -> Double) { self.cost = cost }

    var questions: [Step] { asked.withLock { $0 } }

    func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        asked.withLock { $0.append(step) }
        return cost(step)
    }

    /// A plausible machine: a fixed part, memory traffic, and multiply-adds over whole groups of 16 output channels, less efficient with few
    /// input channels (k/(k + 20)).
    static let plausible: @Sendable (Step) -> Double = { step in
        let pixels = Double(step.output.height * step.output.width * step.batch)
        let padded = Double((step.output.channels + 15) / 16 * 16)
        let traffic = Double(step.input.elementCount * step.batch) * 0.4 + pixels * padded * (step.residual ? 0.8 : 0.4)
        guard let c = step.convolution else { return 900 + traffic }
        if c.isDepthwise { return 900 + traffic + pixels * padded * Double(c.kernelSize * c.kernelSize) * 0.05 }
        let depth = Double(c.inChannels * c.kernelSize * c.kernelSize)
        return 900 + 0.1 * traffic + pixels * padded * depth / 55 / (depth / (depth + 20))
    }
}

func convolution(_ inChannels: Int, _ outChannels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1, side: Int = 60, residual: Bool = false) -> Step {
    Step(
        .convolution(Convolution(inChannels, outChannels, kernelSize: kernel, stride: stride, groups: groups)),
        input: Shape(channels: inChannels, height: side, width: side),
        output: Shape(channels: outChannels, height: (side - 1) / stride + 1, width: (side - 1) / stride + 1), batch: 1, rectified: true,
        residual: residual)
}

@Suite struct LayerPredictorTests {
    @Test func cornersAreExact() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source)
        for (i, o) in [(16, 16), (64, 256), (3072, 3072), (24, 48)] {
            let step = convolution(i, o, kernel: 3)
            #expect(try predictor.nanoseconds(step: step) == source.cost(step))
        }
        #expect(source.questions.count == 4)
        #expect(predictor.statistics.measuredLayers == 4 && predictor.statistics.interpolatedLayers == 0)
    }

    @Test func aBilinearMachineIsPredictedExactly() throws {
        // time = a + b·in + c·out + d·in·out: what the interpolation promises.
        let source = SyntheticCost { step in
            let (i, o) = (Double(step.input.channels), Double((step.output.channels + 15) / 16 * 16))
            return 1000 + 3 * i + 5 * o + 0.25 * i * o
        }
        let predictor = LayerPredictor(source: source)
        for (i, o) in [(17, 17), (40, 72), (100, 1000), (333, 555), (2500, 40)] {
            let step = convolution(i, o)
            let predicted = try predictor.nanoseconds(step: step)
            #expect(abs(predicted / source.cost(step) - 1) < 1e-12, "\(i) \(o)")
        }
    }

    @Test func betweenCornersTheErrorIsSmall() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source)
        var noise = Noise(seed: 77)
        var worst = 0.0
        for _ in 0..<2000 {
            let i = 16 + Int(noise.next() % 1000), o = 8 + Int(noise.next() % 1000)
            let step = convolution(i, o, kernel: [1, 3, 5][Int(noise.next() % 3)], side: 30)
            worst = max(worst, abs(try predictor.nanoseconds(step: step) / source.cost(step) - 1))
        }
        #expect(worst < 0.01, "worst relative error \(worst)")
        // Three kernels of 13 x 12 corners at most, however many layers are asked.
        #expect(source.questions.count <= 3 * 13 * 12)
        #expect(predictor.statistics.measuredLayers == source.questions.count)
        #expect(predictor.statistics.pricedLayers > 1900)
    }

    @Test func outputChannelsAreAStaircase() throws {
        let predictor = LayerPredictor(source: SyntheticCost(SyntheticCost.plausible))
        func price(_ channels: Int) throws -> Double { try predictor.nanoseconds(step: convolution(64, channels)) }
        #expect(try price(65) == price(80))
        #expect(try price(72) == price(80))
        #expect(try price(80) < price(81))
        #expect(try price(81) == price(96))
        let source = SyntheticCost(SyntheticCost.plausible)
        _ = try LayerPredictor(source: source).nanoseconds(step: convolution(64, 24))
        #expect(source.questions.map(\.output.channels) == [32])
    }

    @Test func nothingIsExtrapolated() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source)
        // An image stem and a very wide layer stand for themselves on that axis.
        let stem = convolution(3, 40, kernel: 7, stride: 2)
        #expect(abs(try predictor.nanoseconds(step: stem) / source.cost(stem) - 1) < 0.01)
        #expect(Set(source.questions.map(\.input.channels)) == [3])
        let wide = convolution(4000, 5000)
        #expect(try predictor.nanoseconds(step: wide) == source.cost(wide.padded))
        let grouped = convolution(64, 64, kernel: 3, groups: 4)
        #expect(try predictor.nanoseconds(step: grouped) == source.cost(grouped))
        #expect(predictor.statistics.layersBeyondGrid == 3)
    }

    @Test func otherKindsAreLinearInChannels() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source)
        let shape = Shape(channels: 80, height: 30, width: 30)
        let half = Shape(channels: 80, height: 15, width: 15)
        let steps = [
            convolution(80, 80, kernel: 3, groups: 80), Step(.add, input: shape, output: shape, batch: 2, rectified: false),
            Step(.pooling(Pooling(.average, kernelSize: 2, stride: 2)), input: shape, output: half, batch: 1, rectified: false),
            Step(.squeezeExcitation(SqueezeExcitation(channels: 80, reducedChannels: 20)), input: shape, output: shape, batch: 1, rectified: false),
        ]
        for step in steps {
            let predicted = try predictor.nanoseconds(step: step)
            #expect(abs(predicted / source.cost(step) - 1) < 1e-9, "\(step.summary)")
        }
        #expect(source.questions.allSatisfy { $0.kind != .depthwise || ($0.convolution!.isDepthwise && $0.convolution!.groups == $0.output.channels) })
        #expect(source.questions.filter { $0.kind == .depthwise }.map(\.output.channels).sorted() == [64, 96])
    }

    @Test func eachLayerIsAskedOnce() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source)
        for _ in 0..<3 { _ = try predictor.nanoseconds(step: convolution(40, 40)) }
        #expect(source.questions.count == Set(source.questions).count)
        #expect(predictor.statistics.pricedLayers == 1)
        // A fused residual, another side or another batch is another layer.
        _ = try predictor.nanoseconds(step: convolution(40, 40, residual: true))
        _ = try predictor.nanoseconds(step: convolution(40, 40, side: 30))
        #expect(predictor.statistics.pricedLayers == 3)
    }

    @Test func manyThreadsAgree() async throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source)
        let sums = try await withThrowingTaskGroup(of: Double.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var sum = 0.0
                    for channels in 16..<200 { sum += try predictor.nanoseconds(step: convolution(channels, channels)) }
                    return sum
                }
            }
            return try await group.reduce(into: [Double]()) { $0.append($1) }
        }
        #expect(Set(sums).count == 1 && sums.count == 8)
        #expect(source.questions.count == Set(source.questions).count)
    }

    @Test func aProgramIsTheSumOfItsSteps() throws {
        let source = SyntheticCost(SyntheticCost.plausible)
        let predictor = LayerPredictor(source: source, stepOverheadNanoseconds: 500)
        let program = try Program.lower(try #require(Zoo.network(named: "resnet18")), resolution: 224)
        let sum = try program.steps.reduce(0) { $0 + (try predictor.nanoseconds(step: $1)) }
        let total = try predictor.nanoseconds(program: program)
        #expect(abs(total - sum - 500 * Double(program.steps.count)) < 1e-6 * total)
        let exact = program.steps.reduce(0) { $0 + source.cost($1) + 500 }
        #expect(abs(total / exact - 1) < 0.01)
    }

    @Test func aCornerWithoutMemoryIsNotNeeded() throws {
        struct Small: LayerCostSource {
            func nanoseconds(of step: Step) throws(LatencyError) -> Double {
                guard step.output.channels <= 2100 else { throw LatencyError(.cannotMeasure, "no memory") }
                return 7
            }
        }
        let predictor = LayerPredictor(source: Small())
        #expect(try predictor.nanoseconds(step: convolution(64, 2064)) == 7)
        #expect(predictor.statistics.layersBeyondGrid == 1 && predictor.statistics.interpolatedLayers == 0)
    }

    @Test func errorsOfTheSourceComeThrough() {
        struct Broken: LayerCostSource {
            func nanoseconds(of step: Step) throws(LatencyError) -> Double { throw LatencyError(.cannotMeasure, "no memory") }
        }
        let predictor = LayerPredictor(source: Broken())
        #expect(throws: LatencyError(.cannotMeasure, "no memory")) { try predictor.nanoseconds(step: convolution(40, 40)) }
        #expect(predictor.statistics.measuredLayers == 0)
    }
}

extension Step {
    /// With output channels rounded up to whole groups of 16.
    fileprivate var padded: Step {
        var step = self
        step.output.channels = (output.channels + 15) / 16 * 16
        guard case .convolution(var c) = operation else { return step }
        c.outChannels = step.output.channels
        step.operation = .convolution(c)
        return step
    }
}
