import Architecture
import ArgumentParser
import Latency
import Report
import Search

/// A search for a front.
extension SearchCommand {
    /// What a search for a front needs from the command.
    struct FrontSetting {
        var space: DesignSpace
        var score: ClosedFormScore
        var latency: LayerLatencySource
        var budgets: Budgets
        var options: EvolutionOptions
        /// Measured over composed latency of the baseline.
        var correction: Double
        var baseline: MeasuredNetwork?
        /// Nil where nothing is measured.
        var environment: EnvironmentRecord?
        /// Set where all latencies are predicted.
        var profile: ProfileRecord?
        /// Set where whole networks are measured in another runtime.
        var engine: EngineUse?
        var path: String
    }

    func searchFront(
        _ objectives: [Objective], _ setting: FrontSetting, _ measurer: any SearchMeasurer, _ study: Study?, _ output: Output
    ) throws {
        let budget = setting.budgets.latency
        var limit: Double?
        switch budget {
        case .nanoseconds(let time): limit = time
        case .relative(let factor, _): limit = setting.baseline.map { factor * $0.nanoseconds(at: setting.budgets.latencyPercentile) }
        case nil: limit = nil
        }
        let isTimed = budget != nil || objectives.contains(.latency)
        var options = setting.options
        options.populationSize = max(options.populationSize, objective.front)
        let search = try ParetoSearch(
            space: setting.space, score: setting.score, latency: isTimed ? setting.latency : nil, budgets: setting.budgets,
            latencyNanoseconds: limit.map { $0 / setting.correction }, objectives: objectives, frontMaximum: objective.front, options: options, study: study)
        let result = try search.run { progress in
            output.progress.update(
                "front", done: Double(progress.evaluations), total: Double(progress.evaluationGoal),
                detail: "\(progress.points) points, best \(NumberText.fixed(progress.bestScore, places: 1)), "
                    + "\(NumberText.fixed(progress.evaluationsPerSecond / 1e3, places: 0))k structures a second")
        }
        let named = isTimed ? result.named.prefix(finalists).map(\.network.structure) : []
        let round = named.isEmpty ? nil : try search.measure(named, with: measurer)
        let points = result.points.map { point in
            StudyReading.Network(
                structure: point.network.structure, score: point.network.score,
                predictedNanoseconds: point.network.predictedNanoseconds.map { $0 * setting.correction },
                measured: round.flatMap { round in named.firstIndex(of: point.network.structure).map { round.networks[$0] } }, names: point.names)
        }
        let measured = points.compactMap(\.measured)
        let percentile = setting.budgets.latencyPercentile
        let isMet = budget.map { budget in measured.contains { $0.verdict != .invalid && $0.use(of: budget, at: percentile) <= 1 } } ?? true
        try search.finish(result, meetsBudget: isMet)
        let text = StructureFile.pythonText(points.map(\.structure))
        if isMet { try AtomicFile.write(text, to: setting.path) }
        let record = try FrontRecord(
            result, points: points, meetsBudget: isMet, name: self.budget.slug,
            budgets: SearchRecord.BudgetRecord(setting.budgets, latency: self.budget.budgetLatency, latencyNanoseconds: limit),
            correction: isTimed ? setting.correction : nil, start: setting.space.start.name, resolution: resolution, seed: measuring.seed,
            file: isMet ? setting.path : nil, environment: setting.environment, profile: setting.profile, engine: setting.engine)
        let table = Table.studyNetworks(record.points, measured: record.measuredTitle)
        let hidden: Set<String> = percentile == .p90 ? [] : ["measured_p90_ns"]
        try output.emit(
            [.heading("Front of \(objectives.map(\.rawValue).joined(separator: ", "))"), .table(table.without(keys: hidden).withoutEmptyColumns())]
                + notes(record, budget), table: table, records: [record])
        guard isMet else {
            let kind = record.profile == nil ? "measured" : "predicted"
            throw CommandError(
                .budgetCannotBeMet,
                "no \(kind) point of the front is within the latency budget of \(self.budget.budgetLatency ?? "")\(self.budget.percentileText)")
        }
    }

    private func notes(_ record: FrontRecord, _ budget: LatencyBudget?) -> [Section] {
        var notes: [Section] = [record.profile?.text, record.engine?.text].compactMap(\.self).map { .note($0) }
        if record.profile != nil {
            // The first reason is the profile's own; a second one tells what was extrapolated.
            let points = record.points.filter { $0.measuredNanoseconds != nil }
            let beyond = points.flatMap { point in point.reasons.dropFirst().map { "\(point.names.joined(separator: ", ")): \($0)" } }
            let kind = "by profile: predicted whole, which the \(counted(points.count, "named point")) were"
            notes.append(
                beyond.isEmpty ? .note("\(kind); nothing of them is extrapolated.") : .note("\(kind). Extrapolated:", points: beyond))
        }
        if let last = record.hypervolume.last {
            let half = record.hypervolume[record.hypervolume.count / 2]
            notes.append(
                .note(
                    "Hypervolume of all \(last.points) points that were kept: \(NumberText.percent(last.share, places: 2)) of its box "
                        + "(\(NumberText.percent(half.share, places: 2)) after "
                        + "\(half.evaluations) of \(record.evaluations) structures). Box: \(record.hypervolumeReference)."))
        }
        if let factor = record.measuredOverPredicted {
            notes.append(.note("Measured over predicted latency: \(NumberText.fixed(factor, places: 3)), the median of the measured points."))
        }
        notes.append(
            .note("\(record.evaluations) structures in \(NumberText.fixed(record.seconds, places: 1)) s, seed \(record.seed)."))
        if let file = record.file { notes.append(.note("\(counted(record.points.count, "structure")) written to \(file), in this order.")) }
        return notes
    }
}
