/// Depthwise weights as microkernels read them: [tap][channel], channels padded with zeros to whole vectors.
public final class DepthwiseWeights: Sendable {
    public let channels: Int
    public let taps: Int
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// - Parameters:
    ///   - shape: as many groups as channels.
    ///   - source: OIHW with one input channel, `shape.weightCount` values.
    ///   - biasSource: one value per channel.
    ///   - arena: what to cut their memory from.
    public init(_ shape: ConvolutionShape, weights source: UnsafePointer<Float>, bias biasSource: UnsafePointer<Float>, in arena: FloatArena? = nil) {
        precondition(shape.isDepthwise, "a depthwise convolution has as many groups as channels")
        channels = TensorLayout.padded(shape.outChannels)
        taps = shape.kernelSize * shape.kernelSize
        weights = FloatBuffer(count: taps * channels, in: arena)
        bias = FloatBuffer(count: channels, in: arena)
        bias.base.update(from: biasSource, count: shape.outChannels)
        for c in 0..<shape.outChannels {
            for tap in 0..<taps { weights.base[tap * channels + c] = source[c * taps + tap] }
        }
    }
}
