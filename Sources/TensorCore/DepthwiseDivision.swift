/// How a depthwise convolution is divided: into blocks of channels for the cache, and over a team. Plain numbers, as in ``ConvolutionDivision``.
package struct DepthwiseDivision: Sendable {
    /// Rows of all images.
    package let rows: Int
    /// Channels in units of ``TensorLayout/channelGranularity``.
    package let units: Int
    /// Units that are computed at once.
    package let blockUnits: Int

    /// A block of fewer channels would read too little of each pixel in one piece.
    private static let fewestUnits = 4

    package init(_ shape: ConvolutionShape, input: TensorLayout, output: TensorLayout, cache: CacheSizes) {
        rows = output.batch * output.height
        units = output.paddedChannels / TensorLayout.channelGranularity
        // The rows under a kernel stay in the first-level cache from one output row to the next where they fit half of it: of narrow maps with many
        // channels not all at once.
        let windowBytes = shape.kernelSize * (input.width + 2 * input.halo) * TensorLayout.channelGranularity * 4
        let fitting = cache.level1 / 2 / windowBytes
        blockUnits = fitting < Self.fewestUnits ? units : min(fitting, units)
    }

    /// Divides a team over rows or over channels, whichever is better balanced, and over rows in a tie: small maps have few rows and many channels.
    package func shares(_ share: Share) -> (rows: Share, channels: Share) {
        share.imbalance(rows) <= share.imbalance(units) * 1.02 ? (share, .whole) : (.whole, share)
    }
}
