extension Table {
    /// The zoo with its costs.
    public static func models(_ records: [ModelRecord]) -> Table {
        var table = Table([
            .text("name", key: "name"), .number("px", key: "resolution"), .millions("params", key: "params"), .billions("MACs", key: "macs"),
            .number("layers", key: "layers"), .number("entropy", key: "entropy", digits: .places(1)),
            .number("AP", key: "published_ap", digits: .places(1)), .text("what it is", key: "summary"),
        ])
        for record in records {
            table.append([
                .text(record.name), .integer(record.resolution), .integer(record.params), .integer(record.macs), .integer(record.layers),
                .real(record.entropy), .real(optional: record.publishedAP), .text(record.summary),
            ])
        }
        return table
    }
}
