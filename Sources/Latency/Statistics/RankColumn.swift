/// How one measure orders a set of networks: a value for each, and for each pair whether its order is certain.
public struct RankColumn: Hashable, Sendable {
    /// In the order of the networks; less is better.
    public var values: [Double]
    /// Ends of what each value may be; both the value itself where it is exact.
    public var low: [Double]
    public var high: [Double]
    /// −1 where network i is certainly below j, 1 where it is above, 0 where the difference lies within the uncertainty.
    public private(set) var order: [[Int]]

    /// Values with intervals: pairs whose intervals overlap are ties.
    ///
    /// - Precondition: equal counts, and low ≤ value ≤ high.
    public init(values: [Double], low: [Double], high: [Double]) {
        precondition(values.count == low.count && values.count == high.count, "an interval for each value")
        self.values = values
        self.low = low
        self.high = high
        order = values.indices.map { i in values.indices.map { j in high[i] < low[j] ? -1 : low[i] > high[j] ? 1 : 0 } }
    }

    /// Exact values: only equal ones are ties.
    public init(exact values: [Double]) { self.init(values: values, low: values, high: values) }

    /// Networks that were measured in turn: a pair is ordered by the paired ratio of its rounds, which the machine's moods leave alone.
    ///
    /// A pair is a tie where the ratio's interval holds 1, or where the ratio lies within the noise floor around 1. The intervals of the
    /// values are those of the rounds' medians.
    ///
    /// - Parameters:
    ///   - rounds: each network's time in each round, [network][round], above 0.
    ///   - noiseFloor: the ratio's interval of a network against itself; nil where that was not measured.
    ///   - confidence: of the intervals that pairs are judged by.
    public init(roundNanoseconds rounds: [[Double]], noiseFloor: Interval? = nil, confidence: Double = InterleavedComparison.differenceConfidence) {
        self.init(
            values: rounds.map { Quantile.median($0) },
            low: rounds.map { MedianInterval.of($0, confidence: confidence)?.low ?? 0 },
            high: rounds.map { MedianInterval.of($0, confidence: confidence)?.high ?? .infinity })
        for i in rounds.indices {
            for j in rounds.indices {
                let ratio = PairedRatio.of(values: rounds[i], baseline: rounds[j], confidence: confidence)
                let isNoise = noiseFloor.map { floor in floor.contains(ratio.ratio) || floor.contains(1 / ratio.ratio) } ?? false
                order[i][j] = !ratio.isDifference || isNoise ? 0 : ratio.ratio < 1 ? -1 : 1
            }
        }
    }
}

/// Where two orders of the same networks disagree.
public struct RankFlips: Hashable, Sendable {
    /// Kendall's τ-b of the values as they are; nil where one side is constant.
    public var tau: Double?
    /// Pairs whose order is certain in both.
    public var decided: Int
    /// Of those, the pairs in opposite order, first index below the second.
    public var flipped: [[Int]]

    /// - Precondition: columns of the same networks.
    public init(_ a: RankColumn, _ b: RankColumn) {
        tau = RankCorrelation.kendall(a.values, b.values)
        decided = 0
        flipped = []
        for i in a.values.indices {
            for j in a.values.indices where j > i && a.order[i][j] != 0 && b.order[i][j] != 0 {
                decided += 1
                if a.order[i][j] != b.order[i][j] { flipped.append([i, j]) }
            }
        }
    }
}

/// Which network a person would take who has a budget.
public enum RankPick {
    /// Index of the network with the greatest merit among those whose value is not above the budget network's; nil for no merits.
    ///
    /// - Parameters:
    ///   - column: the value that must be within the budget.
    ///   - merits: nil for networks that nobody knows the merit of.
    ///   - budget: the network whose value is the budget.
    public static func best(_ column: RankColumn, merits: [Double?], budget: Int) -> Int? {
        merits.indices.filter { merits[$0] != nil && column.values[$0] <= column.values[budget] }.max { (merits[$0] ?? 0) < (merits[$1] ?? 0) }
    }

    /// All networks that may be the best, by what is certain: the one of greatest merit that is certainly within the budget, and those of more merit that are not certainly beyond it.
    public static func possible(_ column: RankColumn, merits: [Double?], budget: Int) -> [Int] {
        let known = merits.indices.filter { merits[$0] != nil }
        func merit(_ index: Int) -> Double { merits[index] ?? 0 }
        let sure = known.filter { $0 == budget || column.order[$0][budget] < 0 }.max { merit($0) < merit($1) }
        return known.filter { index in index == sure || column.order[index][budget] == 0 && index != budget && sure.map { merit(index) > merit($0) } ?? true }
    }
}
