extension Table {
    /// Networks priced by an operator library, one line for each batch.
    public static func operatorLibrary(_ records: [OperatorLibraryRecord]) -> Table {
        var table = Table([
            .text("network", key: "network"), .number("px", key: "resolution"), .text("precision", key: "precision"), .number("batch", key: "batch"),
            .milliseconds("per image", key: "ns_per_image"), .milliseconds("from", key: "low_ns_per_image"),
            .milliseconds("to", key: "high_ns_per_image"), .percent("extrapolated", key: "extrapolated_share"), .number("layers", key: "layers"),
            .number("without rows", key: "uncovered"),
        ])
        for record in records {
            table.append([
                .text(record.network), .integer(record.resolution), .text(record.precision), .integer(record.batch), .real(record.nanosecondsPerImage),
                .real(record.lowNanosecondsPerImage), .real(record.highNanosecondsPerImage), .real(record.extrapolatedShare), .integer(record.layers),
                .integer(record.uncovered),
            ])
        }
        return table
    }
}
