import Architecture

/// The whole search: evolve under the predicted latency, measure the finalists, correct the prediction, again.
///
/// A latency composed from blocks measured alone is some percent off, by caches and by what the search makes of errors in its favour.
/// So nothing wins on a prediction: finalists are measured as whole networks, interleaved with the baseline, and the winner's measured
/// latency is within the budget with its confidence interval, or the result says that it is not.
public final class LatencySearch {
    public let space: DesignSpace
    public let budgets: Budgets
    public let options: LatencySearchOptions
    let evaluator: Evaluator
    private let measurer: any WholeNetworkMeasurer
    /// The search's memory on disk.
    let study: Study?
    let clock = ContinuousClock()

    var finalists: [Finalist] = []
    private var corrections: [Correction] = []
    /// The first measurement of the baseline, which sets the scale of relative budgets, and those of the rounds.
    private(set) var baseline: MeasuredNetwork?
    private var baselines: [Int: MeasuredNetwork] = [:]
    var evaluations = 0
    /// How the best score grew in each run.
    var gains: [GainTrace] = []
    var duplicates = 0
    /// With the exact solver: what it found in each of its runs.
    let solver: ExactSolver?
    var solved: [ExactOutcome] = []
    /// Where later runs begin: the best structures of earlier ones.
    var seeds: [Structure] = []

    /// - Parameters:
    ///   - space: what structures are made from.
    ///   - score: what is to be as large as possible.
    ///   - latency: needed with a latency budget; without one it gives the finalists their predictions.
    ///   - measurer: measures the finalists as whole networks, in turn with the baseline.
    ///   - budgets: what the winner may not exceed; its latency as measured, not as predicted.
    ///   - options: how many rounds and finalists there are, and what proposes them.
    ///   - study: where the search is recorded, so that it can go on later; nil for none.
    /// - Throws: `SearchError` with `.badOption`.
    public init(
        space: DesignSpace, score: any Score, latency: (any LatencySource)?, measurer: any WholeNetworkMeasurer, budgets: Budgets,
        options: LatencySearchOptions = LatencySearchOptions(), study: Study? = nil
    ) throws(SearchError) {
        try options.check()
        guard budgets.latency == nil || latency != nil else { throw SearchError(.badOption, "a latency budget needs a latency source") }
        self.space = space
        self.budgets = budgets
        self.options = options
        self.measurer = measurer
        self.study = study
        let evaluator = Evaluator(space: space, score: score, latency: latency, study: study)
        self.evaluator = evaluator
        solver = try options.exact.map { exact throws(SearchError) in try ExactSolver(evaluator: evaluator, options: exact) }
    }

    /// Runs to the end. For one call.
    ///
    /// - Throws: `SearchError` with `.budgetCannotBeMet` if even the smallest network of the space is over a budget, for a latency budget
    ///   by its measured latency; `.sourceFailed` if the latency source, the score or the measurer fails.
    public func run(progress: (LatencySearchProgress) -> Void = { _ in }) throws(SearchError) -> SearchResult {
        let begin = clock.now
        if case .relative = budgets.latency {
            progress(.measuringBaseline)
            baseline = try measure([]).baseline
            guard baseline != nil else { throw SearchError(.badOption, "a latency budget relative to a network needs a measured baseline") }
        }
        var correction = options.initialCorrection
        let deadline = options.timeLimit.map { begin + $0 - .seconds(study?.earlierSeconds ?? 0) }
        for round in 1...(budgets.latency == nil ? 1 : options.rounds) {
            if study?.nextIsTheEnd ?? false { break }
            if round > 1, study?.isReplaying != true, let deadline, clock.now >= deadline { break }
            let chosen = try chooseFinalists(round: round, correction: correction, deadline: deadline, progress)
            guard !chosen.isEmpty else { break }
            progress(.measuring(round: round, networks: chosen.count))
            let limit = predictedLimit(correction)
            let found = try judge(chosen, round: round, correction: correction)
            let change = Correction(round: round, used: correction, found: found)
            corrections.append(change)
            progress(.measured(round: round, finalists.filter { $0.round == round }, change))
            correction = found
            // Not the correction itself: a slower machine slows baseline and finalists alike and changes nothing.
            let hasSettled = isSettled(predictedLimit(found), limit)
            if hasSettled, isBudgetUsed { break }
        }
        let result = try result(seconds: study?.seconds ?? (clock.now - begin) / .seconds(1))
        try record(result)
        return result
    }

    private func isSettled(_ new: Double?, _ old: Double?) -> Bool {
        guard let new, let old else { return true }
        return abs(new / old - 1) < options.tolerance
    }

    /// Whether another round could hardly find better: no better finalist was too slow, or next to nothing of the budget is left.
    private var isBudgetUsed: Bool {
        // Where time decides and not the score, more of the budget is worth nothing.
        if choosesFastest, finalists.contains(where: \.keepsBudget) { return true }
        let best = finalists.max { $0.score < $1.score }
        guard let winner = finalists.filter(\.keepsBudget).max(by: { $0.score < $1.score }), let budget = budgets.latency else { return false }
        return winner == best || winner.measured.use(of: budget, at: budgets.latencyPercentile) >= options.leastUse
    }

    private func measure(_ structures: [Structure]) throws(SearchError) -> MeasuredRound {
        guard let study else { return try measurer.round(structures) }
        return try study.measured(structures) { () throws(SearchError) in try measurer.round(structures) }
    }

    /// Measures finalists and keeps them; the factor by which composed latencies were off.
    private func judge(_ chosen: [ScoredStructure], round: Int, correction: Double) throws(SearchError) -> Double {
        let measured = try measure(chosen.map(\.structure))
        baselines[round] = measured.baseline
        var factors: [Double] = []
        var doubtfulFactors: [Double] = []
        for (candidate, network) in zip(chosen, measured.networks) {
            let isValid = network.verdict != .invalid
            finalists.append(
                Finalist(
                    structure: candidate.structure, score: candidate.score, totals: candidate.totals,
                    predictedNanoseconds: candidate.predictedNanoseconds.map { $0 * correction }, measured: network, round: round,
                    keepsBudget: isValid && (budgets.latency.map { network.use(of: $0, at: budgets.latencyPercentile) <= 1 } ?? true)))
            guard let composed = candidate.predictedNanoseconds else { continue }
            if isValid {
                factors.append(nanoseconds(network) / composed)
            } else if network.ratio != nil {
                doubtfulFactors.append(nanoseconds(network) / composed)
            }
        }
        // A paired ratio survives noise that spoils the times: better than no correction.
        return !factors.isEmpty ? median(factors) : !doubtfulFactors.isEmpty ? median(doubtfulFactors) : correction
    }

    /// A measurement on the scale that the budget is judged on: for a relative budget the ratio times the baseline's first time.
    ///
    /// The first, for all rounds: a machine that is slower in one of them must not move the budget.
    private func nanoseconds(_ network: MeasuredNetwork) -> Double {
        let percentile = budgets.latencyPercentile
        if case .relative = budgets.latency, let ratio = network.ratio(at: percentile), let baseline { return ratio * baseline.nanoseconds(at: percentile) }
        return network.nanoseconds(at: percentile)
    }

    private func result(seconds: Double) throws(SearchError) -> SearchResult {
        let kept = finalists.filter(\.keepsBudget)
        guard let winner = (choosesFastest ? Finalist.fastest(kept) : kept.max { $0.score < $1.score }) ?? nearest else {
            throw SearchError(.sourceFailed, "no finalist could be measured")
        }
        if kept.isEmpty, let budget = budgets.latency, let limit = targetNanoseconds, winner.structure == space.smallest() {
            let shortfall = Shortfall(budget: .latency, limit: limit, smallest: winner.measured.use(of: budget, at: budgets.latencyPercentile) * limit)
            throw SearchError(.budgetCannotBeMet, "the budget cannot be met, by measurement. " + shortfall.text, shortfall: shortfall)
        }
        return SearchResult(
            winner: winner, meetsBudget: !kept.isEmpty, baseline: baselines[winner.round], budgets: budgets, finalists: finalists, corrections: corrections,
            evaluations: evaluations, duplicates: duplicates, pricedBlocks: evaluator.pricedBlocks, seed: options.evolution.seed,
            seconds: seconds, gains: gains, exact: solved.last { $0.holds(winner.structure) } ?? solved.last)
    }

    /// Whether measured latency chooses among the networks near the optimum.
    private var choosesFastest: Bool { options.exact?.within != nil }

    /// The finalist that is least over the latency budget, a valid one if there is any.
    private var nearest: Finalist? {
        finalists.min { a, b in
            let (aValid, bValid) = (a.measured.verdict != .invalid, b.measured.verdict != .invalid)
            guard aValid == bValid, let budget = budgets.latency else { return aValid && !bValid }
            return a.measured.use(of: budget, at: budgets.latencyPercentile) < b.measured.use(of: budget, at: budgets.latencyPercentile)
        }
    }
}

/// The middle value, or the mean of the two middle ones.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
