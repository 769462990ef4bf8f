#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many times as long one thing takes as another, from measurements taken side by side.
public struct PairedRatio: Hashable, Sendable, Codable {
    /// The median of the rounds' ratios; below 1 is faster than the baseline.
    public var ratio: Double
    /// Covers the true median ratio; nil with too few rounds (fewer than 6 at 95 %).
    public var interval: Interval?
    /// Number of rounds.
    public var rounds: Int

    public init(ratio: Double, interval: Interval?, rounds: Int) {
        self.ratio = ratio
        self.interval = interval
        self.rounds = rounds
    }

    /// The geometric mean of ratios; nil for none.
    public static func geometricMean(_ ratios: [Double]) -> Double? {
        ratios.isEmpty ? nil : exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
    }

    /// True when the interval is known and excludes 1.
    public var isDifference: Bool { interval.map { !$0.contains(1) } ?? false }

    /// The ratio of paired values, `value / baseline` round by round.
    ///
    /// The median of ln(vᵢ / bᵢ) with its order-statistic interval, taken back by exp. The logarithm makes "twice as slow" and "twice as
    /// fast" mirror images, so exchanging the two inverts the result exactly. A round's two values are measured next to each other in
    /// time, so a machine that changes speed from round to round changes both and leaves the ratio alone; nothing is assumed of the
    /// distribution of the ratios.
    ///
    /// - Precondition: the arrays have the same count, at least 1, and every value is greater than 0.
    /// - Source: the interval of ``MedianInterval`` applied to paired log ratios; the sign-test interval in M. Hollander, D. A. Wolfe,
    ///   E. Chicken, Nonparametric Statistical Methods, 3rd edition, 2014, section 3.6.
    public static func of(values: [Double], baseline: [Double], confidence: Double = 0.95) -> PairedRatio {
        precondition(values.count == baseline.count && !values.isEmpty, "a paired ratio needs as many values as baselines")
        precondition(values.allSatisfy { $0 > 0 } && baseline.allSatisfy { $0 > 0 }, "a ratio of times needs times above 0")
        let logs = zip(values, baseline).map { log($0 / $1) }.sorted()
        let interval = MedianInterval.ofSorted(logs, confidence: confidence).map {
            Interval(low: exp($0.low), high: exp($0.high), confidence: $0.confidence)
        }
        return PairedRatio(ratio: exp(Quantile.ofSorted(logs, 0.5)), interval: interval, rounds: logs.count)
    }
}
