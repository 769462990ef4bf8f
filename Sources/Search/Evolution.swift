import Architecture

/// Looks for the structure of the best score within budgets: mutate, evaluate, keep the best.
///
/// A child is rejected by the cheapest test that can: seen before, a budget that is a sum over blocks, a score that would not enter the
/// population, a latency bound, and only then the composed latency, for which the source may have to measure.
///
/// - Source: the loop of MAE-DET / ZenDet (arXiv 2111.13336, section 4); duplicates, restarts, keyed randomness and the order of tests
///   are our own.
public final class Evolution {
    public let space: DesignSpace
    public let options: EvolutionOptions
    let evaluator: Evaluator
    let limits: Limits

    /// - Parameters:
    ///   - space: what structures are made from.
    ///   - score: what is to be as large as possible.
    ///   - latency: needed with a latency budget; without one it only prices the elites.
    ///   - budgets: what no result may exceed.
    ///   - latencyNanoseconds: the latency budget as a time, for a budget relative to a baseline; nil takes it from `budgets`.
    ///   - options: how many structures are looked at, how they are bred, and the seed.
    /// - Throws: `SearchError` with `.badOption`.
    public convenience init(
        space: DesignSpace, score: any Score, latency: (any LatencySource)? = nil, budgets: Budgets, latencyNanoseconds: Double? = nil,
        options: EvolutionOptions = EvolutionOptions()
    ) throws(SearchError) {
        try self.init(
            evaluator: Evaluator(space: space, score: score, latency: latency), budgets: budgets, latencyNanoseconds: latencyNanoseconds,
            options: options)
    }

    init(evaluator: Evaluator, budgets: Budgets, latencyNanoseconds: Double?, options: EvolutionOptions) throws(SearchError) {
        try options.check()
        limits = try Limits(budgets, latencyNanoseconds: latencyNanoseconds, evaluator: evaluator)
        space = evaluator.space
        self.evaluator = evaluator
        self.options = options
    }

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - seeds: structures to begin with beside the start; those outside the space or over a budget are left out.
    ///   - progress: called at most five times a second.
    /// - Throws: `SearchError` with `.budgetCannotBeMet` if nothing in the space is small enough, `.sourceFailed` if a source fails.
    public func run(
        seeds: [Structure] = [], progress: (EvolutionProgress) -> Void = { _ in }
    ) throws(SearchError) -> EvolutionResult {
        try run(seeds: seeds, keeper: nil, checkpoint: nil, progress: progress)
    }

    /// Runs to the end, keeping checkpoints; from a checkpoint if there is one.
    func run(
        seeds: [Structure], keeper: EvolutionKeeper?, checkpoint: StudyCheckpoint?, progress: (EvolutionProgress) -> Void
    ) throws(SearchError) -> EvolutionResult {
        var run = EvolutionRun(self)
        run.keeper = keeper
        if let checkpoint, let keeper {
            try run.restore(checkpoint, keeper.study.coding)
        } else {
            try run.begin(seeds: seeds, progress: progress)
        }
        let ending = try run.loop(progress: progress)
        return try run.result(ending)
    }
}
