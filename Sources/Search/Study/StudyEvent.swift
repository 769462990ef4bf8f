import Latency

/// What happened in a search: everything that its result depends on and that running it again might answer otherwise or slowly.
///
/// A search is a function of its options and of these answers. Going on with a study runs the search again with the recorded answers.
enum StudyEvent: Sendable {
    /// The baseline as first measured, and its latency composed from layers.
    case opened(StudyOpening)
    /// What the latency source said of a block.
    case priced(PricedBlock)
    /// An evolution ended.
    case evolved(EvolvedRun)
    /// The exact solver ended.
    case solved(SolvedRun)
    /// Whole networks were measured.
    case measured(MeasuredStructures)
    /// The search ended.
    case finished(StudyOutcome)

    var kind: String {
        switch self {
        case .opened: "opened"
        case .priced: "priced"
        case .evolved: "evolved"
        case .solved: "solved"
        case .measured: "measured"
        case .finished: "finished"
        }
    }
}

/// The fields of a block that a search may change: [in, out, kernel, depth, bottleneck].
typealias BlockNumbers = [Int]

public struct StudyOpening: Hashable, Sendable, Codable {
    public var baseline: MeasuredNetwork?
    public var composedNanoseconds: Double?

    public init(baseline: MeasuredNetwork?, composedNanoseconds: Double?) {
        self.baseline = baseline
        self.composedNanoseconds = composedNanoseconds
    }
}

struct PricedBlock: Hashable, Sendable, Codable {
    var index: Int
    var block: BlockNumbers
    var nanoseconds: Double
}

/// A structure with the figures that are not sums of counts.
struct ScoredNumbers: Hashable, Sendable, Codable {
    var blocks: [BlockNumbers]
    var score: Double
    var nanoseconds: Double?
}

struct EvolvedRun: Hashable, Sendable, Codable {
    var task: String
    var elites: [ScoredNumbers]
    var evaluations: Int
    var duplicates: Int
    var restarts: Int
    var seconds: Double
    var ending: String
    /// Of a search for a front: its hypervolume over time.
    var trace: [HypervolumePoint]?
    /// Of a search for the best score: how it grew.
    var gains: [Gain]?
}

struct SolvedRun: Hashable, Sendable, Codable {
    struct List: Hashable, Sendable, Codable {
        var structures: [ScoredNumbers]
        var leastScore: Double
        var order: String
        var isComplete: Bool
    }

    var task: String
    var best: ScoredNumbers
    var certificate: ExactCertificate
    var composedLimitNanoseconds: Double?
    var list: List?
}

struct MeasuredStructures: Hashable, Sendable, Codable {
    var structures: [[BlockNumbers]]
    var baseline: MeasuredNetwork?
    var networks: [MeasuredNetwork]
}

/// How a search ended: its winner, or its front.
struct StudyOutcome: Hashable, Sendable, Codable {
    var winner: ScoredNumbers?
    var meetsBudget: Bool
    /// The front with the names of its knees and ends.
    var front: [NamedNumbers]?

    struct NamedNumbers: Hashable, Sendable, Codable {
        var point: ScoredNumbers
        var names: [String]
    }
}
