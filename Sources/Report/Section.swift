/// A part of a report for people: a heading, a table or a few lines.
public enum Section: Sendable {
    case heading(String)
    case table(Table)
    /// A table lying on its side, for a few rows of many columns.
    case sheet(Table)
    /// Lines that stand as they are (a structure's text, a drawing).
    case verbatim(String)
    /// A remark that belongs to the result and must not be lost where only data is shown, with points below it.
    case note(String, points: [String])

    /// A remark without points.
    public static func note(_ text: String) -> Section { .note(text, points: []) }

    /// The remark with its points on lines of their own; nil for the other kinds.
    public var note: String? {
        guard case .note(let text, let points) = self else { return nil }
        return ([text] + points.map { "  - " + $0 }).joined(separator: "\n")
    }

    /// All sections for a terminal, an empty line between them; neighbouring remarks stand together.
    public static func text(_ sections: [Section], palette: Palette) -> String {
        joined(sections) { section in
            switch section {
            case .heading(let text): palette.apply(.strong, to: text) + "\n"
            case .table(let table): table.text(palette: palette)
            case .sheet(let table): table.sheet().text(palette: palette)
            case .verbatim(let text): text.hasSuffix("\n") ? text : text + "\n"
            case .note: (section.note ?? "") + "\n"
            }
        }
    }

    /// All sections as Markdown.
    public static func markdown(_ sections: [Section]) -> String {
        joined(sections) { section in
            switch section {
            case .heading(let text): "## \(text)\n"
            case .table(let table): table.markdown()
            case .sheet(let table): table.sheet().markdown()
            case .verbatim(let text): "```\n\(text.hasSuffix("\n") ? text : text + "\n")```\n"
            case .note: "- \(section.note ?? "")\n"
            }
        }
    }

    private static func joined(_ sections: [Section], _ write: (Section) -> String) -> String {
        var result = ""
        for (index, section) in sections.enumerated() {
            if index > 0 {
                let isBetweenNotes = section.note != nil && sections[index - 1].note != nil
                let isUnderHeading = if case .heading = sections[index - 1] { true } else { false }
                if !isBetweenNotes && !isUnderHeading { result += "\n" }
            }
            result += write(section)
        }
        return result
    }
}
