import Architecture

/// A block's mutable fields in 64 bits: what memo tables and the set of seen structures compare.
///
/// Class and stride are left out because a position in a design space fixes them.
struct BlockKey: Hashable, Sendable {
    static let channelMaximum = (1 << 14) - 1
    static let bottleneckMaximum = (1 << 17) - 1
    static let kernelMaximum = 31
    static let depthMaximum = 127

    let bits: UInt64

    @inline(__always)
    init(_ block: Block) {
        var bits = UInt64(truncatingIfNeeded: block.inChannels)
        bits = bits << 14 | UInt64(truncatingIfNeeded: block.outChannels)
        bits = bits << 17 | UInt64(truncatingIfNeeded: block.bottleneck)
        bits = bits << 5 | UInt64(truncatingIfNeeded: block.kernelSize)
        bits = bits << 7 | UInt64(truncatingIfNeeded: block.depth)
        self.bits = bits
    }

    /// Whether the block's fields fit; a design space refuses a start that does not.
    static func fits(_ block: Block) -> Bool {
        (1...channelMaximum).contains(block.inChannels) && (1...channelMaximum).contains(block.outChannels)
            && (0...bottleneckMaximum).contains(block.bottleneck) && (1...kernelMaximum).contains(block.kernelSize)
            && (1...depthMaximum).contains(block.depth)
    }
}

/// A hash of a whole structure of one design space. Two structures with one hash would make the search skip the second: at ten
/// million structures the chance that it happens at all is 3·10⁻⁶.
@inline(__always)
func structureHash(_ blocks: [Block]) -> UInt64 {
    var hash: UInt64 = 0x243F_6A88_85A3_08D3
    for block in blocks { hash = mix64(hash ^ BlockKey(block).bits) &+ 0x9E37_79B9_7F4A_7C15 }
    return hash
}
