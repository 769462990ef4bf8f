/// One line that says how far a long piece of work has come and when it will end.
public struct ProgressText: Hashable, Sendable {
    /// What is being done: "search", "layer table".
    public var label: String
    public var done: Double
    /// Nil when the end is not known.
    public var total: Double?
    public var elapsedSeconds: Double
    /// What a person wants to know meanwhile: the best score so far.
    public var detail: String

    public init(label: String, done: Double, total: Double?, elapsedSeconds: Double, detail: String = "") {
        self.label = label
        self.done = done
        self.total = total
        self.elapsedSeconds = elapsedSeconds
        self.detail = detail
    }

    /// The share done, from 0 to 1; nil without a total.
    public var share: Double? {
        guard let total, total > 0 else { return nil }
        return max(0, min(1, done / total))
    }

    /// Seconds until the end at the mean pace so far; nil in the first instants, when the pace is not known.
    public var remainingSeconds: Double? {
        guard let share, share > 0.005, elapsedSeconds > 0.2 else { return nil }
        return elapsedSeconds * (1 - share) / share
    }

    /// The line, at most `width` columns.
    public func line(width: Int) -> String {
        var parts = [label]
        if let share {
            let cells = 20, filled = Int((share * Double(cells)).rounded(.down))
            parts.append("[" + String(repeating: "#", count: filled) + String(repeating: "·", count: cells - filled) + "]")
            parts.append(NumberText.fixed((share * 100).rounded(.down), places: 0) + " %")
            parts.append("ETA " + (remainingSeconds.map(NumberText.clock) ?? "–:––"))
        } else {
            parts.append(NumberText.clock(seconds: elapsedSeconds))
        }
        if !detail.isEmpty { parts.append(detail) }
        return truncated(parts.joined(separator: "  "), toWidth: width)
    }
}
