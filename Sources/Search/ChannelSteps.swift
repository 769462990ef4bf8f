/// The channel counts that a search may choose.
///
/// Fine: every multiple of `step`. Coarse: about four values an octave (8, 16, … 64, 80, 96, 112, 128, 160, …), so that few different
/// layers need a measured latency while the search still finds its way; the fine grid polishes afterwards.
public struct ChannelSteps: Hashable, Sendable {
    /// The finest step; TinyNAS uses 8, which is also what vector kernels like.
    public var step: Int
    public var isCoarse: Bool

    public init(step: Int = 8, isCoarse: Bool = false) {
        precondition(step > 0)
        self.step = step
        self.isCoarse = isCoarse
    }

    /// The distance between neighbours near `channels`.
    @inline(__always)
    func step(at channels: Int) -> Int {
        guard isCoarse, channels >= 8 * step else { return step }
        let octave = 1 << (Int.bitWidth - 1 - channels.leadingZeroBitCount)
        // The octave's quarter, as a multiple of the finest step.
        return max(step, octave / 4 / step * step)
    }

    /// The nearest value of the grid, half to even as Python's `round`, at least one step.
    @inline(__always)
    func round(_ channels: Double) -> Int {
        let step = step(at: Int(channels))
        return max(step, Int((channels / Double(step)).rounded(.toNearestOrEven)) * step)
    }

    /// The largest value not above `channels`; 0 if there is none.
    @inline(__always)
    func floor(_ channels: Int) -> Int {
        let step = step(at: channels)
        return channels / step * step
    }

    /// The smallest value not below `channels`.
    @inline(__always)
    func ceil(_ channels: Int) -> Int {
        let floor = floor(channels)
        return floor == channels ? channels : floor + step(at: max(floor, step))
    }

    /// The next value above.
    @inline(__always)
    func above(_ channels: Int) -> Int { floor(channels) + step(at: max(floor(channels), step)) }

    /// The next value below, or the smallest one.
    @inline(__always)
    func below(_ channels: Int) -> Int { max(step, floor(channels - 1)) }
}
