import Architecture

/// The state of one run.
struct EvolutionRun {
    let evaluator: Evaluator
    let limits: Limits
    let options: EvolutionOptions
    let fine: Mutation
    let coarse: Mutation
    private let crossover: Crossover

    var population: Population
    /// The best of earlier lives; under a latency budget only structures whose latency is priced and kept, of this life too.
    var archive: Population
    var start: Individual?
    /// All structures of the run: an evaluation is counted once.
    var seen = StructureSet()
    /// Those of the present life: a new population may meet what an earlier one saw.
    var seenInLife = StructureSet()
    private var knownScores: [UInt64: Double] = [:]

    var individual: UInt64 = 0
    var evaluations = 0
    var duplicates = 0
    /// Children in a row without a new structure.
    var fruitless = 0
    /// Those of earlier sessions of a study: they say nothing of this one's speed.
    var evaluationsBefore = 0
    var keeper: EvolutionKeeper?
    /// Whether latencies are estimated; false without a latency budget and before there are enough prices.
    var isEstimating = false
    /// The best score among structures whose latency, if it counts, is known and kept: in all lives, and in the present one.
    var best = -Double.infinity
    var bestInLife = -Double.infinity
    /// Evaluations at which blocks of the best structures are priced next.
    var nextPricing = 0
    var restarts = 0
    var lastGain = 0
    /// How the best score grew.
    var gains: [Gain] = []
    var clock = RunClock()

    /// Evaluations at which the coarse channel grid gives way to the fine one.
    var coarseEnd = 0

    /// Children in a row without a new structure after which a grid counts as exhausted.
    private static let patience = 20_000

    init(_ evolution: Evolution) {
        evaluator = evolution.evaluator
        limits = evolution.limits
        options = evolution.options
        let step = evolution.space.options.channelStep
        fine = Mutation(space: evolution.space, grid: ChannelSteps(step: step))
        coarse = Mutation(space: evolution.space, grid: ChannelSteps(step: step, isCoarse: true))
        crossover = Crossover(space: evolution.space, grid: ChannelSteps(step: step))
        population = Population(capacity: options.populationSize)
        archive = Population(capacity: options.populationSize)
    }

    mutating func begin(seeds: [Structure], progress: (EvolutionProgress) -> Void) throws(SearchError) {
        start = try consider(Shrinking(evaluator: evaluator, limits: limits).fitting(evaluator.space.start))
        if limits.hasLatency {
            coarseEnd = Int(options.coarseFraction * Double(options.evaluations))
            try priceSample(progress)
        }
        // Seeds of an earlier run may be over a budget that has become tighter.
        let shrinking = Shrinking(evaluator: evaluator, limits: limits, isEstimating: isEstimating)
        for seed in seeds where evaluator.space.contains(seed) { _ = try consider(shrinking.fitting(seed)) }
        lastGain = evaluations
    }

    /// Puts a given structure into the population if it keeps the budgets.
    private mutating func consider(_ blocks: [Block]) throws(SearchError) -> Individual? {
        let hash = structureHash(blocks)
        guard seenInLife.insert(hash) else { return nil }
        if seen.insert(hash) { evaluations += 1 }
        let places = try evaluator.places(blocks)
        let (totals, additive) = evaluator.totals(places)
        guard limits.admitCheap(totals) else { return nil }
        if limits.hasLatency {
            // Only the start is sure to be priced: it must not be lost.
            guard start == nil || evaluator.unpriced(places) <= room else { return nil }
            if try evaluator.nanoseconds(places) > limits.latencyNanoseconds { return nil }
        }
        let individual = Individual(blocks: blocks, places: places, score: try score(blocks, hash, additive), hash: hash)
        population.insert(individual)
        noteGain(individual.score)
        return individual
    }

    private mutating func score(_ blocks: [Block], _ hash: UInt64, _ additive: Double) throws(SearchError) -> Double {
        if evaluator.isAdditive { return additive }
        if let known = knownScores[hash] { return known }
        let score = try evaluator.score(blocks, additive: additive)
        knownScores[hash] = score
        return score
    }

    mutating func loop(progress: (EvolutionProgress) -> Void) throws(SearchError) -> EvolutionResult.Ending {
        guard !fine.isEmpty, let first = population.best else { return .exhausted }
        var blocks = first.blocks
        var places = first.places
        while evaluations < options.evaluations {
            if individual & 1023 == 0 {
                if let ending = report(progress) { return ending }
                if !limits.hasLatency { try saveIfDue() }
            }
            if limits.hasLatency, evaluations >= nextPricing {
                try priceBest(progress)
                try saveIfDue()
            }
            if fruitless >= Self.patience {
                guard isCoarse else { return .exhausted }
                beginFine()
                fruitless = 0
            }
            individual += 1
            var generator = KeyedGenerator(seed: options.seed, individual: individual)

            let parent = population.individuals[population.parentIndex(tournament: options.tournament, using: &generator)]
            // Element by element: the buffers stay, nothing is allocated for a child that is rejected.
            for index in blocks.indices {
                blocks[index] = parent.blocks[index]
                places[index] = parent.places[index]
            }
            let changed = change(&blocks, &generator)
            let hash = structureHash(blocks)
            guard changed != 0, seenInLife.insert(hash) else {
                duplicates += 1
                fruitless += 1
                continue
            }
            fruitless = 0
            if restarts == 0 || seen.insert(hash) { evaluations += 1 }
            for index in blocks.indices where changed >> UInt64(index) & 1 != 0 { places[index] = try evaluator.place(index, blocks[index]) }
            let (totals, additive) = evaluator.totals(places)
            if limits.admitCheap(totals) {
                let score = try score(blocks, hash, additive)
                if score > population.threshold, try isFastEnough(places) {
                    population.insert(Individual(blocks: blocks, places: places, score: score, hash: hash))
                    if !isEstimating { noteGain(score) }
                }
            }
            if evaluations - lastGain > options.stallEvaluations {
                if isCoarse { beginFine() } else { restart() }
            }
        }
        return .evaluations
    }

    private var isCoarse: Bool { evaluations < coarseEnd }

    private mutating func beginFine() {
        coarseEnd = evaluations
        lastGain = evaluations
    }

    /// Makes a child of the parent in `blocks`: mutated, or crossed with a second parent and mutated. Returns the changed positions as bits; 0 for none.
    @inline(__always)
    private func change(_ blocks: inout [Block], _ generator: inout KeyedGenerator) -> UInt64 {
        guard options.crossoverFraction > 0, Double(generator.next() >> 11) * 0x1p-53 < options.crossoverFraction else { return mutate(&blocks, &generator) }
        let other = population.individuals[population.parentIndex(tournament: options.tournament, using: &generator)].blocks
        let first = generator.next(below: blocks.count), second = generator.next(below: blocks.count)
        let crossed = crossover.cross(&blocks, with: other, min(first, second)...max(first, second))
        guard crossed != 0 else { return 0 }
        return crossed | mutate(&blocks, &generator)
    }

    @inline(__always)
    private func mutate(_ blocks: inout [Block], _ generator: inout KeyedGenerator) -> UInt64 {
        if isCoarse { return coarse.mutate(&blocks, count: options.mutations, style: .coarse, using: &generator) }
        let isMinor = Double(generator.next() >> 11) * 0x1p-53 < options.minorFraction
        return fine.mutate(&blocks, count: options.mutations, style: isMinor ? .minor : .coarse, using: &generator)
    }

    /// A better structure was found whose latency, if it counts, is known.
    mutating func noteGain(_ score: Double) {
        guard score > bestInLife else { return }
        bestInLife = score
        if score > best {
            best = score
            gains.note(evaluations: evaluations, score: score)
        }
        lastGain = evaluations
    }

    /// A new population from the start; the best of the old one are kept aside.
    private mutating func restart() {
        keepAside()
        if restarts == 0 {
            // So far the two sets were one.
            seen = seenInLife
        }
        restarts += 1
        lastGain = evaluations
        bestInLife = -.infinity
        seenInLife = StructureSet()
        population = Population(capacity: options.populationSize)
        if let start {
            population.insert(start)
            _ = seenInLife.insert(start.hash)
        }
    }

    /// Keeps the state where it can be taken up again. Under a latency budget that is behind a pricing, when the estimates are fresh.
    private func saveIfDue() throws(SearchError) {
        guard let keeper, keeper.study.isSaveDue else { return }
        try keeper.save(self)
    }

    var isOverTime: Bool { options.timeLimit.map { clock.elapsed >= $0 } ?? false }

    private mutating func report(_ progress: (EvolutionProgress) -> Void) -> EvolutionResult.Ending? {
        if isOverTime { return .timeLimit }
        if clock.isDue { progress(state()) }
        return nil
    }

    mutating func state() -> EvolutionProgress {
        clock.tick()
        let seconds = clock.seconds
        let rate = seconds > 0 ? Double(evaluations - evaluationsBefore) / seconds : 0
        var remaining: Duration? = rate > 0 ? .seconds(Double(options.evaluations - evaluations) / rate) : nil
        if let limit = options.timeLimit { remaining = min(remaining ?? limit, max(.zero, limit - clock.elapsed)) }
        return EvolutionProgress(
            evaluations: evaluations, evaluationGoal: options.evaluations, bestScore: best, bestTotals: population.best.map { evaluator.totals($0.places).totals },
            evaluationsPerSecond: rate,
            pricedBlocks: evaluator.pricedBlocks, restarts: restarts, remaining: remaining)
    }

    mutating func result(_ ending: EvolutionResult.Ending) throws(SearchError) -> EvolutionResult {
        if limits.hasLatency { try priceElites() }
        keepAside()
        return EvolutionResult(
            elites: try archive.individuals.map { individual throws(SearchError) in
                ScoredStructure(
                    structure: Structure(name: evaluator.space.start.name, blocks: individual.blocks), score: individual.score,
                    totals: evaluator.totals(individual.places).totals,
                    predictedNanoseconds: limits.hasLatency ? try evaluator.nanoseconds(individual.places) : nil)
            },
            evaluations: evaluations, duplicates: duplicates, restarts: restarts, pricedBlocks: evaluator.pricedBlocks,
            pricedShapes: evaluator.pricedShapes, seconds: clock.seconds, ending: ending,
            gains: gains)
    }
}
