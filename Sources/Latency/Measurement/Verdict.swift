/// Whether a measurement may be trusted.
public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Nothing known speaks against it.
    case valid = "VALID"
    /// Something may have changed it; the reasons say what.
    case suspect = "SUSPECT"
    /// Not to be used.
    case invalid = "INVALID"

    /// From good to bad.
    public static func < (a: Verdict, b: Verdict) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .valid: 0
        case .suspect: 1
        case .invalid: 2
        }
    }
}

/// One thing that speaks against a measurement, and what to do about it.
public struct Reason: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What it is about, for programs.
    public enum Cause: String, Hashable, Sendable, Codable, CaseIterable {
        case tooFewSamples = "too_few_samples"
        case notSteady = "not_steady"
        case drift
        case wideInterval = "wide_interval"
        case bimodal
        case involuntarySwitches = "involuntary_switches"
        case migrations
        case runQueueWait = "run_queue_wait"
        case steal
        case foreignLoad = "foreign_load"
        case sharedCore = "shared_core"
        case throttling
        case minorFaults = "minor_faults"
        case majorFaults = "major_faults"
        case thermalThrottling = "thermal_throttling"
        case frequencyChange = "frequency_change"
    }

    public var cause: Cause
    /// The verdict that this reason alone would give.
    public var verdict: Verdict
    /// What was found, with its figures.
    public var finding: String
    /// What to do next.
    public var advice: String

    public init(_ cause: Cause, _ verdict: Verdict, _ finding: String, advice: String) {
        self.cause = cause
        self.verdict = verdict
        self.finding = finding
        self.advice = advice
    }

    public var description: String { "\(finding); \(advice)" }
}

/// A verdict, why, and what could not be checked.
public struct Judgement: Hashable, Sendable, Codable {
    public var verdict: Verdict
    public var reasons: [Reason]
    /// What could not be read. It makes nothing invalid by itself, and nothing certain either.
    public var unknowns: [String]

    /// The verdict is the worst of the reasons'.
    public init(reasons: [Reason], unknowns: [String]) {
        self.verdict = reasons.map(\.verdict).max() ?? .valid
        self.reasons = reasons
        self.unknowns = unknowns
    }
}
