import Architecture

/// Puts a run of blocks of one structure into another of the same space.
///
/// Where the two do not fit, the channels of the last block before the seam are brought to the nearest that do; children without any are given up.
///
/// - Source: own derivation; a two-point crossover over blocks.
struct Crossover: Sendable {
    let space: DesignSpace
    let grid: ChannelSteps

    /// Takes blocks `range` from `other`. Returns the positions whose block is no longer the one that was there, as bits; 0 for nothing changed, or for a
    /// seam that cannot be mended (`blocks` is then of no use).
    func cross(_ blocks: inout [Block], with other: [Block], _ range: ClosedRange<Int>) -> UInt64 {
        var changed: UInt64 = 0
        for index in range where blocks[index] != other[index] {
            blocks[index] = other[index]
            changed |= 1 << UInt64(index)
        }
        guard changed != 0 else { return 0 }
        // The seams: before the first block of the range, behind the last.
        for index in [range.lowerBound, range.upperBound + 1] where index > 0 && index < blocks.count {
            let before = index - 1
            guard let bounds = space.channelBounds(before, in: blocks, grid: grid) else { return 0 }
            let channels = min(max(blocks[before].outChannels, bounds.lowerBound), bounds.upperBound)
            if channels != blocks[before].outChannels {
                blocks[before].outChannels = channels
                if space.positions[before].isSuper {
                    let range = space.bottleneckBounds(before, outChannels: channels, grid: grid)
                    blocks[before].bottleneck = min(max(blocks[before].bottleneck, range.lowerBound), range.upperBound)
                }
                changed |= 1 << UInt64(before)
            }
            if blocks[index].inChannels != channels {
                blocks[index].inChannels = channels
                changed |= 1 << UInt64(index)
            }
        }
        return changed
    }
}
