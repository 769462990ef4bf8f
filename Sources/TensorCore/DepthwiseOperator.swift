import CMicrokernels

/// Depthwise convolution with bias and ReLU fused: every channel is filtered by its own kernel.
///
/// Shapes: input [n, H, W, c] with halo ≥ padding and padded channels; output [n, H', W', c]; weights OIHW with one input channel.
/// Numerics: |error| ≤ (2·k² + 2)·ε·(|bias| + Σ|x·w|), ε = 2⁻²⁴. Bound by memory: k² multiply-adds for each value read.
/// Source: own derivation.
public final class DepthwiseOperator: Operator {
    let kernels: KernelSet
    let weights: DepthwiseWeights
    let offsets: RunOffsets
    let input: TensorView
    let output: TensorView
    let rectified: Bool
    let kernelSize: Int
    let stride: Int
    let division: DepthwiseDivision

    public init(
        _ shape: ConvolutionShape, weights: DepthwiseWeights, input: TensorView, output: TensorView, rectified: Bool, kernels: KernelSet,
        cache: CacheSizes = .typical
    ) {
        precondition(shape.isDepthwise, "a depthwise convolution has as many groups as channels")
        precondition(input.layout.pixelStep >= input.layout.paddedChannels, "an input's pixels hold whole vectors")
        shape.check(input: input.layout, output: output.layout, residual: nil)
        precondition(input.isDisjoint(from: output), "an operator does not write over its input")
        precondition(
            weights.channels == output.layout.paddedChannels && weights.taps == shape.kernelSize * shape.kernelSize, "weights of another convolution")
        self.kernels = kernels
        self.weights = weights
        self.input = input
        self.output = output
        self.rectified = rectified
        kernelSize = shape.kernelSize
        stride = shape.stride
        var list: [Int] = []
        for y in 0..<shape.kernelSize {
            for x in 0..<shape.kernelSize {
                list.append((y - shape.padding) * input.layout.rowStep + (x - shape.padding) * input.layout.pixelStep)
            }
        }
        offsets = RunOffsets(list)
        division = DepthwiseDivision(shape, input: input.layout, output: output.layout, cache: cache)
    }

    public func run(_ share: Share) {
        let (rowShare, channelShare) = division.shares(share)
        let granularity = TensorLayout.channelGranularity
        let units = channelShare.range(of: division.units)
        guard !units.isEmpty else { return }
        output.clearHalo(rowShare, channels: units.lowerBound * granularity..<units.upperBound * granularity)
        let blocks = (units.count + division.blockUnits - 1) / division.blockUnits
        for block in 0..<blocks {
            let part = Share(member: block, of: blocks).range(of: units.count)
            rows(rowShare.range(of: division.rows), first: (units.lowerBound + part.lowerBound) * granularity, count: part.count * granularity)
        }
    }

    /// Some rows of some channels.
    private func rows(_ rows: Range<Int>, first: Int, count: Int) {
        let layout = output.layout
        var call = zd_depthwise_row()
        call.input_step = stride * input.layout.pixelStep
        call.offsets = UnsafePointer(offsets.base)
        call.taps = offsets.count
        call.kernel_size = kernelSize
        call.stride = stride
        call.pixel_step = input.layout.pixelStep
        call.pixels = layout.width
        call.channels = count
        call.bias = UnsafePointer(weights.bias.base + first)
        call.weights = UnsafePointer(weights.weights.base + first)
        call.weight_step = weights.channels
        call.output_step = layout.pixelStep
        call.rectified = rectified ? 1 : 0
        for row in rows {
            let (n, y) = row.quotientAndRemainder(dividingBy: layout.height)
            call.input = UnsafePointer(input.pixel(n, y * stride, 0) + first)
            call.output = output.pixel(n, y, 0) + first
            kernels.depthwise(&call)
        }
    }
}
