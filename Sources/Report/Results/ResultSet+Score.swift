extension ResultSet {
    /// A record of `score` or of `models`.
    mutating func addScore(_ record: ResultObject) throws(ReportError) {
        var network = try Network(counting: record)
        network.setting.imageSide = try record.integerIfKnown("image_resolution")
        networks.append(network)
        try addStages(record)
    }

    /// The stages of a score, where a record has them.
    mutating func addStages(_ record: ResultObject) throws(ReportError) {
        guard let stages = try record.objects("stages") else { return }
        let name = try record.string("name")
        guard !scores.contains(where: { $0.name == name && $0.stages.count == stages.count }) else { return }
        scores.append(
            Score(
                name: name,
                stages: try stages.map { stage throws(ReportError) in
                    (
                        try stage.integer("channels"), try stage.integer("feature_size"), try stage.number("entropy"), try stage.number("weight"),
                        try stage.number("contribution")
                    )
                }))
    }

    /// A record of `score --audit`: each kind of them becomes one table.
    mutating func addAudit(_ record: ResultObject) throws(ReportError) {
        switch try record.string("record") {
        case "pair":
            let title = "Pairs of scores over random networks of the space '\(try record.stringIfKnown("space") ?? "unknown")'"
            let columns: [Column] = [
                .text("a", key: "a"), .text("b", key: "b"), .number("networks", key: "networks"), .number("Spearman", key: "spearman", digits: .places(3)),
                .number("low", key: "spearman_low", digits: .places(3)), .number("high", key: "spearman_high", digits: .places(3)),
                .number("Kendall", key: "kendall", digits: .places(3)), .number("holding depth", key: "spearman_holding_depth", digits: .places(3)),
                .number("holding MACs", key: "spearman_holding_macs", digits: .places(3)),
            ]
            append(
                [.text(try record.string("a")), .text(try record.string("b")), .integer(optional: try record.integerIfKnown("networks"))]
                    + (try columns[3...].map { column throws(ReportError) in .real(optional: try record.numberIfKnown(column.key)) }), columns, to: title)
        case "published":
            let scores = try record.object("scores")
            let ranks = try record.object("ranks")
            let kinds = ranks.keys
            let columns =
                [Column.text("name", key: "name"), .number("AP", key: "published_ap", digits: .places(1))]
                + kinds.flatMap { [.number($0, key: $0, digits: .significant(5)), .number("rank", key: "\($0)_rank")] }
            var row: [Cell] = [.text(try record.string("name")), .real(optional: try record.numberIfKnown("published_ap"))]
            for kind in kinds {
                row += [.real(optional: try scores.numberIfKnown(kind)), .integer(optional: try ranks.integerIfKnown(kind))]
            }
            append(row, columns, to: "Networks with a published precision, by each score")
        case let kind:
            throw ReportError(.malformed, "\(record.place(of: "record")): 'record' is '\(kind)'; 'pair' or 'published' was expected")
        }
    }

    private mutating func append(_ row: [Cell], _ columns: [Column], to title: String) {
        if let index = listings.firstIndex(where: { $0.title == title && $0.table.columns == columns }) {
            listings[index].table.append(row)
        } else {
            var table = Table(columns)
            table.append(row)
            listings.append(Listing(title: title, table: table))
        }
    }
}
