extension Table {
    /// The table in GitHub's Markdown, padded so that the source reads well too.
    public func markdown() -> String {
        let shown = CellText(self).rows.map { $0.map(escapedMarkdown) }
        let headings = columns.map { escapedMarkdown($0.heading) }
        // Three dashes are the least that every reader takes for a rule.
        let widths = columns.indices.map { index in
            (shown.map { displayWidth($0[index]) } + [displayWidth(headings[index]), 3]).max() ?? 3
        }
        func line(_ words: [String]) -> String {
            let fields = words.indices.map { index in
                let space = String(repeating: " ", count: widths[index] - displayWidth(words[index]))
                return columns[index].alignment == .left ? words[index] + space : space + words[index]
            }
            return "| " + fields.joined(separator: " | ") + " |"
        }
        let rule = columns.indices.map { index in
            columns[index].alignment == .left
                ? String(repeating: "-", count: widths[index]) : String(repeating: "-", count: widths[index] - 1) + ":"
        }
        return ([line(headings), "| " + rule.joined(separator: " | ") + " |"] + shown.map(line)).joined(separator: "\n") + "\n"
    }
}

/// A cell's text with the characters escaped that Markdown would read as something else.
private func escapedMarkdown(_ text: String) -> String {
    var result = ""
    for character in text {
        switch character {
        case "|", "*", "_", "`", "<", "[", "]", "\\": result += "\\\(character)"
        case "\n", "\r", "\r\n": result += " "
        default: result.append(character)
        }
    }
    return result
}
