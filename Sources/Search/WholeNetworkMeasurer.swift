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
    public var verdict: Verdict
    /// What speaks against the measurement, in words.
    public var reasons: [String]

    public init(
        medianNanoseconds: Double, lowNanoseconds: Double? = nil, highNanoseconds: Double? = nil, ratio: Double? = nil, ratioLow: Double? = nil,
        ratioHigh: Double? = nil, driftCorrectedNanoseconds: Double? = nil, verdict: Verdict, reasons: [String] = []
    ) {
        self.medianNanoseconds = medianNanoseconds
        self.lowNanoseconds = lowNanoseconds
        self.highNanoseconds = highNanoseconds
        self.ratio = ratio
        self.ratioLow = ratioLow
        self.ratioHigh = ratioHigh
        self.driftCorrectedNanoseconds = driftCorrectedNanoseconds
        self.verdict = verdict
        self.reasons = reasons
    }

    /// The share of a latency budget that is used, by the upper end of the confidence interval where there is one; at most 1 keeps it.
    ///
    /// A budget relative to the baseline is judged by the paired ratio of this very run: the machine may have changed since another.
    public func use(of budget: LatencyBudget) -> Double {
        switch budget {
        case .nanoseconds(let limit): (highNanoseconds ?? medianNanoseconds) / limit
        case .relative(let factor, _): (ratioHigh ?? ratio ?? .infinity) / factor
        }
    }

    /// Half of the relevant confidence interval, relative to its middle; 0 where there is none.
    func relativeHalfWidth(for budget: LatencyBudget) -> Double {
        switch budget {
        case .nanoseconds: highNanoseconds.map { max(0, $0 / medianNanoseconds - 1) } ?? 0
        case .relative: ratioHigh.flatMap { high in ratio.map { max(0, high / $0 - 1) } } ?? 0
        }
    }
}
