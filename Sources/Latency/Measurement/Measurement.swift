/// The result of measuring one thing: its samples, what they say, and how far to trust them.
public struct Measurement: Hashable, Sendable, Codable {
    /// Every sample after the warm-up, in the order taken, in nanoseconds.
    public var samplesNanoseconds: [UInt64]
    public var medianNanoseconds: Double
    public var p10Nanoseconds: Double
    public var p90Nanoseconds: Double
    /// Nil below ``Quantile/minimumSamplesForP99`` samples.
    public var p99Nanoseconds: Double?
    public var minNanoseconds: Double
    /// Median absolute deviation.
    public var madNanoseconds: Double
    /// Confidence interval of the median; nil with too few samples.
    public var interval: Interval?
    public var warmUpRuns: Int
    /// True when the warm-up ended because blocks of runs stopped improving, and not because its time was up.
    public var isSteady: Bool
    public var judgement: Judgement
    /// Remarks on single figures, for example "p90 from 20 samples".
    public var flags: [String]
    public var noise: NoiseRecord
    /// The same sample by sample and block by block; nil where none was kept.
    public var ledger: NoiseLedger?

    public var verdict: Verdict { judgement.verdict }
    /// The reasons in words, each with the next action.
    public var reasons: [String] { judgement.reasons.map(\.description) }

    /// Half the interval's width as a share of the median; nil without an interval.
    public var relativeHalfWidth: Double? { interval?.relativeHalfWidth(around: medianNanoseconds) }

    /// Summarizes and judges samples. With none, every figure is 0 and the verdict INVALID.
    public init(samples: [UInt64], warmUpRuns: Int, isSteady: Bool, plan: MeasurementPlan, noise: NoiseRecord, ledger: NoiseLedger? = nil) {
        let ordered = samples.map { Double($0) }
        let sorted = ordered.sorted()
        let count = sorted.count
        func quantile(_ p: Double) -> Double { count == 0 ? 0 : Quantile.ofSorted(sorted, p) }
        samplesNanoseconds = samples
        medianNanoseconds = quantile(0.5)
        p10Nanoseconds = quantile(0.1)
        p90Nanoseconds = quantile(0.9)
        p99Nanoseconds = count >= Quantile.minimumSamplesForP99 ? quantile(0.99) : nil
        minNanoseconds = sorted.first ?? 0
        madNanoseconds = count == 0 ? 0 : Quantile.medianAbsoluteDeviation(ordered)
        interval = MedianInterval.ofSorted(sorted, confidence: plan.confidence)
        self.warmUpRuns = warmUpRuns
        self.isSteady = isSteady
        var noise = noise
        // Read between runs only.
        if noise.sharedCoreShare == nil { noise.sharedCoreShare = ledger?.sharedCoreShare }
        self.noise = noise
        self.ledger = ledger
        let firm = Quantile.minimumSamplesForP90
        flags = count < firm ? ["p10 and p90 from \(count) samples, \(firm) are needed for a firm tail"] : []
        flags += ledger?.summaries(of: count) ?? []
        if let ledger, noise.sharedCoreShare ?? 0 >= NoiseLimits.suspectSharedCoreShare {
            let own = ledger.indices(without: .sharedCore).filter { $0 < count }.map { ordered[$0] }
            flags.append(
                own.count < firm
                    ? "\(own.count) samples had their cores for themselves"
                    : "\(NoiseLimits.text(Quantile.median(own) / 1e6)) ms in the median of the \(own.count) samples that had their cores for themselves")
        }
        judgement = Judgement(
            reasons: SampleLimits.reasons(
                ordered: ordered, median: medianNanoseconds, interval: interval, isSteady: isSteady, plan: plan)
                + NoiseLimits.reasons(noise),
            unknowns: noise.unknowns)
    }

    enum CodingKeys: String, CodingKey {
        case samplesNanoseconds = "samples_ns"
        case medianNanoseconds = "median_ns"
        case p10Nanoseconds = "p10_ns"
        case p90Nanoseconds = "p90_ns"
        case p99Nanoseconds = "p99_ns"
        case minNanoseconds = "min_ns"
        case madNanoseconds = "mad_ns"
        case interval = "median_interval_ns"
        case warmUpRuns = "warm_up_runs"
        case isSteady = "steady"
        case judgement, flags, noise, ledger
    }
}
