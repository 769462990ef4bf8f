/// A better score, and after how many evaluations it was found.
public struct Gain: Hashable, Sendable, Codable {
    public var evaluations: Int
    public var score: Double

    public init(evaluations: Int, score: Double) {
        self.evaluations = evaluations
        self.score = score
    }
}

/// The gains of one run of a search, which looks for the best score under one latency limit.
public struct GainTrace: Hashable, Sendable, Codable {
    /// Which run: "evolution 1.0".
    public var task: String
    /// Evaluations of the runs before it.
    public var evaluationsBefore: Int
    public var gains: [Gain]

    public init(task: String, evaluationsBefore: Int, gains: [Gain]) {
        self.task = task
        self.evaluationsBefore = evaluationsBefore
        self.gains = gains
    }

    enum CodingKeys: String, CodingKey {
        case task
        case evaluationsBefore = "evaluations_before"
        case gains
    }
}

extension [Gain] {
    /// Notes a gain. Of gains that follow within 5 % more evaluations only the last is kept: a curve over the logarithm needs no more.
    mutating func note(evaluations: Int, score: Double) {
        let gain = Gain(evaluations: evaluations, score: score)
        if count >= 2, evaluations * 20 < self[count - 2].evaluations * 21 { self[count - 1] = gain } else { append(gain) }
    }
}
