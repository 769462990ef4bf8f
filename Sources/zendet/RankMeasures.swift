import Architecture
import Inference
import Latency
import Machine
import Report
import TensorCore

/// Takes every measure of a set of networks: counted, modelled, and measured or predicted here.
struct RankMeasures {
    let networks: [Network]
    let baseline: Int
    /// Sides of the networks' own inputs.
    let resolutions: [Int]
    let batch: Int
    let seed: UInt64
    let output: Output

    /// How far a price made of measured layers may be off, as a share; own choice, above what finalists of recorded searches show.
    static let predictionUncertainty = 0.05

    func flops(_ scores: [ScoreRecord]) -> RankFlipsRecord.Measure {
        RankFlipsRecord.Measure(kind: .flops, title: "reference FLOPs", column: RankColumn(exact: scores.map(\.referenceFLOPs)))
    }

    /// One measure for each precision and batch. What a value may be is the card's 90th percentile for networks of its kind, or the ends that a
    /// library gives; anything where there is neither, and anything above where layers have no figure.
    func v100(_ model: AcceleratorModel, batches: [Int]) throws -> [RankFlipsRecord.Measure] {
        try model.precisions.flatMap { precision in
            try batches.map { batch in
                let estimates = try networks.indices.map {
                    try model.milliseconds(network: networks[$0], resolution: resolutions[$0], batch: batch, precision: precision)
                }
                func ends(_ estimate: AcceleratorEstimate) -> (low: Double, high: Double) {
                    if let error = estimate.error.map({ min($0.p90, 0.9) }) {
                        return (estimate.millisecondsPerImage / (1 + error), estimate.millisecondsPerImage / (1 - error))
                    }
                    return estimate.source == .library ? (estimate.lowMillisecondsPerImage, estimate.highMillisecondsPerImage) : (0, .infinity)
                }
                let bounds = estimates.map { estimate in
                    let (low, high) = ends(estimate)
                    return (low: low * 1e6, high: estimate.isComplete ? high * 1e6 : .infinity)
                }
                var measure = RankFlipsRecord.Measure(
                    kind: .v100, title: "V100 \(precision.rawValue) batch \(batch)",
                    column: RankColumn(
                        values: estimates.map { $0.millisecondsPerImage * 1e6 }, low: bounds.map(\.low), high: bounds.map(\.high)))
                measure.precision = precision.rawValue
                measure.batch = batch
                return measure
            }
        }
    }

    /// All networks in turn, on one team.
    func measured(_ session: Session, plan: InterleavedPlan) throws -> (measure: RankFlipsRecord.Measure, comparison: InterleavedComparison) {
        let title = title(session)
        let executables = try networks.indices.map { try session.executable(networks[$0], resolution: resolutions[$0], batch: batch, seed: seed) }
        output.progress.update("warming up", done: 0, total: nil, detail: title)
        let comparison = measureInterleaved(executables, baseline: baseline, plan: plan, observer: session.observer) { rounds, share in
            output.progress.update("measuring in turn", done: plan.shareDone(rounds: rounds, share: share), total: 1, detail: "\(title), round \(rounds)")
        }
        let rounds = comparison.roundNanoseconds.map { $0.map { $0 / Double(batch) } }
        let column = rounds.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 > 0 } })
            ? RankColumn(roundNanoseconds: rounds, noiseFloor: comparison.noiseFloor?.interval)
            : RankColumn(
                values: networks.map { _ in 0 }, low: networks.map { _ in 0 }, high: networks.map { _ in .infinity })
        var measure = measure(.measured, title, session, column)
        measure.verdict = comparison.measurements.map(\.verdict).max()
        return (measure, comparison)
    }

    /// Sums of measured layers; quick where a search has filled the table.
    func predicted(_ session: Session) throws -> RankFlipsRecord.Measure {
        let predictor = LayerPredictor(source: session.timer)
        let title = title(session)
        let values = try networks.indices.map { index in
            output.progress.update("pricing layers", done: Double(index), total: Double(networks.count), detail: "\(networks[index].name), \(title)")
            return try predictor.nanoseconds(program: try Program.lower(networks[index], resolution: resolutions[index], batch: batch)) / Double(batch)
        }
        let column = RankColumn(
            values: values, low: values.map { $0 / (1 + Self.predictionUncertainty) }, high: values.map { $0 * (1 + Self.predictionUncertainty) })
        return measure(.predicted, title, session, column)
    }

    /// By the model of another machine's profile. What a value may be is the 95th percentile of its card; anything where there is none, or where more
    /// than ``extrapolationLimit`` of the time lies outside of what the model was fitted to.
    func predicted(_ profile: String, _ model: StepModel) throws -> RankFlipsRecord.Measure {
        let predictions = try networks.indices.map { try PredictionRecord(profile, model, networks[$0], resolution: resolutions[$0]) }
        let error = model.card.map { min($0.p95Percent / 100, 0.9) }
        let bounds = predictions.map { prediction -> (low: Double, high: Double) in
            guard let error, prediction.outsideShare <= Self.extrapolationLimit else { return (0, .infinity) }
            return (prediction.nanoseconds / (1 + error), prediction.nanoseconds / (1 - error))
        }
        var measure = RankFlipsRecord.Measure(
            kind: .profile, title: "predicted, \(ProfileRecord(name: profile, model: model).machine)",
            column: RankColumn(values: predictions.map(\.nanoseconds), low: bounds.map(\.low), high: bounds.map(\.high)))
        measure.isa = model.isa
        measure.threads = model.engine.threads
        measure.batch = batch
        measure.predictions = predictions
        return measure
    }

    /// A share of a network's time; own choice, the same as beyond which a V100 figure is called less certain.
    static let extrapolationLimit = 0.05

    private func title(_ session: Session) -> String { "\(session.isa.rawValue), \(counted(session.team.count, "thread"))" }

    private func measure(_ kind: RankFlipsRecord.Measure.Kind, _ title: String, _ session: Session, _ column: RankColumn) -> RankFlipsRecord.Measure {
        var measure = RankFlipsRecord.Measure(kind: kind, title: title, column: column)
        measure.isa = session.isa.rawValue
        measure.threads = session.team.count
        measure.batch = batch
        return measure
    }
}

/// What a reader of measures that disagree has to know.
enum RankNotes {
    static func sections(_ record: RankFlipsRecord) -> [Section] {
        var sections: [Section] = [
            .heading("\(record.resolution) px: cost over \(record.baseline)'s, by measure"), .table(.rankGrid(record)),
            .note("~: not certainly different from \(record.baseline). \(certainty(record))"), .heading("Kendall's tau between measures"),
            .table(.rankAgreement(record)),
        ]
        let here = record.flips.filter(\.concernsThisMachine), elsewhere = record.flips.filter { !$0.concernsThisMachine }
        sections.append(.note(
            here.isEmpty ? "No pair certainly changes order between this machine and the other measures." : "Pairs that change order between this machine and other measures:",
            points: here.map(text)))
        if !elsewhere.isEmpty { sections.append(.note("Pairs that change order among the measures of one kind:", points: elsewhere.map(text))) }
        sections += [.heading("The pick: greatest \(record.merit) that costs no more than \(record.baseline)"), .table(.rankPicks(record))]
        if record.picks.contains(where: { !$0.alternatives.isEmpty }) { sections.append(.note("or: what the pick may be as well, by what is certain of the costs.")) }
        sections += record.measures.compactMap(\.predictions?.first).map { .note($0.profile.text(ofColumn: "Predicted elsewhere")) }
        sections += ProfileColumns.extrapolations(record.measures.flatMap { measure in zip(record.networks, measure.predictions ?? []).map { ($0, $1) } })
        let changes = pickChanges(record)
        if !changes.isEmpty { sections.append(.note("Picks that would change here:", points: changes)) }
        if !record.claims.isEmpty { sections.append(.note("Published choices:", points: record.claims.map(text))) }
        return sections
    }

    private static func certainty(_ record: RankFlipsRecord) -> String {
        var parts: [String] = []
        if record.measures.contains(where: { $0.kind == .v100 }) {
            parts.append("V100 figures are a model's and not a measurement; they are as certain as the 90th percentile of its error card")
        }
        if record.measures.contains(where: { $0.kind == .measured }) {
            parts.append("measured ones are ordered by the 99 % interval of paired rounds, beyond the noise floor")
        }
        if record.measures.contains(where: { $0.kind == .predicted }) {
            parts.append("predicted ones are taken for certain to ±\(NumberText.percent(RankMeasures.predictionUncertainty, places: 0))")
        }
        if record.measures.contains(where: { $0.kind == .profile }) {
            parts.append(
                "those of profiles are predicted and as certain as the 95th percentile of their model's card, and not at all where more than "
                    + "\(NumberText.percent(RankMeasures.extrapolationLimit, places: 0)) of the time is extrapolated")
        }
        return parts.joined(separator: "; ") + "."
    }

    private static func text(_ flip: RankFlipsRecord.Flip) -> String {
        "\(flip.network) costs less than \(flip.other) by \(flip.lower.joined(separator: "; ")) | more by \(flip.higher.joined(separator: "; "))"
            + (flip.tied.isEmpty ? "" : " | undecided by \(flip.tied.joined(separator: "; "))")
    }

    private static func pickChanges(_ record: RankFlipsRecord) -> [String] {
        record.picks.filter { !$0.isHere }.compactMap { pick in
            let others = record.picks.filter { $0.isHere && $0.isCertainlyOther(than: pick) }
            guard !others.isEmpty else { return nil }
            return "by \(pick.measure) \(pick.network ?? "none"), here "
                + others.map { "\($0.network ?? "none") (\($0.measure))" }.joined(separator: ", ")
        }
    }

    private static func text(_ claim: RankFlipsRecord.Claim) -> String {
        func list(_ word: String, _ titles: [String]) -> String { titles.isEmpty ? "" : "; \(word) \(titles.joined(separator: ", "))" }
        return "\(claim.text) (\(claim.source))\(claim.failsHere ? ": would change here" : "")"
            + list("holds by", claim.holds) + list("fails by", claim.fails) + list("undecided by", claim.undecided)
    }
}
