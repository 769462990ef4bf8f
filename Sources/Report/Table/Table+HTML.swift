extension Table {
    /// The table as HTML: names of rows as row headings, numbers to the right.
    func html(caption: String) -> Markup {
        let shown = CellText(self)
        let head = columns.map { column in Markup("th", ["scope": "col", "class": column.alignment == .right ? "n" : nil], text: column.heading) }
        let body = rows.indices.map { row in
            Markup(
                "tr", [:],
                columns.indices.map { column in
                    if column == 0, columns[0].alignment == .left { return Markup("th", ["scope": "row"], text: shown.rows[row][0]) }
                    var name = columns[column].alignment == .right ? "n" : nil
                    if case .styled(_, let style) = rows[row][column] { name = "verdict \(style)" }
                    return Markup("td", ["class": name], text: shown.rows[row][column])
                })
        }
        return Markup(
            "table", [:], [Markup("caption", text: caption), Markup("thead", [:], [Markup("tr", [:], head)]), Markup("tbody", [:], body)])
    }
}
