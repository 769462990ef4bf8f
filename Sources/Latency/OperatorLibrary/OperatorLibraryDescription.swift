/// An operator library as a profile carries it: its rows in their own notation, for one precision.
public struct OperatorLibraryDescription: Hashable, Sendable, Codable {
    public var precision: Precision
    /// Where the rows come from, in words.
    public var source: String
    public var importedUTC: String
    /// Rows that count, `{Type,Batch,InC,InH,InW,OutC,Kernel,Stride,ElementwiseFused} milliseconds`.
    public var rows: [String]

    public init(precision: Precision, source: String, importedUTC: String, rows: [String]) {
        self.precision = precision
        self.source = source
        self.importedUTC = importedUTC
        self.rows = rows
    }

    /// The library itself.
    ///
    /// - Throws: what ``OperatorLibrary/init(text:source:)`` throws.
    public func library(source: String) throws(LatencyError) -> OperatorLibrary {
        try OperatorLibrary(text: rows.joined(separator: "\n"), source: "\(source): \(precision.rawValue) rows")
    }

    enum CodingKeys: String, CodingKey {
        case precision, source, rows
        case importedUTC = "imported_utc"
    }
}
