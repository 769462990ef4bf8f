/// The division of a batch of maps into tiles of neighbouring pixels of one row, balanced so that no tile is much shorter than the others.
///
/// A row of 30 pixels with at most 14 a tile becomes 10 + 10 + 10, not 14 + 14 + 2.
struct RowTiling: Sendable {
    let images: Int
    let height: Int
    let maximum: Int
    /// First pixel of each tile of a row.
    let starts: [Int]
    /// Pixels of each tile of a row.
    let lengths: [Int]

    struct Position {
        var image: Int
        var y: Int
        var tile: Int
    }

    init(images: Int, height: Int, width: Int, maximum: Int) {
        self.images = images
        self.height = height
        self.maximum = maximum
        let tiles = (width + maximum - 1) / maximum
        var starts: [Int] = []
        var lengths: [Int] = []
        for tile in 0..<tiles {
            let range = Share(member: tile, of: tiles).range(of: width)
            starts.append(range.lowerBound)
            lengths.append(range.count)
        }
        self.starts = starts
        self.lengths = lengths
    }

    /// Tiles in all.
    var count: Int { images * height * starts.count }

    func position(_ index: Int) -> Position {
        let (line, tile) = index.quotientAndRemainder(dividingBy: starts.count)
        let (image, y) = line.quotientAndRemainder(dividingBy: height)
        return Position(image: image, y: y, tile: tile)
    }

    @inline(__always)
    func advance(_ p: inout Position) {
        p.tile += 1
        guard p.tile == starts.count else { return }
        p.tile = 0
        p.y += 1
        guard p.y == height else { return }
        p.y = 0
        p.image += 1
    }
}
