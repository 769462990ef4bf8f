extension Table {
    /// The table for a terminal: columns two spaces apart, numbers to the right, a rule under the headings.
    ///
    /// - Parameters:
    ///   - palette: Colours for styled cells.
    ///   - indent: Spaces before every line.
    public func text(palette: Palette = .plain, indent: Int = 0) -> String {
        let shown = CellText(self).rows
        let widths = columns.indices.map { index in
            (shown.map { displayWidth($0[index]) } + [displayWidth(columns[index].heading)]).max() ?? 0
        }
        let margin = String(repeating: " ", count: indent)
        func line(_ words: [String], colour: (Int, String) -> String = { $1 }) -> String {
            let fields = words.indices.map { index in
                let space = String(repeating: " ", count: widths[index] - displayWidth(words[index]))
                let word = colour(index, words[index])
                return columns[index].alignment == .left ? word + space : space + word
            }
            var text = margin + fields.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text
        }
        var lines = [line(columns.map(\.heading)), margin + widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")]
        for (row, words) in zip(rows, shown) {
            lines.append(
                line(words) { index, word in
                    if case .styled(_, let style) = row[index] { palette.apply(style, to: word) } else { word }
                })
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
