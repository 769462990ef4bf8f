/// When the latency source is asked: for a first sample, and then for blocks of the best structures only.
///
/// Between, the population lives on estimates. Each pricing removes what turns out too slow and sharpens the estimates around the best,
/// so the search and the prices close in on the same structures.
extension EvolutionRun {
    /// Pricings in one run.
    static let pricings = 50
    /// Elites whose latency is made sure of at the end.
    static let eliteGoal = 64

    /// The blocks of random walks from the start: what the first estimates are fitted to.
    mutating func priceSample(_ progress: (EvolutionProgress) -> Void) throws(SearchError) {
        guard let start, !coarse.isEmpty else { return }
        try evaluator.priceWalks(from: start.blocks, coarse, options) {
            if clock.isDue { progress(state()) }
            return isOverTime
        }
        isEstimating = evaluator.refit()
        nextPricing = evaluations + options.evaluations / Self.pricings
    }

    /// Blocks that may still be priced.
    var room: Int { max(0, options.pricedBlockMaximum - evaluator.pricedBlocks) }

    /// The last and dearest test of a child.
    mutating func isFastEnough(_ places: [Int32]) throws(SearchError) -> Bool {
        guard limits.hasLatency else { return true }
        if isEstimating { return evaluator.estimatedNanoseconds(places) <= limits.latencyNanoseconds }
        guard evaluator.unpriced(places) <= room else { return false }
        return try evaluator.nanoseconds(places) <= limits.latencyNanoseconds
    }

    /// Prices blocks of the best structures, as many as this pricing may, and drops the structures that are too slow.
    mutating func priceBest(_ progress: (EvolutionProgress) -> Void) throws(SearchError) {
        let interval = max(1, options.evaluations / Self.pricings)
        nextPricing = evaluations + interval
        guard isEstimating else { return }
        let pricingsLeft = max(1, (options.evaluations - evaluations) / interval)
        var quota = (room + pricingsLeft - 1) / pricingsLeft
        var isFirst = true
        for individual in population.individuals where quota > 0 && !isOverTime {
            let unpriced = evaluator.unpriced(individual.places)
            // The best one may take the quota of later pricings.
            guard unpriced <= (isFirst ? room : quota) else { break }
            if unpriced > 0 { isFirst = false }
            quota -= unpriced
            if try evaluator.nanoseconds(individual.places) <= limits.latencyNanoseconds { noteGain(individual.score) }
            if clock.isDue { progress(state()) }
        }
        keepAside()
        isEstimating = evaluator.refit()
        population.keep { [evaluator, limits] in evaluator.estimatedNanoseconds($0.places) <= limits.latencyNanoseconds }
        if population.individuals.isEmpty, let start { population.insert(start) }
    }

    /// Makes sure, at the end, of the latency of the population's best.
    mutating func priceElites() throws(SearchError) {
        var kept = 0
        for individual in population.individuals where kept < Self.eliteGoal && evaluator.unpriced(individual.places) <= room && !isOverTime {
            if try evaluator.nanoseconds(individual.places) <= limits.latencyNanoseconds { kept += 1 }
        }
    }

    /// Copies to the archive what may be a result: under a latency budget, only what is priced and fast enough.
    mutating func keepAside() {
        guard limits.hasLatency else { return archive.merge(population.individuals) }
        archive.merge(
            population.individuals.filter { [evaluator, limits] in
                evaluator.unpriced($0.places) == 0 && evaluator.estimatedNanoseconds($0.places) <= limits.latencyNanoseconds
            })
    }
}
