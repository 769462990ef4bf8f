import Architecture
import Latency

/// Measures finalists as whole networks, each interleaved with the baseline.
public protocol WholeNetworkMeasurer {
    /// Measures the structures and the baseline in one interleaved run; with no structures, the baseline alone.
    ///
    /// - Returns: one measurement for each structure, in order.
    /// - Throws: whatever keeps a network from being built or run. Noise is no error: it is in the verdicts.
    func measure(_ structures: [Structure]) throws -> MeasuredRound
}

extension WholeNetworkMeasurer {
    /// One interleaved run, with one measurement for each structure or an error.
    ///
    /// - Throws: `SearchError` with `.sourceFailed`.
    func round(_ structures: [Structure]) throws(SearchError) -> MeasuredRound {
        let round: MeasuredRound
        do { round = try measure(structures) } catch let error as SearchError { throw error } catch {
            throw SearchError(.sourceFailed, "measuring \(structures.count) finalists: \(error)")
        }
        guard round.networks.count == structures.count else {
            throw SearchError(.sourceFailed, "asked for \(structures.count) measurements and got \(round.networks.count)")
        }
        return round
    }
}

/// What one interleaved run measured.
public struct MeasuredRound: Hashable, Sendable {
    /// Nil if the measurer has no baseline.
    public var baseline: MeasuredNetwork?
    public var networks: [MeasuredNetwork]

    public init(baseline: MeasuredNetwork?, networks: [MeasuredNetwork]) {
        self.baseline = baseline
        self.networks = networks
    }
}

/// The measured latency of a whole network, alone and against the baseline of the same run.
public struct MeasuredNetwork: Hashable, Sendable, Codable {
    public var medianNanoseconds: Double
    /// The median's confidence interval, where there were enough samples for one.
    public var lowNanoseconds: Double?
    public var highNanoseconds: Double?
    /// This network's time over the baseline's, paired; nil without a baseline.
    public var ratio: Double?
    public var ratioLow: Double?
    public var ratioHigh: Double?
    /// The median at the speed that the machine had when the search began, by an anchor measured in turn; nil in older records.
    public var driftCorrectedNanoseconds: Double?
    /// The 90th percentile of the samples, and over that of the baseline in the same run; nil in older records and for predictions.
    public var p90Nanoseconds: Double?
    public var p90Ratio: Double?
    /// How many samples there were; nil in older records and for predictions.
    public var samples: Int?
    public var verdict: Verdict
    /// What speaks against the measurement, in words.
    public var reasons: [String]

    public init(
        medianNanoseconds: Double, lowNanoseconds: Double? = nil, highNanoseconds: Double? = nil, ratio: Double? = nil, ratioLow: Double? = nil,
        ratioHigh: Double? = nil, driftCorrectedNanoseconds: Double? = nil,
        p90Nanoseconds: Double? = nil, p90Ratio: Double? = nil, samples: Int? = nil, verdict: Verdict,
        reasons: [String] = []
    ) {
        self.medianNanoseconds = medianNanoseconds
        self.lowNanoseconds = lowNanoseconds
        self.highNanoseconds = highNanoseconds
        self.ratio = ratio
        self.ratioLow = ratioLow
        self.ratioHigh = ratioHigh
        self.driftCorrectedNanoseconds = driftCorrectedNanoseconds
        self.p90Nanoseconds = p90Nanoseconds
        self.p90Ratio = p90Ratio
        self.samples = samples
        self.verdict = verdict
        self.reasons = reasons
    }

    /// The share of a latency budget that is used; at most 1 keeps it. A median counts by the upper end of its confidence interval where there is one.
    ///
    /// A budget relative to the baseline is judged by this very run, the median by its paired ratio and the 90th percentile by the baseline's own: the
    /// machine may have changed since another. Without samples nothing is known of a 90th percentile, and no budget is kept.
    public func use(of budget: LatencyBudget, at percentile: LatencyPercentile = .p50) -> Double {
        switch (budget, percentile) {
        case (.nanoseconds(let limit), .p50): (highNanoseconds ?? medianNanoseconds) / limit
        case (.nanoseconds(let limit), .p90): (p90Nanoseconds ?? .infinity) / limit
        case (.relative(let factor, _), .p50): (ratioHigh ?? ratio ?? .infinity) / factor
        case (.relative(let factor, _), .p90): (p90Ratio ?? .infinity) / factor
        }
    }

    /// The time at a percentile; the median where another is not known.
    public func nanoseconds(at percentile: LatencyPercentile) -> Double { percentile == .p90 ? p90Nanoseconds ?? medianNanoseconds : medianNanoseconds }

    /// The time over the baseline's at a percentile.
    func ratio(at percentile: LatencyPercentile) -> Double? { percentile == .p90 ? p90Ratio : ratio }

    /// Half of the relevant confidence interval, relative to its middle; 0 where there is none.
    func relativeHalfWidth(for budget: LatencyBudget) -> Double {
        switch budget {
        case .nanoseconds: highNanoseconds.map { max(0, $0 / medianNanoseconds - 1) } ?? 0
        case .relative: ratioHigh.flatMap { high in ratio.map { max(0, high / $0 - 1) } } ?? 0
        }
    }
}
