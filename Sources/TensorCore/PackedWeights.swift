/// Convolution weights as microkernels read them: panels of output channels, each [tap][input channel][panel width], biases apart.
///
/// How wide panels are, ``ConvolutionTiles`` says. Padding is zero, so that surplus lanes of
/// the output become zero. Grouped convolutions (other than depthwise) are packed as dense ones with zeros outside their group: correct, not fast.
public final class PackedWeights: Sendable {
    /// One stretch of output channels.
    public struct Panel: Sendable {
        public let firstChannel: Int
        /// 1 to 3.
        public let vectors: Int
        /// Offset of its weights in `weights`, in elements.
        public let offset: Int
    }

    public let panels: [Panel]
    /// Multiply-adds per output value: inChannels · kernelSize².
    public let depth: Int
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// A copy in memory of its own, cut from an arena if there is one.
    init(copy other: PackedWeights, in arena: FloatArena?) {
        panels = other.panels
        depth = other.depth
        weights = FloatBuffer(count: other.weights.count, in: arena)
        bias = FloatBuffer(count: other.bias.count, in: arena)
        weights.base.update(from: other.weights.base, count: other.weights.count)
        bias.base.update(from: other.bias.base, count: other.bias.count)
    }

    /// - Parameters:
    ///   - shape: the convolution's sizes.
    ///   - source: OIHW, `shape.weightCount` values.
    ///   - biasSource: one value per output channel.
    ///   - tiles: of the kernels that will read them.
    ///   - arena: what to cut their memory from.
    public init(
        _ shape: ConvolutionShape, weights source: UnsafePointer<Float>, bias biasSource: UnsafePointer<Float>, tiles: ConvolutionTiles, in arena: FloatArena? = nil
    ) {
        let padded = TensorLayout.padded(shape.outChannels)
        depth = shape.inChannels * shape.kernelSize * shape.kernelSize
        panels = Self.panels(padded, depth: depth, tiles: tiles)
        weights = FloatBuffer(count: padded * depth, in: arena)
        bias = FloatBuffer(count: padded, in: arena)
        bias.base.update(from: biasSource, count: shape.outChannels)

        let taps = shape.kernelSize * shape.kernelSize
        let groupInputs = shape.inChannels / shape.groups
        let groupOutputs = shape.outChannels / shape.groups
        for panel in panels {
            let width = panel.vectors * tiles.lanes
            for lane in 0..<max(min(width, shape.outChannels - panel.firstChannel), 0) {
                let out = panel.firstChannel + lane
                let firstInput = out / groupOutputs * groupInputs
                let row = source + out * groupInputs * taps
                for i in 0..<groupInputs {
                    var target = weights.base + panel.offset + (firstInput + i) * width + lane
                    for tap in 0..<taps {
                        target.pointee = row[i * taps + tap]
                        target += shape.inChannels * width
                    }
                }
            }
        }
    }

    /// Packed weights that lie elsewhere already: panels one after the other from `start` on, read and never written.
    ///
    /// Where weights are random and independent, their order says nothing, and any stretch of drawn numbers is a packed weight. The lanes of
    /// padded channels are then not zero: the surplus channels of the output hold numbers that no operator reads as data.
    /// - Precondition: no groups; `weights` holds padded output channels · depth values from `start`, `bias` one for each padded channel.
    public init(_ shape: ConvolutionShape, slice weights: FloatBuffer, start: Int, bias: FloatBuffer, tiles: ConvolutionTiles) {
        depth = shape.inChannels * shape.kernelSize * shape.kernelSize
        precondition(shape.groups == 1, "a slice holds no zeros between groups")
        precondition(start >= 0 && start + Self.sliceCount(shape) <= weights.count, "a slice from \(start) of \(weights.count) weights")
        precondition(bias.count >= TensorLayout.padded(shape.outChannels), "a bias for each padded channel")
        panels = Self.panels(TensorLayout.padded(shape.outChannels), depth: depth, tiles: tiles, start: start)
        self.weights = weights
        self.bias = bias
    }

    /// Weights that a slice holds: those of the padded output channels.
    public static func sliceCount(_ shape: ConvolutionShape) -> Int {
        TensorLayout.padded(shape.outChannels) * shape.inChannels * shape.kernelSize * shape.kernelSize
    }

    /// The panels of so many padded channels, each with `depth` weights a channel, one after the other from `start` on.
    static func panels(_ padded: Int, depth: Int, tiles: ConvolutionTiles, start: Int = 0) -> [Panel] {
        var channel = 0
        return tiles.vectors(padded).map { vectors in
            defer { channel += vectors * tiles.lanes }
            return Panel(firstChannel: channel, vectors: vectors, offset: start + channel * depth)
        }
    }
}
