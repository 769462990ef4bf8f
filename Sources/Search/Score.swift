import Architecture

/// What a search maximizes: a figure of a structure, larger is better.
public protocol Score: Sendable {
    /// The name that reports print, for example "closed-form entropy".
    var name: String { get }
    /// - Throws: whatever keeps the structure from being scored.
    func score(_ structure: Structure) throws -> Double
}

/// A score that is a sum over blocks once classes and strides are fixed; it is updated from the changed blocks alone.
public protocol AdditiveScore: Score {
    /// The part of one block. The sum over a structure's blocks equals `score(_:)` up to rounding.
    ///
    /// - Parameters:
    ///   - block: the block with its channels, kernel and depth.
    ///   - index: the block's place in the structure.
    ///   - strides: the strides of all blocks; stages end before each stride of 2 (but the first block's) and at the end.
    func term(_ block: Block, index: Int, strides: [Int]) throws -> Double
}
