/// What a word means, for its colour.
public enum Style: Hashable, Sendable {
    case good, doubtful, bad
    /// The row or word a reader looks for.
    case strong
    /// Secondary remarks.
    case faint
}

/// Turns styles into terminal colours, or into nothing.
public struct Palette: Hashable, Sendable {
    private let isColoured: Bool

    /// No colours: for files, pipes and `NO_COLOR`.
    public static let plain = Palette(isColoured: false)
    /// The eight basic colours, which every terminal's own theme keeps readable.
    public static let coloured = Palette(isColoured: true)

    /// Colours for a stream.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether the stream is a terminal.
    ///   - environment: The process's environment. A `NO_COLOR` that is not empty turns colours off (no-color.org), as does `TERM=dumb`.
    public static func forStream(isTerminal: Bool, environment: [String: String]) -> Palette {
        guard isTerminal, environment["NO_COLOR", default: ""].isEmpty, environment["TERM"] != "dumb" else { return .plain }
        return .coloured
    }

    /// `text` in the colour of a style.
    public func apply(_ style: Style, to text: String) -> String {
        guard isColoured else { return text }
        let code =
            switch style {
            case .good: "32"
            case .doubtful: "33"
            case .bad: "31"
            case .strong: "1"
            case .faint: "2"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
