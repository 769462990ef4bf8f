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
    /// Channels that are computed at once, in units of ``TensorLayout/channelGranularity``.
    let blockUnits: Int

    /// A block of fewer channels would read too little of each pixel in one piece.
    private static let fewestUnits = 4

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
        // The rows under a kernel stay in the first-level cache from one output row to the next where they fit half of it: of narrow maps with many
        // channels not all at once.
        let units = output.layout.paddedChannels / TensorLayout.channelGranularity
        let windowBytes = shape.kernelSize * (input.layout.width + 2 * input.layout.halo) * TensorLayout.channelGranularity * 4
        let fitting = cache.level1 / 2 / windowBytes
        blockUnits = fitting < Self.fewestUnits ? units : min(fitting, units)
    }

    public func run(_ share: Share) {
        let layout = output.layout
        let (rowShare, channelShare) = divide(share)
        let granularity = TensorLayout.channelGranularity
        let units = channelShare.range(of: layout.paddedChannels / granularity)
        guard !units.isEmpty else { return }
        output.clearHalo(rowShare, channels: units.lowerBound * granularity..<units.upperBound * granularity)
        let blocks = (units.count + blockUnits - 1) / blockUnits
        for block in 0..<blocks {
            let part = Share(member: block, of: blocks).range(of: units.count)
            rows(rowShare.range(of: layout.batch * layout.height), first: (units.lowerBound + part.lowerBound) * granularity, count: part.count * granularity)
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

    /// Divides a team over rows or over channels, whichever is better balanced, and over rows in a tie: small maps have few rows and many channels.
    private func divide(_ share: Share) -> (rows: Share, channels: Share) {
        func imbalance(_ units: Int) -> Double { Double((units + share.count - 1) / share.count * share.count) / Double(units) }
        let rows = imbalance(output.layout.batch * output.layout.height)
        return rows <= imbalance(output.layout.paddedChannels / TensorLayout.channelGranularity) * 1.02 ? (share, .whole) : (.whole, share)
    }
}
