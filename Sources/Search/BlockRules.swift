import Architecture

/// What TinyNAS lets a block of one class become: the candidate lists of its spaces and mutators.
///
/// - Source: TinyNAS, commit 90a9d0c (spaces and mutators); figures only.
struct BlockRules: Sendable {
    /// Factors for the output channels, and for the bottleneck where it is not chosen as a multiple of the output.
    var channelRatios: [Double]
    /// Bottleneck as a multiple of the output channels; empty where the bottleneck has factors of its own.
    var bottleneckRatios: [Double]
    /// The bottleneck's bounds as fractions of the output channels, on rounded values; the lower one of dense blocks is an option.
    var bottleneckBounds: ClosedRange<Double>
    var kernelSizes: [Int]
    /// Inner blocks that the first super block may have: it works on the largest feature map.
    var firstBlockDepth: Int
    /// Main-branch convolutions in one inner block.
    var layersPerInnerBlock: Int

    static let depthSteps = [-2, -1, 1, 2]

    static func of(_ kind: BlockKind) -> BlockRules {
        switch kind {
        case .superResK1KXK1, .convKXBNRELU:
            BlockRules(
                channelRatios: [1.5, 1.25, 0.8, 0.6, 0.5], bottleneckRatios: [], bottleneckBounds: 0...1, kernelSizes: [3, 5],
                firstBlockDepth: 3, layersPerInnerBlock: kind == .convKXBNRELU ? 1 : 3)
        case .superResKXKX, .superResK1KX:
            BlockRules(
                channelRatios: [2, 1.5, 1.25, 0.8, 0.6, 0.5], bottleneckRatios: [], bottleneckBounds: 0...1, kernelSizes: [3],
                firstBlockDepth: 2, layersPerInnerBlock: 2)
        case .superResK1DWK1:
            BlockRules(
                channelRatios: [2, 1.5, 1.25, 0.8, 0.6, 0.5], bottleneckRatios: [1.5, 2, 2.5, 3, 3.5, 4, 5, 6],
                bottleneckBounds: 1.5...6, kernelSizes: [3, 5], firstBlockDepth: 3, layersPerInnerBlock: 3)
        case .superResK1DWSEK1:
            BlockRules(
                channelRatios: (5...20).filter { $0 != 10 }.map { Double($0) / 10 }, bottleneckRatios: (15...60).map { Double($0) / 10 },
                bottleneckBounds: 1.5...6, kernelSizes: [3, 5, 7], firstBlockDepth: 3, layersPerInnerBlock: 3)
        }
    }
}
