/// A table of typed cells: what a command found, before anything is said of how it is shown.
///
/// A cell holds the exact value in its base unit (nanoseconds, bytes, multiply-accumulates); the column says how a person reads it.
/// The text and Markdown forms show the scaled and rounded value, CSV the exact one.
public struct Table: Sendable {
    public var columns: [Column]
    public private(set) var rows: [[Cell]]

    public init(_ columns: [Column]) {
        self.columns = columns
        rows = []
    }

    /// Adds a row.
    ///
    /// - Precondition: one cell for each column.
    public mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row of \(row.count) cells in a table of \(columns.count) columns")
        rows.append(row)
    }

    /// Adds a column behind the others.
    ///
    /// - Precondition: one cell for each row.
    mutating func add(_ column: Column, _ cells: [Cell]) {
        precondition(cells.count == rows.count, "a column of \(cells.count) cells in a table of \(rows.count) rows")
        columns.append(column)
        for index in rows.indices { rows[index].append(cells[index]) }
    }

    /// The table without the columns that hold nothing in any row.
    public func withoutEmptyColumns() -> Table {
        keeping { column in rows.contains { $0[column].isPresent } }
    }

    /// The table without some of its columns.
    public func without(keys: Set<String>) -> Table { keeping { !keys.contains(columns[$0].key) } }

    private func keeping(_ isKept: (Int) -> Bool) -> Table {
        let kept = columns.indices.filter(isKept)
        var table = Table(kept.map { columns[$0] })
        for row in rows { table.append(kept.map { row[$0] }) }
        return table
    }
}

/// The value of one cell.
public enum Cell: Hashable, Sendable {
    case text(String)
    /// A word with a colour on terminals.
    case styled(String, Style)
    case integer(Int)
    case real(Double)
    /// Unknown or not applicable: "–" for a person, an empty field in CSV.
    case missing

    /// An integer, or missing.
    public static func integer(optional value: Int?) -> Cell { value.map(Cell.integer) ?? .missing }

    /// A real number, or missing.
    public static func real(optional value: Double?) -> Cell { value.map(Cell.real) ?? .missing }

    /// A text, or missing.
    public static func text(optional value: String?) -> Cell { value.map(Cell.text) ?? .missing }

    var isPresent: Bool { self != .missing && self != .text("") }

    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .text, .styled, .missing: nil
        }
    }
}
