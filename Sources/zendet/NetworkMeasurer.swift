import Architecture
import Inference
import Latency
import Report
import Search

/// Measures a search's finalists as whole networks, in turn with the baseline.
final class NetworkMeasurer: SearchMeasurer {
    private let session: Session
    private let resolution: Int
    private let seed: UInt64
    private let plan: InterleavedPlan
    private let progress: ProgressLine
    private let baseline: Executable?
    private var baselineRound: MeasuredRound?
    private var retryHelps = true
    private let anchor: Anchor
    /// The anchor's median of the first comparison: the speed that finalists of all rounds are corrected to.
    private var anchorReference: Double?

    /// The baseline alone only sets the scale: it is measured again with every round of finalists.
    private static let longestBaselineNanoseconds: UInt64 = 5_000_000_000

    init(
        session: Session, baseline: (network: Network, resolution: Int)?, resolution: Int, seed: UInt64, plan: InterleavedPlan, progress: ProgressLine
    ) throws {
        self.session = session
        self.resolution = resolution
        self.seed = seed
        self.plan = plan
        self.progress = progress
        anchor = try Anchor(team: session.team, isa: session.isa)
        self.baseline = try baseline.map { try session.executable($0.network, resolution: $0.resolution, batch: 1, seed: seed) }
    }

    /// The baseline's program, for its composed latency.
    var baselineProgram: Program? { baseline?.program }

    /// Takes over the baseline's first measurement of an earlier session, so that it is not made again.
    func recall(_ baseline: MeasuredNetwork?) { baselineRound = MeasuredRound(baseline: baseline, networks: []) }

    func measure(_ structures: [Structure]) throws -> MeasuredRound {
        // The baseline alone is asked for more than once; the finalists' rounds measure it anew.
        if structures.isEmpty, let baselineRound { return baselineRound }
        let executables = try structures.map { try session.executable($0.network(), resolution: resolution, batch: 1, seed: seed) }
        let subjects = (baseline.map { [$0] } ?? []) + executables
        guard !subjects.isEmpty else { return MeasuredRound(baseline: nil, networks: []) }
        var plan = plan
        // The baseline is measured against itself while there is nothing else to measure it against.
        plan.measuresNoiseFloor = structures.isEmpty
        if structures.isEmpty { plan.maxNanoseconds = min(plan.maxNanoseconds, NetworkMeasurer.longestBaselineNanoseconds) }
        let label = structures.isEmpty ? "measuring the baseline" : "measuring \(structures.count) finalists with the baseline"
        var comparison = compare(subjects, plan, label)
        // A burst of other load must not decide a search: what was INVALID is measured once more, unless that did not help before.
        if retryHelps, comparison.hasInvalid {
            comparison = compare(subjects, plan, label + " again, the machine was too noisy")
            retryHelps = !comparison.hasInvalid
        }
        if anchorReference == nil { anchorReference = comparison.anchorRoundNanoseconds.flatMap { $0.isEmpty ? nil : Quantile.median($0) } }
        let all = comparison.measurements.indices.map { index in
            MeasuredNetwork(
                comparison.measurements[index], ratio: baseline == nil || index == 0 ? nil : comparison.ratios[index],
                drift: comparison.driftCorrection(index, reference: anchorReference),
                baseline: baseline == nil || index == 0 ? nil : comparison.measurements[0])
        }
        let round = MeasuredRound(baseline: baseline == nil ? nil : all[0], networks: Array(all.suffix(structures.count)))
        if structures.isEmpty { baselineRound = round }
        return round
    }

    private func compare(_ subjects: [Executable], _ plan: InterleavedPlan, _ label: String) -> InterleavedComparison {
        progress.update(label, done: 0, total: nil)
        return measureInterleaved(subjects, baseline: 0, plan: plan, anchor: anchor, observer: session.observer) { [progress] rounds, share in
            progress.update(label, done: plan.shareDone(rounds: rounds, share: share), total: 1)
        }
    }
}

extension InterleavedPlan {
    /// The share that a person should see: the fewest rounds are done whatever time they take.
    func shareDone(rounds: Int, share: Double) -> Double {
        rounds < minRounds ? min(share, Double(rounds) / Double(minRounds)) : share
    }
}

extension InterleavedComparison {
    var hasInvalid: Bool { measurements.contains { $0.verdict == .invalid } }
}

extension MeasuredNetwork {
    init(_ measurement: Measurement, ratio: PairedRatio?, drift: DriftCorrection?, baseline: Measurement?) {
        self.init(
            medianNanoseconds: measurement.medianNanoseconds, lowNanoseconds: measurement.interval?.low,
            highNanoseconds: measurement.interval?.high, ratio: ratio?.ratio, ratioLow: ratio?.interval?.low, ratioHigh: ratio?.interval?.high,
            driftCorrectedNanoseconds: drift?.correctedNanoseconds, p90Nanoseconds: measurement.p90Nanoseconds,
            p90Ratio: baseline.flatMap { $0.p90Nanoseconds > 0 ? measurement.p90Nanoseconds / $0.p90Nanoseconds : nil },
            samples: measurement.samplesNanoseconds.count, verdict: measurement.verdict, reasons: measurement.reasons)
    }
}
