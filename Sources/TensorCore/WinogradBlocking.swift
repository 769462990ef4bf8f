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

    /// - Parameters:
    ///   - total: tiles that one member has.
    ///   - rows: most tiles of one microkernel.
    static func choose(variant: WinogradVariant, inChannels: Int, panelWidth: Int, total: Int, rows: Int, cache: CacheSizes) -> WinogradBlocking {
        let points = variant.tile * variant.tile
        let bytesPerTile = points * step(inChannels) * 4
        let fitting = cache.level2 / 2 / bytesPerTile
        // Few rows a block would read the weights from the third-level cache faster than it can give them: then V leaves the second level instead.
        let least = 4 * rows
        let tiles = max(min(max(fitting / rows * rows, least), total), 1)
        let panels = max(cache.level2 / 4 / (points * tiles * panelWidth * 4), 1)
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
