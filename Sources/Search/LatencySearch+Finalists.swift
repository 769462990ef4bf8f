import Architecture

/// Which structures are worth a measurement.
extension LatencySearch {
    /// Parts of the predicted budget that a round's runs keep to.
    ///
    /// One run would give finalists of one predicted latency, all too slow together if the prediction is too low. The first round does not
    /// know the error yet and spreads further.
    func bands(_ round: Int) -> [Double] {
        guard budgets.latency != nil else { return [1] }
        return Array((round == 1 ? [1, 0.97, 0.94] : [1, 0.99, 0.975]).prefix(options.finalists))
    }

    /// Structures for one round, none measured before; empty if the corrected budget leaves none.
    ///
    /// - Throws: `SearchError` with `.budgetCannotBeMet` if another budget than the latency cannot be met.
    func chooseFinalists(
        round: Int, correction: Double, deadline: ContinuousClock.Instant?, _ progress: (LatencySearchProgress) -> Void
    ) throws(SearchError) -> [ScoredStructure] {
        if let solver { return try solve(solver, round: round, correction: correction, progress) }
        let bands = bands(round)
        var chosen: [ScoredStructure] = []
        for (index, band) in bands.enumerated() {
            let result: EvolutionResult
            do throws(SearchError) {
                result = try evolve(round: round, index: index, limit: predictedLimit(correction).map { $0 * band }, deadline: deadline, progress)
            } catch {
                guard error.code == .budgetCannotBeMet, error.shortfall?.budget == .latency else { throw error }
                // A prediction proves nothing: the smallest network is measured before the budget counts as out of reach.
                return !chosen.isEmpty || !finalists.isEmpty ? chosen : [try evaluator.scored(space.smallest().blocks)]
            }
            let known = Set(finalists.map(\.structure)).union(chosen.map(\.structure))
            let wanted = index == 0 ? options.finalists - bands.count + 1 : 1
            chosen += diverse(result.elites.filter { !known.contains($0.structure) }, wanted)
        }
        return try chosen.map { structure throws(SearchError) in
            // Without a latency budget nothing was priced so far.
            structure.predictedNanoseconds == nil ? try evaluator.scored(structure.structure.blocks) : structure
        }
    }

    private func evolve(
        round: Int, index: Int, limit: Double?, deadline: ContinuousClock.Instant?, _ progress: (LatencySearchProgress) -> Void
    ) throws(SearchError) -> EvolutionResult {
        var options = options.evolution
        // The narrower bands begin from the elites of the first and need less.
        if index > 0 { options.evaluations = max(1, options.evaluations / 4) }
        options.seed = mix64(options.seed &+ UInt64(round) << 32 &+ UInt64(index))
        // The prices of a search are for all its runs; each may leave something for the later ones.
        let part = round == 1 ? (index == 0 ? 0.6 : 0.75) : round == 2 ? 0.9 : 1
        options.pricedBlockMaximum = Int(part * Double(options.pricedBlockMaximum))
        if let deadline {
            let left = max(.zero, deadline - clock.now)
            options.timeLimit = min(options.timeLimit ?? left, left)
        }
        let evolution = try Evolution(evaluator: evaluator, budgets: budgets, latencyNanoseconds: limit, options: options)
        let task = "evolution \(round).\(index)"
        let result = try recorded(task, evolution) { progress(.evolving(round: round, $0)) }
        progress(.evolved(round: round, result))
        gains.append(GainTrace(task: task, evaluationsBefore: evaluations, gains: result.gains))
        evaluations += result.evaluations
        duplicates += result.duplicates
        let known = Set(seeds)
        seeds += result.elites.prefix(32).map(\.structure).filter { !known.contains($0) }
        return result
    }

    /// The latency budget in nanoseconds, by the baseline's first measurement; nil without one.
    var targetNanoseconds: Double? {
        switch budgets.latency {
        case .nanoseconds(let value): value
        case .relative(let factor, _): baseline.map { factor * $0.nanoseconds(at: budgets.latencyPercentile) }
        case nil: nil
        }
    }

    /// What a composed latency may be: the budget, less the width of a measurement's interval, over the correction.
    func predictedLimit(_ correction: Double) -> Double? {
        guard let target = targetNanoseconds, let budget = budgets.latency else { return nil }
        // The median's width stands for that of any percentile. Before there is a measurement, half a percent stands in.
        let widths = finalists.filter { $0.measured.verdict != .invalid }.map { $0.measured.relativeHalfWidth(for: budget) }
        return target * (1 - min(widths.isEmpty ? 0.005 : median(widths), 0.1)) / correction
    }
}
