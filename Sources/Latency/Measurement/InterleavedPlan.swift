/// How several subjects are measured side by side.
public struct InterleavedPlan: Hashable, Sendable, Codable {
    /// Warm-up, confidence, and what counts as too few samples or too wide an interval.
    public var measurement = MeasurementPlan()
    /// Aim for the length of one visit to a subject.
    public var visitNanoseconds: UInt64 = 20_000_000
    /// Runs at the start of a visit of several runs that do not count: they find the caches full of another subject's data.
    public var settleRuns = 1
    /// Fewest and most rounds. A round visits every subject twice.
    public var minRounds = 10
    public var maxRounds = 200
    /// Longest time for all rounds together, counted as the sum of all samples. It never cuts the rounds below `minRounds`.
    public var maxNanoseconds: UInt64 = 60_000_000_000
    /// Sampling stops once half the width of every ratio's interval, at the confidence that differences are judged by, is at most this share of it.
    public var targetRelativeHalfWidth = 0.01
    /// Visits the baseline as if it were one more subject, to see how far a thing differs from itself.
    public var measuresNoiseFloor = true

    /// Ten rounds or more, until every ratio is known to ±1 %, one minute at most.
    public init() {
        measurement.minSamples = 20
    }
}
