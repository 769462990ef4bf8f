import Architecture
import Engines
import Inference
import Latency
import Report
import Search

/// Measures a search's finalists as whole networks, in turn with the baseline: in the tensor core, or in another runtime.
final class NetworkMeasurer: SearchMeasurer {
    private let session: Session
    private let resolution: Int
    private let seed: UInt64
    private let plan: InterleavedPlan
    private let progress: ProgressLine
    private let baseline: Subject?
    private let runs: EngineRuns
    private(set) var engine: EngineUse?
    private var baselineRound: MeasuredRound?
    private var retryHelps = true
    private let anchor: Anchor
    /// The anchor's median of the first comparison: the speed that finalists of all rounds are corrected to.
    private var anchorReference: Double?

    /// The baseline alone only sets the scale: it is measured again with every round of finalists.
    private static let longestBaselineNanoseconds: UInt64 = 5_000_000_000

    /// A network that is ready to run.
    private struct Subject {
        let sampled: any Sampled
        let program: Program
        /// Nil in the tensor core.
        let process: EngineProcess?
    }

    init(
        session: Session, baseline: (network: Network, resolution: Int)?, resolution: Int, seed: UInt64, plan: InterleavedPlan, runs: EngineRuns,
        progress: ProgressLine
    ) throws {
        self.session = session
        self.resolution = resolution
        self.seed = seed
        self.plan = plan
        self.runs = runs
        self.progress = progress
        anchor = try Anchor(team: session.team, isa: session.isa)
        self.baseline = try baseline.map { try NetworkMeasurer.subject($0.network, $0.resolution, session, seed, runs) }
        engine = self.baseline?.process.map { EngineUse($0.engine, version: $0.ready.version) }
    }

    private static func subject(_ network: Network, _ resolution: Int, _ session: Session, _ seed: UInt64, _ runs: EngineRuns) throws -> Subject {
        guard !runs.engines.isEmpty else {
            let executable = try session.executable(network, resolution: resolution, batch: 1, seed: seed)
            return Subject(sampled: executable, program: executable.program, process: nil)
        }
        // The tensor core gives weights, input and what the outputs have to be; how fast it is does not matter here.
        let executable = try Executable(network, resolution: resolution, isa: session.isa, team: session.team, seed: seed, convolution: .rule)
        let process = try runs.replacing(executable, of: network)
        return Subject(sampled: process, program: executable.program, process: process)
    }

    /// The baseline's program, for its composed latency.
    var baselineProgram: Program? { baseline?.program }

    /// Takes over the baseline's first measurement of an earlier session, so that it is not made again.
    func recall(_ baseline: MeasuredNetwork?) { baselineRound = MeasuredRound(baseline: baseline, networks: []) }

    func measure(_ structures: [Structure]) throws -> MeasuredRound {
        // The baseline alone is asked for more than once; the finalists' rounds measure it anew.
        if structures.isEmpty, let baselineRound { return baselineRound }
        let finalists = try structures.map { try NetworkMeasurer.subject($0.network(), resolution, session, seed, runs) }
        let subjects = (baseline.map { [$0] } ?? []) + finalists
        if engine == nil { engine = subjects.first?.process.map { EngineUse($0.engine, version: $0.ready.version) } }
        guard !subjects.isEmpty else { return MeasuredRound(baseline: nil, networks: []) }
        var plan = plan
        // The baseline is measured against itself while there is nothing else to measure it against.
        plan.measuresNoiseFloor = structures.isEmpty
        if structures.isEmpty { plan.maxNanoseconds = min(plan.maxNanoseconds, NetworkMeasurer.longestBaselineNanoseconds) }
        let label = structures.isEmpty ? "measuring the baseline" : "measuring \(structures.count) finalists with the baseline"
        var comparison = try compare(subjects, plan, label)
        // A burst of other load must not decide a search: what was INVALID is measured once more, unless that did not help before.
        if retryHelps, comparison.hasInvalid {
            comparison = try compare(subjects, plan, label + " again, the machine was too noisy")
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

    private func compare(_ subjects: [Subject], _ plan: InterleavedPlan, _ label: String) throws -> InterleavedComparison {
        progress.update(label, done: 0, total: nil)
        return try measureInTurn(
            subjects.map(\.sampled), engines: subjects.compactMap(\.process), plan: plan, anchor: anchor, team: session.team
        ) { [progress] rounds, share in
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
