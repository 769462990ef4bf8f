import Architecture
import TensorCore

/// Makes the operators of a step: binds memory, draws and packs weights.
package struct OperatorBuilder {
    let kernels: KernelSet
    let cache: CacheSizes
    let seed: UInt64
    let choice: ConvolutionChoice
    let source: WeightSource
    /// Shared by all operators of an executable: they never run at the same time.
    let scratch: MemberScratch
    /// What weights are cut from.
    let arena: FloatArena
    private let shared = SharedWeights()

    /// What a unit of a program runs: a chain is one operator, a step one or more with a barrier after each.
    ///
    /// - Throws: `InferenceError` where given weights cannot be read.
    func operators(_ program: Program, unit: Range<Int>, views: [TensorView]) throws(InferenceError) -> [any Operator] {
        guard unit.count > 1 else { return try operators(program, step: unit.lowerBound, views: views) }
        let stages = try unit.map { (index) throws(InferenceError) in
            let step = program.steps[index]
            let operands = program.operands[index]
            let c = step.convolution!
            let shape = ConvolutionShape(c)
            var given = weights(program, step: index)
            let (weights, bias) = try given.convolution(c, residual: step.residual && !operands.weights.isShared)
            let residual = operands.second(in: views)
            return RowConvolution(
                shape,
                weights: c.isDepthwise
                    ? .depthwise(DepthwiseWeights(shape, weights: weights, bias: bias, in: arena))
                    : .dense(PackedWeights(shape, weights: weights, bias: bias, tiles: kernels.tiles, in: arena)),
                input: views[operands.input].layout, output: views[operands.output].layout, residual: residual,
                rectified: step.rectified, kernels: kernels)
        }
        let (first, last) = (program.operands[unit.lowerBound], program.operands[unit.upperBound - 1])
        return [
            ConvolutionChain(
                stages, input: views[first.input], output: views[last.output], strips: program.strips(unit, cache) ?? 1, scratch: scratch)
        ]
    }

    private func operators(_ program: Program, step index: Int, views: [TensorView]) throws(InferenceError) -> [any Operator] {
        let step = program.steps[index]
        let operands = program.operands[index]
        let input = views[operands.input]
        let output = views[operands.output]
        let second = operands.second(in: views)
        var given = weights(program, step: index)
        switch step.operation {
        case .convolution(let c):
            let shape = ConvolutionShape(c)
            let place = operands.weights
            func drawn() throws(InferenceError) -> (weights: [Float], bias: [Float]) {
                try given.convolution(c, residual: step.residual && !place.isShared)
            }
            if c.isDepthwise {
                let (weights, bias) = try drawn()
                return [
                    DepthwiseOperator(
                        shape, weights: DepthwiseWeights(shape, weights: weights, bias: bias, in: arena), input: input, output: output,
                        rectified: step.rectified, kernels: kernels, cache: cache)
                ]
            }
            if let variant = choice.variant(ofStep: index, in: program) {
                let transformed = try shared.winograd(place, variant) { () throws(InferenceError) in
                    let (weights, bias) = try drawn()
                    return WinogradWeights(shape, variant: variant, weights: weights, bias: bias, tiles: kernels.tiles, in: arena)
                }
                return [
                    WinogradOperator(
                        shape, weights: transformed, input: input, output: output, residual: second, rectified: step.rectified, kernels: kernels,
                        cache: cache, scratch: scratch)
                ]
            }
            let packed = try shared.packed(place) { () throws(InferenceError) in
                let (weights, bias) = try drawn()
                return PackedWeights(shape, weights: weights, bias: bias, tiles: kernels.tiles, in: arena)
            }
            if let gates = operands.gates {
                let gated = GatedWeights(packed, gates: views[gates], lanes: kernels.isa.lanes, in: arena)
                return [
                    gated,
                    ConvolutionOperator(
                        shape, weights: gated.scaled, input: input, output: output, residual: second, rectified: step.rectified, kernels: kernels,
                        cache: cache),
                ]
            }
            return [
                ConvolutionOperator(
                    shape, weights: packed, input: input, output: output, residual: second, rectified: step.rectified, kernels: kernels, cache: cache)
            ]
        case .groupNormalization(let n):
            let (weights, bias) = try given.convolution(n.affine, residual: false)
            let moments = MomentsOperator(input, kernels: kernels)
            return [
                moments,
                GroupNormalizationOperator(
                    moments, groups: n.groups, epsilon: GroupNormalization.epsilon, weights: weights, bias: bias, output: output,
                    rectified: step.rectified, scratch: scratch, kernels: kernels),
            ]
        case .distributionStatistics(let d):
            return [
                DistributionOperator(
                    sides: d.sides, bins: d.bins, largest: d.largest, input: input, output: output, scratch: scratch, kernels: kernels)
            ]
        case .pooling, .add, .relu, .globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling, .scalePixels:
            return [Self.withoutWeights(step, input: input, second: second, output: output, kernels: kernels)]
        case .squeezeExcitation(let s):
            return try Self.squeezeExcitation(s, step: step, input: input, output: output, kernels: kernels, cache: cache) {
                (c) throws(InferenceError) in
                let (weights, bias) = try given.convolution(c, residual: false)
                return PackedWeights(ConvolutionShape(c), weights: weights, bias: bias, tiles: kernels.tiles, in: arena)
            }
        }
    }

    /// The operator of a step that has neither weights nor scratch.
    ///
    /// - Precondition: the step is no convolution, no squeeze-and-excitation, no group normalization and no statistics of distributions.
    package static func withoutWeights(
        _ step: Step, input: TensorView, second: TensorView?, output: TensorView, kernels: KernelSet
    ) -> any Operator {
        switch step.operation {
        case .pooling(let p): PoolingOperator(PoolingShape(p), input: input, output: output, kernels: kernels)
        case .add, .relu: AddOperator(input, second, output: output, rectified: step.rectified || step.kind == .relu, kernels: kernels)
        case .globalAverage: GlobalAverageOperator(input: input, output: output, kernels: kernels)
        case .activation(.sigmoid): ActivationOperator(.sigmoid, input: input, output: output, kernels: kernels)
        case .activation(.clampedLine(let scale, let shift, let low, let high)):
            ActivationOperator(.clampedLine(scale: scale, shift: shift, low: low, high: high), input: input, output: output, kernels: kernels)
        case .multiply: MultiplyOperator(input, second!, output: output)
        case .scale: ScaleOperator(input: input, gates: second!, output: output, rectified: step.rectified, kernels: kernels)
        case .concatenation: ConcatenationOperator(input, second!, output: output)
        case .upsampling(let factor): UpsamplingOperator(factor: factor, input: input, output: output)
        case .scalePixels: PixelScaleOperator(input: input, weights: second!, output: output)
        case .convolution, .squeezeExcitation, .groupNormalization, .distributionStatistics: preconditionFailure("'\(step.summary)' has weights")
        }
    }

    private func weights(_ program: Program, step index: Int) -> LayerWeights {
        LayerWeights(source, seed: seed, program.operands[index].weights, program.steps[index].operation)
    }

    /// The operators of a squeeze-and-excitation step.
    ///
    /// - Parameter weights: makes the weights of the two dense layers, in order.
    /// - Throws: what `weights` throws.
    package static func squeezeExcitation<Failure: Error>(
        _ s: SqueezeExcitation, step: Step, input: TensorView, output: TensorView, kernels: KernelSet, cache: CacheSizes,
        weights: (Convolution) throws(Failure) -> PackedWeights
    ) throws(Failure) -> [any Operator] {
        let scratch = Scratch(batch: step.batch, channels: s.channels, reduced: s.reducedChannels)
        func dense(_ from: TensorView, _ to: TensorView, rectified: Bool) throws(Failure) -> ConvolutionOperator {
            let c = Convolution(from.layout.channels, to.layout.channels, kernelSize: 1)
            return ConvolutionOperator(
                ConvolutionShape(c), weights: try weights(c), input: from, output: to, rectified: rectified, kernels: kernels, cache: cache)
        }
        guard step.output.height == step.input.height else {
            // Gates alone: the convolution that reads the map takes them into its weights.
            return [
                GlobalAverageOperator(input: input, output: scratch.mean, kernels: kernels),
                try dense(scratch.mean, scratch.reduced, rectified: true),
                ScratchHolder(scratch, try dense(scratch.reduced, output, rectified: false)),
                SigmoidOperator(output),
            ]
        }
        return [
            GlobalAverageOperator(input: input, output: scratch.mean, kernels: kernels),
            try dense(scratch.mean, scratch.reduced, rectified: true),
            try dense(scratch.reduced, scratch.gates, rectified: false),
            SigmoidOperator(scratch.gates),
            ScratchHolder(scratch, ScaleOperator(input: input, gates: scratch.gates, output: output, rectified: step.rectified, kernels: kernels)),
        ]
    }
}

extension Program.Operands {
    /// The view of the second operand. No `map`: its unspecialized form, in debug builds, leaves most of an absent view's words as they were, and optimized
    /// code compares all of them with zero (Swift 6.3).
    fileprivate func second(in views: [TensorView]) -> TensorView? {
        if let second { views[second] } else { nil }
    }
}

/// The small vectors inside a squeeze-and-excitation step.
private final class Scratch: Sendable {
    let mean: TensorView
    let reduced: TensorView
    let gates: TensorView
    private let memory: FloatBuffer

    init(batch: Int, channels: Int, reduced reducedChannels: Int) {
        let wide = TensorLayout(batch: batch, channels: channels, height: 1, width: 1)
        let narrow = TensorLayout(batch: batch, channels: reducedChannels, height: 1, width: 1)
        memory = FloatBuffer(count: 2 * wide.elementCount + narrow.elementCount)
        mean = TensorView(wide, memory.base)
        gates = TensorView(wide, memory.base + wide.elementCount)
        reduced = TensorView(narrow, memory.base + 2 * wide.elementCount)
    }
}

/// Keeps the scratch memory alive as long as the step's last operator.
private final class ScratchHolder: Operator {
    private let scratch: Scratch
    private let last: any Operator

    init(_ scratch: Scratch, _ last: any Operator) {
        self.scratch = scratch
        self.last = last
    }

    func run(_ share: Share) { last.run(share) }
}

extension ConvolutionShape {
    /// The sizes of a layer's convolution.
    public init(_ c: Convolution) {
        self.init(
            inChannels: c.inChannels, outChannels: c.outChannels, kernelSize: c.kernelSize, stride: c.stride, padding: c.padding, groups: c.groups)
    }
}

extension PoolingShape {
    /// The sizes of a pooling layer.
    public init(_ p: Pooling) {
        self.init(p.kind == .max ? .maximum : .average, kernelSize: p.kernelSize, stride: p.stride, padding: p.padding)
    }
}
