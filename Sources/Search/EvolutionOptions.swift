/// How an evolution runs.
public struct EvolutionOptions: Hashable, Sendable {
    public var seed: UInt64 = 0
    /// Different structures to look at. The result depends on this and the seed, not on speed.
    public var evaluations = 200_000
    public var populationSize = 256
    /// Parents are the best of this many drawn at random; 1 is the reference's plain random choice.
    public var tournament = 1
    /// Fields changed for one child; the reference changes two.
    public var mutations = 2
    /// Part of the children that are mutated by small steps, once the channels are fine.
    public var minorFraction = 0.5
    /// Part of the children that take a run of blocks from a second parent before they are mutated.
    ///
    /// On the reference's R50 problem, mean of eight seeds in per cent of the certified optimum, without and with one half: 84.40 and 97.45 after 5,000
    /// structures, 99.42 and 99.75 after 20,000, 99.978 and 99.987 after 100,000 (`search-benchmark crossover`, Benchmarks/search/runs).
    public var crossoverFraction = 0.5
    /// Part of the evaluations spent on the coarse channel grid before the fine one. Only with a latency budget: coarse channels make layers
    /// alike, and alike layers share their measurement.
    public var coarseFraction = 0.5
    /// Evaluations without a better structure after which a new population is begun.
    public var stallEvaluations = 50_000
    /// Blocks that may be asked of the latency source; shrinking a start that is too slow may need a few more.
    ///
    /// 1000 came within 0.1 % of the score that unlimited prices gave, on a roofline-like table; 600 within 0.2 %.
    public var pricedBlockMaximum = 1_000
    /// An outer limit; a run that ends by it is not repeatable.
    public var timeLimit: Duration?

    public init() {}

    func check() throws(SearchError) {
        for (name, value) in [("evaluations", evaluations), ("population size", populationSize), ("mutations", mutations), ("tournament", tournament)]
        where value < 1 {
            throw SearchError(.badOption, "\(name) is \(value); it must be at least 1")
        }
        guard populationSize <= 1_000_000 else { throw SearchError(.badOption, "population size is \(populationSize); at most 1000000") }
        guard (0...1).contains(crossoverFraction) else { throw SearchError(.badOption, "crossover fraction is \(crossoverFraction); it must be from 0 to 1") }
        guard stallEvaluations >= 1 else { throw SearchError(.badOption, "stall evaluations is \(stallEvaluations); it must be at least 1") }
    }
}

/// Where an evolution stands; given to its progress callback a few times a second.
public struct EvolutionProgress: Sendable {
    public var evaluations: Int
    public var evaluationGoal: Int
    public var bestScore: Double
    /// Costs of the population's best.
    public var bestTotals: Totals?
    public var evaluationsPerSecond: Double
    public var pricedBlocks: Int
    public var restarts: Int
    /// Time to the goal at the present speed, or to the time limit if that is sooner; nil before there is a speed.
    public var remaining: Duration?
}

/// What an evolution found.
public struct EvolutionResult: Sendable {
    /// The best structures, best first, no two alike, all within the budgets.
    public var elites: [ScoredStructure]
    /// Different structures whose costs were computed.
    public var evaluations: Int
    /// Children that had been seen before and were dropped.
    public var duplicates: Int
    public var restarts: Int
    /// Blocks that the latency source was asked for, in all rounds on one evaluator; and those that differ in more than depth.
    public var pricedBlocks: Int
    public var pricedShapes: Int
    public var seconds: Double
    public var ending: Ending
    /// How the best score grew.
    public var gains: [Gain]

    public enum Ending: String, Sendable {
        case evaluations = "all evaluations done"
        case timeLimit = "time limit"
        case exhausted = "no new structure found"
    }

    public var best: ScoredStructure { elites[0] }
}
