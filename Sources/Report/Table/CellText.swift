/// The cells of a table as a person reads them.
struct CellText {
    /// Shown for a value that is unknown or does not apply.
    static let missing = "–"

    /// Rows of shown words, without colour.
    let rows: [[String]]

    init(_ table: Table) {
        let places = table.columns.indices.map { index in
            CellText.places(table.columns[index], values: table.rows.compactMap { $0[index].number })
        }
        rows = table.rows.map { row in
            row.indices.map { CellText.text(row[$0], in: table.columns[$0], places: places[$0]) }
        }
    }

    /// Digits after the point of a whole column, so that the points stand below each other.
    static func places(_ column: Column, values: [Double]) -> Int {
        switch column.digits {
        case .places(let places):
            return places
        case .significant(let digits):
            let smallest = values.map { abs($0 / column.scale) }.filter { $0 > 0 && $0.isFinite }.min() ?? 1
            return NumberText.places(significant: digits, of: smallest)
        }
    }

    static func text(_ cell: Cell, in column: Column, places: Int) -> String {
        switch cell {
        case .text(let text), .styled(let text, _): text
        case .missing: missing
        case .integer(let value) where column.scale == 1: "\(value)"
        case .integer(let value): NumberText.fixed(Double(value) / column.scale, places: places)
        case .real(let value): value.isFinite ? NumberText.fixed(value / column.scale, places: places) : missing
        }
    }
}
