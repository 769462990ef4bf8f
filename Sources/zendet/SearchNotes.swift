import Report
import Search

/// What a reader of a search's result has to know.
enum SearchNotes {
    static func notes(_ record: SearchRecord) -> [Section] {
        var notes: [String] = []
        if let baseline = record.baseline, let ratio = record.winner.measured.ratio {
            let faster = ratio <= 1
            let place = record.profile.map { "by the profile \($0.name)" } ?? record.engine.map { "in \($0.name) here" } ?? "here"
            notes.append(
                "\(record.name) takes \(NumberText.percent(abs(1 - ratio))) \(faster ? "less" : "more") time than \(baseline.name) \(place) and scores "
                    + "\(NumberText.fixed(record.winner.entropy, places: 1)) to \(NumberText.fixed(baseline.entropy, places: 1)).")
        }
        if record.budgets.latencyPercentile == LatencyPercentile.p90.rawValue, let p90 = record.winner.measured.p90Nanoseconds {
            let asked = record.budgets.latencyNanoseconds.map { "; \(NumberText.duration(nanoseconds: $0)) were asked" } ?? ""
            notes.append(
                "The budget is about the 90th percentile: nine of ten of the \(record.winner.measured.samples ?? 0) runs in the steady state took no more than "
                    + "\(NumberText.duration(nanoseconds: p90))\(asked).")
        }
        notes += record.exact.map { exact($0, isPredicted: record.profile != nil) } ?? []
        if let profile = record.profile { notes.insert(profile.text, at: 0) }
        if let engine = record.engine { notes.insert(engine.text, at: 0) }
        var looked: [String] = []
        if record.exact == nil { looked.append("\(record.evaluations) structures in \(NumberText.fixed(record.seconds, places: 1)) s, seed \(record.seed)") }
        if record.profile == nil { looked.append("\(record.measuredLayers) layers measured, \(record.reusedLayers) taken from earlier runs") }
        if !looked.isEmpty { notes.append(looked.joined(separator: "; ") + ".") }
        notes.append(ScoreNotes.entropyIsNotAccuracy)
        let v100 = [(record.name, record.winner.v100), (record.baseline?.name ?? "", record.baseline?.v100)].compactMap { name, v100 in
            v100.map { (name, $0) }
        }
        if let stem = record.winner.structure.first, stem.block.inChannels == 12 {
            notes.insert("12-channel (space-to-depth) stem: \(record.resolution) px is the network's own input, the image has \(2 * record.resolution) px.", at: 0)
        }
        var sections = notes.map { Section.note($0) } + V100Columns.notes(v100)
        let verdict = record.winner.measured.verdict
        if verdict != .valid, record.profile == nil { sections.append(.note("The winner's measurement is \(verdict.rawValue):", points: record.winner.reasons)) }
        return sections
    }

    /// What the exact solver proved.
    private static func exact(_ exact: SearchRecord.ExactRecord, isPredicted: Bool) -> [String] {
        let latency = exact.composedLimitNanoseconds == nil ? "" : ", by latencies composed from layers"
        var notes = [
            "Certified\(latency): no network of the space within the budgets scores more than \(NumberText.fixed(exact.bound, places: 4)); the best has "
                + "\(NumberText.fixed(exact.score, places: 4)), a gap of \(NumberText.fixed(100 * exact.gap, places: 4)) %"
                + (exact.isOptimal ? ", and everything between was excluded: it is the optimum" : "")
                + ". \(exact.rounds) rounds, \(NumberText.fixed(exact.seconds, places: 1)) s "
                + "(\(NumberText.fixed(exact.tableSeconds, places: 1)) s for the tables)."
        ]
        if let test = exact.boundTest {
            notes.append(
                "Layers that could not decide it were not measured: each counts at \(NumberText.percent(test.assumedPart)) of what measured layers of its kind "
                    + "tell, or less where one showed less. Of \(test.layers) layers measured since, the fastest took \(NumberText.percent(test.leastPart)) of it.")
        }
        if let near = exact.near {
            notes.append(
                "\(near.networks.count) networks \(near.isComplete ? "in all" : "and more") score at least \(NumberText.fixed(near.leastScore, places: 2)); "
                    + "these have the least \(near.order). The \(isPredicted ? "one predicted to be the fastest" : "fastest measured one") was chosen.")
        }
        return notes
    }

    /// Why the command ends with 3.
    static func miss(_ record: SearchRecord) -> String {
        let winner = record.winner.measured
        let asked: String, nearest: String
        let isP90 = record.budgets.latencyPercentile == LatencyPercentile.p90.rawValue
        if isP90, let p90 = winner.p90Nanoseconds {
            asked = "\(record.budgets.latency ?? "latency") at p90"
            nearest = winner.p90Ratio.flatMap { ratio in
                record.budgets.latencyRatio == nil ? nil : "\(NumberText.fixed(ratio, places: 3)) times the time of \(record.baseline?.name ?? "the baseline")"
            } ?? "\(NumberText.fixed(p90 / 1e6, places: 3)) ms"
        } else if let ratio = winner.ratio, let baseline = record.baseline, record.budgets.latencyRatio != nil {
            asked = record.budgets.latency ?? baseline.name
            nearest = "\(NumberText.fixed(ratio, places: 3))\(range(winner.ratioLow, winner.ratioHigh)) times the time of \(baseline.name)"
        } else {
            asked = record.budgets.latencyNanoseconds.map { NumberText.duration(nanoseconds: $0) } ?? "latency"
            nearest = NumberText.fixed(winner.medianNanoseconds / 1e6, places: 3)
                + range(winner.lowNanoseconds.map { $0 / 1e6 }, winner.highNanoseconds.map { $0 / 1e6 }) + " ms"
        }
        if winner.verdict == .invalid {
            let reason = record.winner.reasons.first.map { ": \($0)" } ?? ""
            return "no finalist has a trustworthy latency within the budget of \(asked): the nearest took \(nearest), but that measurement is INVALID\(reason)"
        }
        guard record.profile == nil else { return "no finalist's predicted latency is within the budget of \(asked): the nearest takes \(nearest)" }
        let whose = record.engine.map { "latency in \($0.name)" } ?? "measured latency"
        return "no finalist's \(whose) is within the budget of \(asked)\(isP90 ? "" : " with its whole interval"): the nearest takes \(nearest)"
    }

    private static func range(_ low: Double?, _ high: Double?) -> String {
        guard let low, let high else { return "" }
        return " (\(NumberText.fixed(low, places: 3)) to \(NumberText.fixed(high, places: 3)))"
    }
}

/// A search's progress in words: a line that is drawn over on a terminal, and one line for each round anywhere.
final class SearchProgressText {
    private let budgets: Budgets
    private let output: Output
    /// What happens to finalists: measured, or predicted by a profile.
    private let verb: String
    private var structures = 0
    private var seconds = 0.0
    private var certificate: ExactOutcome?

    init(_ budgets: Budgets, _ output: Output, verb: String = "measured") {
        self.verb = verb
        self.budgets = budgets
        self.output = output
    }

    func show(_ progress: LatencySearchProgress) {
        switch progress {
        case .measuringBaseline, .measuring: break
        case .evolving(let round, let evolution):
            var parts = ["best \(NumberText.fixed(evolution.bestScore, places: 1))"]
            if let totals = evolution.bestTotals, let use = use(totals) { parts.append(use) }
            parts.append("\(evolution.evaluations) structures, \(rate(evolution.evaluationsPerSecond))")
            if evolution.pricedBlocks > 0 { parts.append("\(evolution.pricedBlocks) blocks priced") }
            output.progress.update(
                "round \(round)", done: Double(evolution.evaluations), total: Double(evolution.evaluationGoal), detail: parts.joined(separator: ", "))
        case .evolved(_, let result):
            structures += result.evaluations
            seconds += result.seconds
        case .solving(let round, let exact):
            let bound = exact.bound.map { ", bound \(NumberText.fixed($0, places: 3))" } ?? ""
            let best = exact.bestScore.map { ", best \(NumberText.fixed($0, places: 3))" } ?? ""
            var gap = ""
            if let bound = exact.bound, let best = exact.bestScore, best > 0, bound.isFinite {
                gap = ", gap \(NumberText.fixed(100 * (bound - best) / best, places: 4)) %"
            }
            output.progress.update("round \(round), \(exact.phase.rawValue)", done: 0, total: nil, detail: "\(exact.rounds) \(exact.phase.counted)\(bound)\(best)\(gap)")
        case .solved(_, let outcome): certificate = outcome
        case .measured(let round, let finalists, let correction):
            let best = finalists.filter(\.keepsBudget).max { $0.score < $1.score }
            var parts = ["\(finalists.count) finalists \(verb)"]
            parts.append(best.map { "best within the budget \(NumberText.fixed($0.score, places: 1))" } ?? "none within the budget")
            if let certificate {
                let bound = NumberText.fixed(certificate.optimum.certificate.bound, places: 3)
                parts.append("bound \(bound), gap \(NumberText.fixed(100 * certificate.optimum.gap, places: 4)) %")
            }
            if let best {
                if let budget = budgets.latency {
                    parts.append("\(NumberText.percent(best.measured.use(of: budget, at: budgets.latencyPercentile))) of the latency")
                }
                if let use = use(best.totals) { parts.append(use) }
            }
            if structures > 0 { parts.append("\(structures) structures" + (seconds > 0 ? ", \(rate(Double(structures) / seconds))" : "")) }
            parts.append("\(verb) over composed latency \(NumberText.fixed(correction.found, places: 3))")
            output.remark("round \(round): " + parts.joined(separator: ", "))
        }
    }

    /// "99.8 % of the reference FLOPs".
    private func use(_ totals: Totals) -> String? {
        budgets.tightest(totals).map { "\(NumberText.percent($0.use)) of the \($0.budget.rawValue)" }
    }

    private func rate(_ perSecond: Double) -> String { "\(NumberText.fixed(perSecond / 1e3, places: 0))k a second" }
}
