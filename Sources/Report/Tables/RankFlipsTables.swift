extension Table {
    /// One line for each measure: every network's value, with its ends for programs.
    public static func rankMeasures(_ records: [RankFlipsRecord]) -> Table {
        var table = Table([
            .number("px", key: "resolution"), .text("measure", key: "measure"), .text("kind", key: "kind"), .text("precision", key: "precision"),
            .number("batch", key: "batch"), .text("isa", key: "isa"), .number("threads", key: "threads"), .text("network", key: "network"),
            .number("value", key: "value", digits: .significant(4)), .number("from", key: "low", digits: .significant(4)),
            .number("to", key: "high", digits: .significant(4)), .number("rank", key: "rank"),
        ])
        for record in records {
            for measure in record.measures {
                for (index, network) in record.networks.enumerated() {
                    let rank = 1 + measure.column.order[index].count { $0 > 0 }
                    table.append([
                        .integer(record.resolution), .text(measure.title), .text(measure.kind.rawValue), .text(optional: measure.precision),
                        .integer(optional: measure.batch), .text(optional: measure.isa), .integer(optional: measure.threads), .text(network),
                        .real(measure.values[index]), .real(measure.low[index]), .real(measure.high[index]), .integer(rank),
                    ])
                }
            }
        }
        return table
    }

    /// The same for people: networks across, shown relative to the baseline, with the rank where it is certain.
    public static func rankGrid(_ record: RankFlipsRecord) -> Table {
        let base = record.networks.firstIndex(of: record.baseline) ?? 0
        var table = Table(
            [.text("measure", key: "measure"), .text(record.baseline, key: "baseline", alignment: .right)]
                + record.networks.indices.filter { $0 != base }.map { .text(record.networks[$0], key: "network_\($0)", alignment: .right) }
                + [.text("verdict", key: "verdict")])
        for measure in record.measures {
            let value = measure.values[base]
            let shown = measure.kind == .flops ? "\(NumberText.fixed(value / 1e9, places: 2)) G" : "\(NumberText.fixed(value / 1e6, places: 3)) ms"
            table.append(
                [.text(measure.title), .text(shown)]
                    + record.networks.indices.filter { $0 != base }.map { index in
                        let ratio = NumberText.fixed(measure.values[index] / value, places: 3)
                        return .text(measure.column.order[index][base] == 0 ? "~\(ratio)" : ratio)
                    } + [measure.verdict.map { .verdict($0) } ?? .missing])
        }
        return table.withoutEmptyColumns()
    }

    /// Kendall's τ between every two measures.
    public static func rankAgreement(_ record: RankFlipsRecord) -> Table {
        var table = Table(
            [.number("", key: "number"), .text("measure", key: "measure")]
                + record.measures.indices.map { .number("\($0 + 1)", key: "tau_\($0 + 1)", digits: .places(2)) })
        for (row, measure) in record.measures.enumerated() {
            let cells = record.measures.map { other -> Cell in
                if other.title == measure.title { return .real(1) }
                return .real(
                    optional: record.agreements.first { [$0.first, $0.second].sorted() == [measure.title, other.title].sorted() }.flatMap(\.tau))
            }
            table.append([.integer(row + 1), .text(measure.title)] + cells)
        }
        return table
    }

    /// The network of greatest merit within the baseline's cost, by every measure.
    public static func rankPicks(_ record: RankFlipsRecord) -> Table {
        var table = Table([
            .text("by", key: "measure"), .text("pick", key: "network"), .number("cost over \(record.baseline)", key: "ratio_to_baseline", digits: .places(3)),
            .text("or", key: "alternatives"),
        ])
        for pick in record.picks {
            table.append([
                .text(pick.measure), .text(optional: pick.network), .real(optional: pick.ratioToBaseline),
                pick.alternatives.isEmpty ? .missing : .text(pick.alternatives.joined(separator: ", ")),
            ])
        }
        return table.withoutEmptyColumns()
    }
}
