extension Table {
    /// The table as comma-separated values after RFC 4180: CRLF line ends, a heading line, exact numbers in their base units.
    ///
    /// A missing value is an empty field. Numbers have a point, never a comma, whatever the locale.
    public func csv() -> String {
        var text = columns.map { csvField($0.key) }.joined(separator: ",") + "\r\n"
        for row in rows {
            text += row.map(exactText).map(csvField).joined(separator: ",") + "\r\n"
        }
        return text
    }
}

private func exactText(_ cell: Cell) -> String {
    switch cell {
    case .text(let text), .styled(let text, _): text
    case .integer(let value): "\(value)"
    case .real(let value): NumberText.exact(value) ?? ""
    case .missing: ""
    }
}

private func csvField(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
    guard needsQuotes else { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" { result += "\"" }
        result.unicodeScalars.append(scalar)
    }
    return result + "\""
}
