/// How a search with measured finalists runs.
public struct LatencySearchOptions: Hashable, Sendable {
    public var evolution = EvolutionOptions()
    /// Proposes with the exact solver in place of evolution.
    public var exact: ExactOptions?
    /// Rounds of evolving and measuring at most.
    public var rounds = 3
    /// Whole networks measured in a round.
    public var finalists = 4
    /// measured / composed to begin with; a command may know it from the baseline.
    public var initialCorrection = 1.0
    /// The search has settled when a round changes what a composed latency may be by less than this part.
    public var tolerance = 0.02
    /// If a better finalist was too slow and the winner uses less than this part of the latency budget, another round is worth it.
    public var leastUse = 0.96
    /// An outer limit for everything; the last measurement may end after it.
    public var timeLimit: Duration?

    public init() {}

    func check() throws(SearchError) {
        guard rounds >= 1 else { throw SearchError(.badOption, "rounds is \(rounds); it must be at least 1") }
        guard finalists >= 1 else { throw SearchError(.badOption, "finalists is \(finalists); it must be at least 1") }
        guard initialCorrection > 0, initialCorrection.isFinite else {
            throw SearchError(.badOption, "the initial correction is \(initialCorrection); it must be above zero")
        }
    }
}

/// What a search is doing; given to its progress callback.
public enum LatencySearchProgress: Sendable {
    case measuringBaseline
    case evolving(round: Int, EvolutionProgress)
    case solving(round: Int, ExactProgress)
    /// One evolution of a round ended.
    case evolved(round: Int, EvolutionResult)
    /// The exact solver ended.
    case solved(round: Int, ExactOutcome)
    case measuring(round: Int, networks: Int)
    case measured(round: Int, [Finalist], Correction)
}
