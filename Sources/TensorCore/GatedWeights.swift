/// Weights of a 1x1 convolution times the gates of its input channels: scaled[o, i] ← weights[o, i] · gates[i], anew in every run.
///
/// Gates: [1, 1, 1, inChannels]. Run before the convolution that was built with ``scaled``, with a barrier between.
/// Numerics: one rounding for each weight, in place of one for each scaled value of the map.
public final class GatedWeights: Operator {
    private let weights: PackedWeights
    public let scaled: PackedWeights
    private let gates: TensorView
    private let lanes: Int

    /// - Parameters:
    ///   - weights: of a convolution of one tap.
    ///   - gates: one value for each input channel, as [1, 1, 1, channels].
    ///   - lanes: of the instruction set that the weights are packed for.
    ///   - arena: what to cut the memory of ``scaled`` from.
    public init(_ weights: PackedWeights, gates: TensorView, lanes: Int, in arena: FloatArena? = nil) {
        precondition(weights.depth == gates.layout.channels && gates.layout.pixels == 1, "a gate for each input channel of one image")
        self.weights = weights
        self.gates = gates
        self.lanes = lanes
        scaled = PackedWeights(copy: weights, in: arena)
    }

    public func run(_ share: Share) {
        for panel in weights.panels[share.range(of: weights.panels.count)] {
            let width = panel.vectors * lanes
            var source = weights.weights.base + panel.offset
            var target = scaled.weights.base + panel.offset
            for channel in 0..<weights.depth {
                let gate = gates.base[channel]
                for lane in 0..<width { target[lane] = source[lane] * gate }
                source += width
                target += width
            }
        }
    }
}
