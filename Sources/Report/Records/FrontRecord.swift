import Latency
import Search

/// The front that `zendet search --objectives` found.
public struct FrontRecord: Encodable, Sendable {
    public var name: String
    public var objectives: [String]
    /// False: no point that was measured, or predicted by a profile, is within the latency budget.
    public var meetsBudget: Bool
    public var points: [StudyRecord.Network]
    /// Over time; the last is the front's.
    public var hypervolume: [StudyRecord.Hypervolume]
    /// How its box is made.
    public var hypervolumeReference =
        "each cost: its budget, or the most on the front at any time; entropy: the smallest network's. Ideal: the best of each at any time"
    public var budgets: SearchRecord.BudgetRecord
    /// Predicted times are composed ones times this.
    public var correction: Double?
    /// The median over the measured points of measured over predicted; nil where nothing was measured.
    public var measuredOverPredicted: Double?
    public var start: String
    public var resolution: Int
    public var evaluations: Int
    public var duplicates: Int
    public var seed: UInt64
    public var seconds: Double
    /// The structure file of all points, in their order.
    public var file: String?
    public var environment: EnvironmentRecord?
    /// Set where every latency was predicted by a hardware profile's model and nothing was measured.
    public var profile: ProfileRecord?
    /// Set where whole networks were measured in another runtime.
    public var engine: EngineUse?

    /// - Throws: `ArchitectureError` if a structure does not fit the resolution.
    public init(
        _ result: ParetoResult, points: [StudyReading.Network], meetsBudget: Bool, name: String, budgets: SearchRecord.BudgetRecord, correction: Double?,
        start: String, resolution: Int, seed: UInt64, file: String?, environment: EnvironmentRecord?, profile: ProfileRecord? = nil,
        engine: EngineUse? = nil
    ) throws {
        self.name = name
        objectives = result.objectives.map(\.rawValue)
        self.meetsBudget = meetsBudget
        self.points = try points.map { try StudyRecord.Network($0, resolution: resolution) }
        hypervolume = result.trace.map { StudyRecord.Hypervolume(evaluations: $0.evaluations, points: $0.points, share: $0.share) }
        self.budgets = budgets
        self.correction = correction
        let factors = points.compactMap { point -> Double? in
            guard let measured = point.measured, let predicted = point.predictedNanoseconds else { return nil }
            return measured.medianNanoseconds / predicted
        }.sorted()
        measuredOverPredicted = factors.isEmpty || profile != nil ? nil : factors[factors.count / 2]
        self.start = start
        self.resolution = resolution
        evaluations = result.evaluations
        duplicates = result.duplicates
        self.seed = seed
        seconds = result.seconds
        self.file = file
        self.environment = environment
        self.profile = profile
        self.engine = engine
    }

    /// The heading of measured latencies: whose they are.
    public var measuredTitle: String { profile != nil ? "by profile" : engine.map { "by \($0.name)" } ?? "measured" }

    enum CodingKeys: String, CodingKey {
        case name, objectives
        case meetsBudget = "meets_budget"
        case points, hypervolume
        case hypervolumeReference = "hypervolume_reference"
        case budgets, correction
        case measuredOverPredicted = "measured_over_predicted"
        case start, resolution, evaluations, duplicates, seed, seconds, file, environment, profile, engine
    }
}
