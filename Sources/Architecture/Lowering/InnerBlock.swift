/// What one inner block computes: the single place where the block classes get their meaning.
///
/// The graph (``Structure/network()``), the figures (``Structure/cost(resolution:)``) and the closed-form entropy all read it, so they
/// cannot disagree. The main branch is `first`, ReLU, `second`, ReLU, squeeze-and-excitation, `third`; then the shortcut is added and
/// the sum goes through a ReLU.
///
/// Semantics of TinyNAS' deployed CnnNet (commit 8ccaf88), with one difference: in SuperResK1DWSEK1 it uses SiLU where this uses ReLU.
/// Parameters, MACs, shapes and entropy are the same either way.
public struct InnerBlock: Hashable, Sendable {
    public var first: Convolution
    public var second: Convolution?
    public var third: Convolution?
    /// Stands before `third`.
    public var squeezeExcitation: SqueezeExcitation?
    public var shortcut: Shortcut?

    /// The other way round: the input, halved by a 2x2 average pool if the block has stride 2, then a 1x1 convolution where one is needed.
    public struct Shortcut: Hashable, Sendable {
        public var isPooled: Bool
        public var projection: Convolution?
    }

    /// The 2x2 average pool of a shortcut around stride 2.
    public static let shortcutPooling = Pooling(.average, kernelSize: 2, stride: 2)

    /// Convolutions of the main branch: 1 for a ConvKXBNRELU, 2 for K1KX and KXKX, 3 for the others.
    public var mainBranchCount: Int { 1 + (second == nil ? 0 : 1) + (third == nil ? 0 : 1) }
}

extension Block {
    /// The inner block at `index`, 0 ..< depth. All but the first are alike: stride 1 and `out` channels in and out.
    public func inner(_ index: Int) -> InnerBlock {
        let input = index == 0 ? inChannels : outChannels
        let stride = index == 0 ? self.stride : 1
        switch kind {
        case .convKXBNRELU:
            return InnerBlock(first: Convolution(input, outChannels, kernelSize: kernelSize, stride: stride, groups: groups))
        case .superResK1KXK1:
            return InnerBlock(
                first: Convolution(input, bottleneck, kernelSize: 1, groups: groups),
                second: Convolution(bottleneck, bottleneck, kernelSize: kernelSize, stride: stride, groups: groups),
                third: Convolution(bottleneck, outChannels, kernelSize: 1, groups: groups),
                // The first inner block of this class always has a projection, even where the channels already match.
                shortcut: shortcut(input, stride, isForced: index == 0))
        case .superResKXKX:
            return InnerBlock(
                first: Convolution(input, bottleneck, kernelSize: kernelSize, groups: groups),
                second: Convolution(bottleneck, outChannels, kernelSize: kernelSize, stride: stride, groups: groups),
                shortcut: shortcut(input, stride, isForced: false))
        case .superResK1KX:
            return InnerBlock(
                first: Convolution(input, bottleneck, kernelSize: 1, groups: groups),
                second: Convolution(bottleneck, outChannels, kernelSize: kernelSize, stride: stride, groups: groups),
                shortcut: shortcut(input, stride, isForced: false))
        case .superResK1DWK1, .superResK1DWSEK1:
            return InnerBlock(
                first: Convolution(input, bottleneck, kernelSize: 1, groups: groups),
                second: Convolution(bottleneck, bottleneck, kernelSize: kernelSize, stride: stride, groups: bottleneck),
                third: Convolution(bottleneck, outChannels, kernelSize: 1, groups: groups),
                squeezeExcitation: kind == .superResK1DWSEK1 ? SqueezeExcitation(reducing: bottleneck) : nil,
                // These classes never project: where the channels change there is no shortcut at all.
                shortcut: input == outChannels ? InnerBlock.Shortcut(isPooled: stride == 2, projection: nil) : nil)
        }
    }

    private func shortcut(_ input: Int, _ stride: Int, isForced: Bool) -> InnerBlock.Shortcut {
        InnerBlock.Shortcut(
            isPooled: stride == 2,
            projection: isForced || input != outChannels ? Convolution(input, outChannels, kernelSize: 1) : nil)
    }
}

extension SqueezeExcitation {
    /// TinyNAS' reduction: a quarter of the channels, down to a multiple of 8, at least 8.
    public init(reducing channels: Int) {
        // round(channels / 4) in integers; at the halves, where Python rounds to even, both roundings give the same multiple of 8.
        self.init(channels: channels, reducedChannels: max(1, (channels + 2) / 4 / 8) * 8)
    }
}
