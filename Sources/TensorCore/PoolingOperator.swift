import CMicrokernels

/// The sizes of a pooling layer over square windows.
public struct PoolingShape: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case average, maximum }
    public var kind: Kind
    public var kernelSize: Int
    public var stride: Int
    public var padding: Int

    /// - Precondition: sizes are positive, padding at most half the kernel, and no padding for an average (what it would count is ambiguous).
    public init(_ kind: Kind, kernelSize: Int, stride: Int, padding: Int = 0) {
        precondition(kernelSize > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernelSize, "a pooling window of \(kernelSize), padding \(padding)")
        precondition(kind == .maximum || padding == 0, "average pooling is unpadded")
        self.kind = kind
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding
    }

    public func outputSide(_ side: Int) -> Int { (side + 2 * padding - kernelSize) / stride + 1 }
}

/// Maximum or average over windows; windows are clipped to the map, so the maximum never sees the halo's zeros.
///
/// Numerics: maximum exact; average |error| ≤ (k² + 1)·ε·mean|x|. Bound by memory.
public final class PoolingOperator: Operator {
    let kernels: KernelSet
    let shape: PoolingShape
    let input: TensorView
    let output: TensorView

    public init(_ shape: PoolingShape, input: TensorView, output: TensorView, kernels: KernelSet) {
        let (i, o) = (input.layout, output.layout)
        precondition(i.batch == o.batch && i.channels == o.channels, "pooling keeps batch and channels")
        precondition(input.isDisjoint(from: output), "an operator does not write over its input")
        precondition(o.height == shape.outputSide(i.height) && o.width == shape.outputSide(i.width), "the output's sides")
        precondition(i.pixelStep >= i.paddedChannels && o.pixelStep >= o.paddedChannels, "pixels hold whole vectors")
        self.kernels = kernels
        self.shape = shape
        self.input = input
        self.output = output
    }

    public func run(_ share: Share) {
        output.clearHalo(share)
        let (i, o) = (input.layout, output.layout)
        var call = zd_pooling_pixel()
        call.row_step = i.rowStep
        call.pixel_step = i.pixelStep
        call.channels = o.paddedChannels
        call.scale = 1 / Float(shape.kernelSize * shape.kernelSize)
        call.maximum = shape.kind == .maximum ? 1 : 0
        for row in share.range(of: o.batch * o.height) {
            let (n, y) = row.quotientAndRemainder(dividingBy: o.height)
            let top = max(y * shape.stride - shape.padding, 0)
            call.height = min(y * shape.stride - shape.padding + shape.kernelSize, i.height) - top
            for x in 0..<o.width {
                let left = max(x * shape.stride - shape.padding, 0)
                call.width = min(x * shape.stride - shape.padding + shape.kernelSize, i.width) - left
                call.input = UnsafePointer(input.pixel(n, top, left))
                call.output = output.pixel(n, y, x)
                kernels.pooling(&call)
            }
        }
    }
}

/// The mean over each whole map: [n, H, W, c] → [n, 1, 1, c].
///
/// Pixels are summed a few at a time over all channels, as they lie in memory: channel after channel, each pixel would be another page.
/// Members divide the channels, so that every sum has one order. Numerics: |error| ≤ (16 + H·⌈W / 16⌉ + 1)·ε·mean|x|.
public final class GlobalAverageOperator: Operator {
    let kernels: KernelSet
    let input: TensorView
    let output: TensorView

    /// A stretch of pixels that stays in the first-level cache while their channels are summed.
    private static let pixelsAtOnce = 16

    public init(input: TensorView, output: TensorView, kernels: KernelSet) {
        let (i, o) = (input.layout, output.layout)
        precondition(i.batch == o.batch && i.channels == o.channels && o.height == 1 && o.width == 1, "one pixel for each map")
        precondition(i.pixelStep >= i.paddedChannels && o.pixelStep >= o.paddedChannels, "pixels hold whole vectors")
        self.kernels = kernels
        self.input = input
        self.output = output
    }

    public func run(_ share: Share) {
        output.clearHalo(share)
        let layout = input.layout
        let granularity = TensorLayout.channelGranularity
        let vectors = share.range(of: layout.paddedChannels / granularity)
        guard !vectors.isEmpty else { return }
        let first = vectors.lowerBound * granularity
        var call = zd_pooling_pixel()
        call.row_step = layout.rowStep
        call.pixel_step = layout.pixelStep
        call.height = 1
        call.channels = vectors.count * granularity
        call.scale = 1 / Float(layout.height * layout.width)
        for n in 0..<layout.batch {
            call.output = output.pixel(n, 0, 0) + first
            call.accumulate = 0
            for y in 0..<layout.height {
                for x in stride(from: 0, to: layout.width, by: Self.pixelsAtOnce) {
                    call.input = UnsafePointer(input.pixel(n, y, x) + first)
                    call.width = min(Self.pixelsAtOnce, layout.width - x)
                    kernels.pooling(&call)
                    call.accumulate = 1
                }
            }
        }
    }
}
