/// Records as JSON: one array of flat records, each of which says everything about itself.
///
/// Keys stand in the order in which the record's type declares them. Integers are written as integers; a real number is the shortest text
/// that reads back as the same number, without a point where it is whole. An infinity or NaN, which JSON has not, is null: unknown.
public enum JSONReport {
    /// All records in one array, on many lines.
    public static func array(_ records: [some Encodable]) throws -> String {
        try JSONValue.array(records.map { try JSONTreeEncoder.value($0) }).pretty() + "\n"
    }

    /// One record on a line of its own (JSON Lines).
    public static func line(_ record: some Encodable) throws -> String {
        try JSONTreeEncoder.value(record).compact() + "\n"
    }
}
