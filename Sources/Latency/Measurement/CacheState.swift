/// What the caches hold when a timed run begins.
public enum CacheState: String, Hashable, Sendable, Codable {
    /// Runs back to back: what the run before left.
    case backToBack = "back_to_back"
    /// Networks in turn: what the last run of a visit left; a visit of several runs begins with one that is not counted.
    case inTurn = "in_turn"

    /// For people.
    public var text: String {
        switch self {
        case .backToBack: "Runs follow back to back: weights and maps lie in the caches as the run before left them, so far as they fit."
        case .inTurn:
            "Networks take turns: a visit of several runs begins with one that does not count, and a run that is a visit by itself finds the caches as another "
                + "network left them."
        }
    }
}
