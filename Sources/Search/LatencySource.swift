import Architecture

/// What a search asks for the latency of a block: a table measured on this machine, or a profile of another.
///
/// A network's predicted latency is `overheadNanoseconds` plus the sum over its blocks. A search asks once for each block and
/// remembers the answer, so an answer may cost a measurement.
public protocol LatencySource: Sendable {
    /// Nanoseconds of one block of one forward pass at batch 1.
    ///
    /// - Parameters:
    ///   - block: the block with its channels, kernel and depth.
    ///   - index: the block's place in the structure.
    ///   - inputSide: side of the block's input feature map.
    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double
    /// What a forward pass costs beyond its blocks.
    var overheadNanoseconds: Double { get }
}

/// A latency source that is a function: for tests, for profiles, for tables measured elsewhere.
public struct TableLatencySource: LatencySource {
    public var overheadNanoseconds: Double
    private let lookUp: @Sendable (Block, Int, Int) throws -> Double

    public init(overheadNanoseconds: Double = 0, _ lookUp: @escaping @Sendable (_ block: Block, _ index: Int, _ inputSide: Int) throws -> Double) {
        self.overheadNanoseconds = overheadNanoseconds
        self.lookUp = lookUp
    }

    /// A row of a table: a block and the side of its input.
    public struct Entry: Hashable, Sendable {
        public var block: Block
        public var inputSide: Int

        public init(block: Block, inputSide: Int) {
            self.block = block
            self.inputSide = inputSide
        }
    }

    /// A table of nanoseconds. A block that is not in it is an error, never a guess.
    public init(overheadNanoseconds: Double = 0, entries: [Entry: Double]) {
        self.init(overheadNanoseconds: overheadNanoseconds) { block, index, inputSide in
            guard let value = entries[Entry(block: block, inputSide: inputSide)] else {
                throw SearchError(.sourceFailed, "the latency table has no entry for block \(index) (\(block.kind.rawValue) \(block.inChannels) to \(block.outChannels) channels) at side \(inputSide)")
            }
            return value
        }
    }

    public func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double { try lookUp(block, index, inputSide) }
}
