/// The division of a batch of maps into tiles of neighbouring pixels of one row, balanced so that no tile is much shorter than the others.
///
/// A row of 30 pixels with at most 14 a tile becomes 10 + 10 + 10, not 14 + 14 + 2. Plain numbers: members make tilings of their own while they run.
package struct RowTiling: Sendable {
    let images: Int
    let height: Int
    let maximum: Int
    /// Columns that are tiled: all of a map's, or of one long row of pixels those of a member.
    package let columns: Range<Int>
    /// Tiles of a row.
    package let tilesPerRow: Int

    struct Position {
        var image: Int
        var y: Int
        var tile: Int
    }

    init(images: Int, height: Int, columns: Range<Int>, maximum: Int) {
        self.images = images
        self.height = height
        self.maximum = maximum
        self.columns = columns
        tilesPerRow = (columns.count + maximum - 1) / maximum
    }

    /// Tiles in all.
    package var count: Int { images * height * tilesPerRow }

    /// The columns of a tile of a row.
    @inline(__always)
    func range(_ tile: Int) -> Range<Int> {
        let part = Share(member: tile, of: tilesPerRow).range(of: columns.count)
        return (columns.lowerBound + part.lowerBound)..<(columns.lowerBound + part.upperBound)
    }

    func position(_ index: Int) -> Position {
        let (line, tile) = index.quotientAndRemainder(dividingBy: max(tilesPerRow, 1))
        let (image, y) = line.quotientAndRemainder(dividingBy: height)
        return Position(image: image, y: y, tile: tile)
    }

    @inline(__always)
    func advance(_ p: inout Position) {
        p.tile += 1
        guard p.tile == tilesPerRow else { return }
        p.tile = 0
        p.y += 1
        guard p.y == height else { return }
        p.y = 0
        p.image += 1
    }
}
