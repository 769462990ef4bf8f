import Latency
import Search

/// What a search found: the record of `zendet search`.
///
/// `winner: {structure, entropy, params, macs, predicted_ns, measured_ns, verdict}, baseline, budgets, evaluations, seed, seconds` are a
/// fixed contract for scripts.
public struct SearchRecord: Encodable, Sendable {
    public var name: String
    public var winner: Candidate
    /// False: no finalist is within the latency budget, and the winner is the one that misses it by least.
    public var meetsBudget: Bool
    /// The other measured finalists, best first.
    public var finalists: [Candidate]
    public var baseline: Baseline?
    public var budgets: BudgetRecord
    public var start: String
    public var resolution: Int
    public var evaluations: Int
    public var seed: UInt64
    /// Wall time of the whole search.
    public var seconds: Double
    /// Layers measured in this run, and taken from earlier ones.
    public var measuredLayers: Int
    public var reusedLayers: Int
    /// The file that the winner was written to.
    public var file: String?
    /// Nil when nothing was measured.
    public var environment: EnvironmentRecord?
    /// What the exact solver proved; nil after an evolution.
    public var exact: ExactRecord?
    /// How the best score grew in each run of an evolution.
    public var progress: [GainTrace]
    /// Set where every latency was predicted by a hardware profile's model and nothing was measured.
    public var profile: ProfileRecord?
    /// Set where whole networks were measured in another runtime: all measured latencies are that one's.
    public var engine: EngineUse?

    public init(
        name: String, winner: Candidate, meetsBudget: Bool, finalists: [Candidate], baseline: Baseline?, budgets: BudgetRecord, start: String,
        resolution: Int, evaluations: Int, seed: UInt64, seconds: Double, measuredLayers: Int, reusedLayers: Int, file: String?, environment: EnvironmentRecord?,
        exact: ExactRecord? = nil, progress: [GainTrace] = [], profile: ProfileRecord? = nil,
        engine: EngineUse? = nil
    ) {
        self.name = name
        self.winner = winner
        self.meetsBudget = meetsBudget
        self.finalists = finalists
        self.baseline = baseline
        self.budgets = budgets
        self.start = start
        self.resolution = resolution
        self.evaluations = evaluations
        self.seed = seed
        self.seconds = seconds
        self.measuredLayers = measuredLayers
        self.reusedLayers = reusedLayers
        self.file = file
        self.environment = environment
        self.exact = exact
        self.progress = progress
        self.profile = profile
        self.engine = engine
    }

    /// The heading of measured latencies: whose they are.
    public var measuredTitle: String { profile != nil ? "by profile" : engine.map { "by \($0.name)" } ?? "measured" }

    enum CodingKeys: String, CodingKey {
        case name, winner
        case meetsBudget = "meets_budget"
        case baseline, budgets, start, resolution, evaluations, seed, seconds
        case measuredLayers = "measured_layers"
        case reusedLayers = "reused_layers"
        case file, finalists, environment, exact, progress, profile, engine
    }
}
