/// One thing that was looked at on a machine, how it is, and how to mend it.
public struct Finding: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable, CaseIterable {
        case ok
        /// Worth knowing; measurements can be VALID all the same.
        case note
        /// Something is missing or disturbs: mend it before trusting figures.
        case problem
        /// It could not be read, which is not "fine".
        case unknown
    }

    /// What was looked at: "governor".
    public var topic: String
    public var state: State
    /// What was found, with its figures.
    public var found: String
    /// What to do; nil where nothing need be done.
    public var remedy: String?
    /// The verdict that a measurement here and now would get by this alone.
    public var verdict: Verdict

    public init(_ topic: String, _ state: State, _ found: String, remedy: String? = nil, verdict: Verdict = .valid) {
        self.topic = topic
        self.state = state
        self.found = found
        self.remedy = remedy
        self.verdict = verdict
    }
}
