/// The channel counts at which layers are measured; prices of the counts between are interpolated.
public struct ChannelGrid: Hashable, Sendable {
    /// Input channels, ascending.
    public var input: [Int]
    /// Output channels (and the channels of layers that keep them), ascending multiples of `granularity`.
    public var output: [Int]
    /// Output channels are computed and stored in groups of this many, so 72 costs what 80 costs.
    public var granularity: Int

    /// - Precondition: both lists ascend strictly and hold at least two counts; the output counts are multiples of `granularity`.
    public init(input: [Int], output: [Int], granularity: Int = 16) {
        precondition(input.count >= 2 && output.count >= 2, "a grid needs two points a side")
        precondition(zip(input, input.dropFirst()).allSatisfy(<) && zip(output, output.dropFirst()).allSatisfy(<), "a grid ascends")
        precondition(granularity > 0 && output.allSatisfy { $0 % granularity == 0 }, "output counts fill whole groups")
        self.input = input
        self.output = output
        self.granularity = granularity
    }

    /// Steps of a half to a third of the count: wide enough to be few, narrow enough that the engine works alike at both ends.
    public static let standard = ChannelGrid(
        input: [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072],
        output: [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072])

    /// Every count up to `most` that is at least `factor` times the one before: few enough to be measured at once.
    func thinned(by factor: Int, upTo most: Int) -> ChannelGrid {
        func thin(_ axis: [Int]) -> [Int] {
            var kept = [axis[0]]
            for count in axis.dropFirst() where count >= factor * kept[kept.count - 1] && count <= most { kept.append(count) }
            return kept.count > 1 ? kept : Array(axis.prefix(2))
        }
        return ChannelGrid(input: thin(input), output: thin(output), granularity: granularity)
    }

    /// `channels` rounded up to what the engine computes.
    public func padded(_ channels: Int) -> Int { (channels + granularity - 1) / granularity * granularity }

    /// Where a count lies on an axis: between two points of the grid, or by itself.
    struct Place {
        var low: Int
        var high: Int
        /// 0 at `low`, 1 at `high`.
        var weight: Double
        /// The count lies outside of the grid and stands for itself.
        var isBeyond: Bool
    }

    static func place(_ channels: Int, on axis: [Int]) -> Place {
        guard channels >= axis[0], channels <= axis[axis.count - 1] else {
            return Place(low: channels, high: channels, weight: 0, isBeyond: true)
        }
        let above = axis.firstIndex { $0 >= channels }!
        guard axis[above] != channels else { return Place(low: channels, high: channels, weight: 0, isBeyond: false) }
        let (low, high) = (axis[above - 1], axis[above])
        return Place(low: low, high: high, weight: Double(channels - low) / Double(high - low), isBeyond: false)
    }
}
