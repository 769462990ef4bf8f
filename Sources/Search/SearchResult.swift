import Architecture

/// A structure that was measured as a whole network.
public struct Finalist: Hashable, Sendable {
    public var structure: Structure
    /// The score that was searched for; the entropy, unless another score was given.
    public var score: Double
    public var totals: Totals
    /// Composed from blocks and corrected as it stood when the finalist was chosen; nil without a latency source.
    public var predictedNanoseconds: Double?
    public var measured: MeasuredNetwork
    /// From 1.
    public var round: Int
    /// Whether the measured latency is within the budget; true without a latency budget, false if the measurement is invalid.
    public var keepsBudget: Bool
}

/// How far the composed latency was from the measured one in a round.
public struct Correction: Hashable, Sendable {
    public var round: Int
    /// The factor that predictions were multiplied with in this round.
    public var used: Double
    /// The median over the round's finalists of measured / composed.
    public var found: Double
}

/// What a search with measured finalists found.
public struct SearchResult: Sendable {
    /// The finalist of the best score that keeps the budgets; if none does, the one that misses the latency budget by least.
    public var winner: Finalist
    /// False: no finalist's measured latency is within the budget. The command exits 3.
    public var meetsBudget: Bool
    /// The baseline as measured beside the winner.
    public var baseline: MeasuredNetwork?
    public var budgets: Budgets
    public var finalists: [Finalist]
    public var corrections: [Correction]
    public var evaluations: Int
    public var duplicates: Int
    public var pricedBlocks: Int
    public var seed: UInt64
    public var seconds: Double
    /// How the best score grew in each run of an evolution.
    public var gains: [GainTrace]
    /// What the exact solver proved where it found the winner; nil after an evolution.
    public var exact: ExactOutcome?
}

extension SearchResult {
    /// The result where nothing hangs on a measurement, for a search without a latency budget: counts are exact, however noisy the machine is.
    public func byCountsAlone() -> SearchResult {
        var result = self
        for index in finalists.indices { result.finalists[index].keepsBudget = true }
        let best = exact?.list == nil ? result.finalists.max { $0.score < $1.score } : Finalist.fastest(result.finalists)
        if let best { result.winner = best }
        result.meetsBudget = true
        return result
    }
}

/// What the exact solver found in one of its runs, under the budgets of that run.
public struct ExactOutcome: Hashable, Sendable {
    public var optimum: ExactResult
    /// The latency that a network composed from layers might have in that run, by then corrected; nil without a latency budget.
    public var composedLimitNanoseconds: Double?
    /// With a margin: the networks near the optimum.
    public var list: ExactList?

    func holds(_ structure: Structure) -> Bool {
        optimum.best.structure == structure || list?.structures.contains { $0.structure == structure } ?? false
    }
}

extension Finalist {
    /// The finalist of the least measured time, by the paired ratio where there is a baseline; valid measurements come first.
    public static func fastest(_ finalists: [Finalist]) -> Finalist? {
        finalists.min { a, b in
            let (aValid, bValid) = (a.measured.verdict != .invalid, b.measured.verdict != .invalid)
            guard aValid == bValid else { return aValid }
            if a.round == b.round, let aRatio = a.measured.ratio, let bRatio = b.measured.ratio { return aRatio < bRatio }
            return a.measured.medianNanoseconds < b.measured.medianNanoseconds
        }
    }
}
