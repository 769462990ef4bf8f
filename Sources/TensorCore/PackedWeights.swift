/// Convolution weights as microkernels read them: panels of output channels, each [tap][input channel][panel width], biases apart.
///
/// Panels are two vectors wide, a last one a single vector where the padded channels leave it. Padding is zero, so that surplus lanes of
/// the output become zero. Grouped convolutions (other than depthwise) are packed as dense ones with zeros outside their group: correct, not fast.
public final class PackedWeights: Sendable {
    /// One stretch of output channels.
    public struct Panel: Sendable {
        public let firstChannel: Int
        /// 1 or 2.
        public let vectors: Int
        /// Offset of its weights in `weights`, in elements.
        public let offset: Int
    }

    public let panels: [Panel]
    /// Multiply-adds per output value: inChannels · kernelSize².
    public let depth: Int
    let weights: FloatBuffer
    let bias: FloatBuffer

    /// A copy in memory of its own.
    init(copy other: PackedWeights) {
        panels = other.panels
        depth = other.depth
        weights = FloatBuffer(count: other.weights.count)
        bias = FloatBuffer(count: other.bias.count)
        weights.base.update(from: other.weights.base, count: other.weights.count)
        bias.base.update(from: other.bias.base, count: other.bias.count)
    }

    /// - Parameters:
    ///   - shape: the convolution's sizes.
    ///   - source: OIHW, `shape.weightCount` values.
    ///   - biasSource: one value per output channel.
    ///   - lanes: of the instruction set's vectors, two of which a panel is wide.
    public init(_ shape: ConvolutionShape, weights source: UnsafePointer<Float>, bias biasSource: UnsafePointer<Float>, lanes: Int) {
        let padded = TensorLayout.padded(shape.outChannels)
        depth = shape.inChannels * shape.kernelSize * shape.kernelSize
        panels = Self.panels(shape, lanes: lanes, start: 0)
        weights = FloatBuffer(count: padded * depth)
        bias = FloatBuffer(count: padded)
        bias.base.update(from: biasSource, count: shape.outChannels)

        let taps = shape.kernelSize * shape.kernelSize
        let groupInputs = shape.inChannels / shape.groups
        let groupOutputs = shape.outChannels / shape.groups
        for panel in panels {
            let width = panel.vectors * lanes
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
    public init(_ shape: ConvolutionShape, slice weights: FloatBuffer, start: Int, bias: FloatBuffer, lanes: Int) {
        depth = shape.inChannels * shape.kernelSize * shape.kernelSize
        precondition(shape.groups == 1, "a slice holds no zeros between groups")
        precondition(start >= 0 && start + Self.sliceCount(shape) <= weights.count, "a slice from \(start) of \(weights.count) weights")
        precondition(bias.count >= TensorLayout.padded(shape.outChannels), "a bias for each padded channel")
        panels = Self.panels(shape, lanes: lanes, start: start)
        self.weights = weights
        self.bias = bias
    }

    /// Weights that a slice holds: those of the padded output channels.
    public static func sliceCount(_ shape: ConvolutionShape) -> Int {
        TensorLayout.padded(shape.outChannels) * shape.inChannels * shape.kernelSize * shape.kernelSize
    }

    private static func panels(_ shape: ConvolutionShape, lanes: Int, start: Int) -> [Panel] {
        let padded = TensorLayout.padded(shape.outChannels)
        let depth = shape.inChannels * shape.kernelSize * shape.kernelSize
        var panels: [Panel] = []
        var channel = 0
        while channel < padded {
            let vectors = channel + 2 * lanes <= padded ? 2 : 1
            panels.append(Panel(firstChannel: channel, vectors: vectors, offset: start + channel * depth))
            channel += vectors * lanes
        }
        return panels
    }
}
