import Latency

/// What was measured of one network in one engine: the fields of a measurement in turn with others.
public struct TimingRecord: Codable, Sendable {
    public var medianNanoseconds: Double
    public var lowNanoseconds: Double?
    public var highNanoseconds: Double?
    public var p10Nanoseconds: Double
    public var p90Nanoseconds: Double
    public var verdict: Verdict
    public var reasons: [String]
    /// The median of each round.
    public var roundNanoseconds: [Double]
    public var samplesNanoseconds: [UInt64]

    public init(_ comparison: InterleavedComparison, subject: Int) {
        let measurement = comparison.measurements[subject]
        medianNanoseconds = measurement.medianNanoseconds
        lowNanoseconds = measurement.interval?.low
        highNanoseconds = measurement.interval?.high
        p10Nanoseconds = measurement.p10Nanoseconds
        p90Nanoseconds = measurement.p90Nanoseconds
        verdict = measurement.verdict
        reasons = measurement.reasons
        roundNanoseconds = comparison.roundNanoseconds[subject]
        samplesNanoseconds = measurement.samplesNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case medianNanoseconds = "median_ns"
        case lowNanoseconds = "median_low_ns"
        case highNanoseconds = "median_high_ns"
        case p10Nanoseconds = "p10_ns"
        case p90Nanoseconds = "p90_ns"
        case verdict, reasons
        case roundNanoseconds = "round_ns"
        case samplesNanoseconds = "samples_ns"
    }
}
