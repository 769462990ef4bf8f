import Architecture

/// Finalists from the exact solver.
extension LatencySearch {
    /// Structures for one round, none measured before; empty if the corrected budget leaves none.
    ///
    /// Without a margin: the optimum of each band of the predicted budget. With one: the optimum, the network near it of the least predicted
    /// latency, and those that differ most from both.
    func solve(
        _ solver: ExactSolver, round: Int, correction: Double, _ progress: (LatencySearchProgress) -> Void
    ) throws(SearchError) -> [ScoredStructure] {
        let isListing = solver.options.within != nil
        var chosen: [ScoredStructure] = []
        func isNew(_ candidate: ScoredStructure) -> Bool {
            !finalists.contains { $0.structure == candidate.structure } && !chosen.contains { $0.structure == candidate.structure }
        }
        for band in isListing ? [1] : bands(round) {
            let limit = predictedLimit(correction).map { $0 * band }
            let outcome: ExactOutcome
            do throws(SearchError) {
                outcome = try recorded("solving \(round), band \(band)") { () throws(SearchError) in
                    let optimum = try solver.solve(budgets, latencyNanoseconds: limit) { progress(.solving(round: round, $0)) }
                    let list = try isListing ? solver.list(near: optimum.best, budgets, latencyNanoseconds: limit) { progress(.solving(round: round, $0)) } : nil
                    return ExactOutcome(optimum: optimum, composedLimitNanoseconds: limit, list: list)
                }
            } catch {
                // Budgets that only together cannot be met may be out of reach for the predicted latency's sake.
                let isLatency = error.shortfall.map { $0.budget == .latency } ?? (budgets.latency != nil)
                guard error.code == .budgetCannotBeMet, isLatency else { throw error }
                // A prediction proves nothing: the smallest network is measured before the budget counts as out of reach.
                return !chosen.isEmpty || !finalists.isEmpty ? chosen : [try evaluator.scored(space.smallest().blocks)]
            }
            if isNew(outcome.optimum.best) { chosen.append(outcome.optimum.best) }
            if let list = outcome.list {
                // The first of the list stays first; every listed network is near enough to the optimum.
                chosen += diverse(list.structures.filter(isNew), options.finalists - chosen.count, margin: 1e9)
            }
            solved.append(outcome)
            progress(.solved(round: round, outcome))
        }
        return chosen
    }
}
