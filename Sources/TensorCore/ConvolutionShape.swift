/// The sizes of one convolution over square kernels; weights are OIHW, [outChannels][inChannels / groups][kernel][kernel].
public struct ConvolutionShape: Hashable, Sendable {
    public var inChannels: Int
    public var outChannels: Int
    public var kernelSize: Int
    public var stride: Int
    public var padding: Int
    public var groups: Int

    /// - Precondition: sizes are positive, padding is less than the kernel, and groups divide both channel counts.
    public init(inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1) {
        precondition(inChannels > 0 && outChannels > 0 && kernelSize > 0 && stride > 0 && groups > 0, "sizes are positive")
        precondition(padding >= 0 && padding < kernelSize, "padding \(padding) of a kernel of \(kernelSize)")
        precondition(inChannels % groups == 0 && outChannels % groups == 0, "\(groups) groups do not divide \(inChannels) and \(outChannels)")
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding
        self.groups = groups
    }

    public var isDepthwise: Bool { groups > 1 && groups == inChannels && groups == outChannels }
    public var weightCount: Int { outChannels * (inChannels / groups) * kernelSize * kernelSize }

    /// Output side for an input side.
    public func outputSide(_ side: Int) -> Int { (side + 2 * padding - kernelSize) / stride + 1 }

    /// Checks that the operands fit: channels, sizes, and a halo that covers the padding.
    func check(input: TensorLayout, output: TensorLayout, residual: TensorLayout?) {
        precondition(input.channels == inChannels && output.channels == outChannels, "channels of the operands")
        precondition(input.halo >= padding, "a halo of \(input.halo) does not cover a padding of \(padding)")
        precondition(
            output.batch == input.batch && output.height == outputSide(input.height) && output.width == outputSide(input.width),
            "an output of \(output.height)x\(output.width) for an input of \(input.height)x\(input.width)")
        precondition(output.pixelStep >= output.paddedChannels, "an output's pixels hold whole vectors")
        if let residual {
            precondition(
                residual.batch == output.batch && residual.channels == outChannels && residual.height == output.height
                    && residual.width == output.width && residual.pixelStep >= residual.paddedChannels, "the residual has the output's shape")
        }
    }
}
