/// How the exact solver runs.
public struct ExactOptions: Hashable, Sendable {
    /// Threads that fill tables and take maxima. The result does not depend on it.
    public var threads = 1
    /// Rounds of cutting planes at most.
    public var rounds = 60
    /// Blocks that may be left after fixing; a search with more of them ends with a bound and no proof of optimality.
    public var arcMaximum = 2_000_000
    /// Partial structures alive at one position, at most.
    public var labelMaximum = 2_000_000
    /// The part of the optimum that a listed network may lack; nil lists the optimum alone.
    public var within: Double?
    /// Networks listed with `within`.
    public var listed = 64

    public init() {}

    func check() throws(SearchError) {
        guard threads >= 1 else { throw SearchError(.badOption, "threads is \(threads); it must be at least 1") }
        guard rounds >= 1, arcMaximum >= 1, labelMaximum >= 1 else { throw SearchError(.badOption, "rounds, arcs and labels must be at least 1") }
        guard listed >= 1 else { throw SearchError(.badOption, "the number of listed networks is \(listed); it must be at least 1") }
        if let within, !(within > 0 && within < 1) { throw SearchError(.badOption, "the margin \(within) is not between 0 and 1") }
    }
}

/// Where the exact solver stands.
public struct ExactProgress: Sendable {
    public enum Phase: String, Sendable {
        case tables = "filling tables"
        case bounding = "bounding"
        case closing = "closing the gap"
        case pricing = "pricing the solution"
        case listing = "listing networks near the optimum"

        /// What ``ExactProgress/rounds`` counts in this phase.
        public var counted: String {
            switch self {
            case .tables, .bounding, .closing: "cuts"
            case .pricing, .listing: "passes"
            }
        }
    }

    public var phase: Phase
    /// Rounds of cutting planes, or passes over the problem; see ``Phase/counted``.
    public var rounds = 0
    public var bound: Double?
    public var bestScore: Double?
}

/// What is known of the best structure within budgets.
public struct ExactCertificate: Hashable, Sendable, Codable {
    /// No structure within the budgets scores more than this, by weak duality.
    public var bound: Double
    /// What `bound` may be too low by, through rounding; derived, not measured.
    public var roundingSlack: Double
    /// Whether everything between the best structure and the bound was excluded too: the best is then the optimum, up to rounding.
    public var isOptimal: Bool
    /// Rounds of cutting planes.
    public var rounds: Int
    /// Blocks left after fixing, and partial structures built from them.
    public var arcs: Int
    public var seconds: Double
    /// Of these, for the tables of all blocks; they are filled once for a space, so that later runs spend next to nothing.
    public var tableSeconds: Double

    /// (bound − score) / |score|.
    public func gap(to score: Double) -> Double { (bound + roundingSlack - score) / max(abs(score), 1e-300) }
}

/// The best structure, with its certificate.
public struct ExactResult: Hashable, Sendable {
    public var best: ScoredStructure
    public var certificate: ExactCertificate
    public var gap: Double { certificate.gap(to: best.score) }
}

/// The networks near the optimum that a second figure puts first.
public struct ExactList: Hashable, Sendable {
    /// By ascending second figure.
    public var structures: [ScoredStructure]
    /// The least score of a listed network.
    public var leastScore: Double
    /// "predicted latency" or "MACs".
    public var order: String
    /// Whether these are all the networks within the margin, and not only the first of them.
    public var isComplete: Bool
}
