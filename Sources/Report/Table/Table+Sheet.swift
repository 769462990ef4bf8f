extension Table {
    /// The table lying on its side, for a few rows of many columns: a line for each column, the first column's values as headings.
    ///
    /// - Precondition: at least one column.
    func sheet() -> Table {
        let shown = CellText(self).rows
        var sheet = Table([.text("", key: columns[0].key)] + rows.indices.map { .text(shown[$0][0], key: "row_\($0)", alignment: .right) })
        for index in columns.indices.dropFirst() {
            let cells = rows.indices.map { row -> Cell in
                if case .styled(_, let style) = rows[row][index] { .styled(shown[row][index], style) } else { .text(shown[row][index]) }
            }
            sheet.append([.text(columns[index].heading)] + cells)
        }
        return sheet
    }
}
