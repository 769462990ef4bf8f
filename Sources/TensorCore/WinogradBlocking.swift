/// How a Winograd convolution divides its work for the caches: blocks of tiles, and groups of panels of output channels.
///
/// For each block the input transform V is made once; for each group all points are multiplied, and the products M are transformed back while
/// they are in the second-level cache. The weights are read once for each block, V once for each group.
public struct WinogradBlocking: Hashable, Sendable {
    /// Most tiles of a block.
    public var tiles: Int
    /// Most panels of a group.
    public var panels: Int

    public init(tiles: Int, panels: Int) {
        precondition(tiles > 0 && panels > 0, "blocks hold something")
        self.tiles = tiles
        self.panels = panels
    }

    /// About 28 tiles in whole microkernels, and as many panels as leave M in a quarter of the second-level cache, a power of two.
    ///
    /// With fewer tiles the weights come too fast from the third-level cache; more gain nothing on any measured layer, and push V out of the second level
    /// where channels are many. From 128 channels on one panel: the weights then stream in the order of memory, and the
    /// microkernels' chains are long enough to read V again.
    /// - Parameters:
    ///   - total: tiles that one member has.
    ///   - rows: most tiles of one microkernel.
    package static func choose(
        variant: WinogradVariant, inChannels: Int, panelWidth: Int, total: Int, rows: Int, cache: CacheSizes
    ) -> WinogradBlocking {
        let tiles = max(min((28 + rows - 1) / rows * rows, total), 1)
        let bytesPerPanel = variant.tile * variant.tile * tiles * panelWidth * 4
        var panels = 1
        while inChannels < 128 && 2 * panels * bytesPerPanel <= cache.level2 / 4 { panels *= 2 }
        return WinogradBlocking(tiles: tiles, panels: panels)
    }

    /// Floats from tile to tile of V: whole vectors, and an odd number of cache lines where a tile is long, so that the rows of a microkernel fall
    /// into different sets of the first-level cache.
    static func step(_ channels: Int) -> Int {
        let lines = TensorLayout.padded(channels) / 16
        return 16 * (lines >= 8 && lines % 2 == 0 ? lines + 1 : lines)
    }

    /// Floats from point to point: an odd number of cache lines, so that the points of one tile fall into different sets of the first-level cache.
    static func plane(tiles: Int, step: Int) -> Int {
        let lines = tiles * step / 16
        return 16 * (lines % 2 == 0 ? lines + 1 : lines)
    }
}

extension WinogradVariant {
    /// Divides a team over tiles or over panels, whichever the costs of ``cost(tiles:inputs:outputs:)`` say is sooner done.
    ///
    /// Over tiles every member reads all weights, over panels every member makes V for itself: with few tiles and many channels, where the weights
    /// take the time, panels are better.
    /// - Parameters:
    ///   - outputs: output channels, padded.
    ///   - kernels: the register tiles of the microkernels.
    package func shares(
        _ share: Share, tiles total: Int, inputs: Int, outputs: Int, kernels: ConvolutionTiles
    ) -> (tiles: Share, panels: Share) {
        guard share.count > 1 else { return (share, .whole) }
        let most = Double((total + share.count - 1) / share.count)
        let rows = kernels.rows(outputs)
        // Whole microkernels, balanced: a member with one tile more than the others needs one more row.
        let units = (total + rows - 1) / rows
        let byTiles = cost(tiles: units >= share.count ? most : Double(total), inputs: Double(inputs), outputs: Double(outputs))
        let byPanels = cost(
            tiles: Double(total), inputs: Double(inputs), outputs: Double(kernels.mostVectors(outputs, members: share.count) * kernels.lanes))
        return byTiles <= byPanels ? (share, .whole) : (.whole, share)
    }
}
