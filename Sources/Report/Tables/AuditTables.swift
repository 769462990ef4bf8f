import Entropy
import Search

extension Table {
    /// Every pair of scores, one line each.
    public static func audit(_ records: [AuditRecord]) -> Table {
        func correlation(_ title: String, _ key: String) -> [Column] {
            [
                .number(title, key: key, digits: .places(3)), .number("from", key: "\(key)_low", digits: .places(3)),
                .number("to", key: "\(key)_high", digits: .places(3)),
            ]
        }
        var table = Table(
            [.text("score", key: "a"), .text("against", key: "b")] + correlation("Spearman", "spearman") + correlation("Kendall", "kendall")
                + correlation("same depth", "spearman_holding_depth") + correlation("same MACs", "spearman_holding_macs")
                + [.number("near-ties", key: "near_ties"), .percent("agree", key: "near_tie_agreement")])
        func cells(_ found: ScoreAudit.Correlation?) -> [Cell] {
            [.real(optional: found?.value), .real(optional: found?.interval?.lowerBound), .real(optional: found?.interval?.upperBound)]
        }
        for record in records {
            let pair = record.pair
            table.append(
                [.text(pair.a.rawValue), .text(pair.b.rawValue)] + cells(pair.spearman) + cells(pair.kendall) + cells(pair.holdingDepth)
                    + cells(pair.holdingMACs) + [.integer(pair.nearTies?.pairs ?? 0), .real(optional: pair.nearTies?.share)])
        }
        return table
    }

    /// The networks with published precision: each score with its rank among them.
    public static func published(_ audit: ScoreAudit) -> Table {
        var table = Table(
            [.text("network", key: "name"), .number("AP", key: "published_ap", digits: .places(1))]
                + audit.kinds.flatMap { kind -> [Column] in
                    [ScoreColumns.columns([kind])[0], .number("rank", key: "\(kind.rawValue)_rank")]
                })
        for (index, network) in audit.published.enumerated() {
            table.append(
                [.text(network.name), .real(network.publishedAP)]
                    + audit.kinds.flatMap { kind -> [Cell] in
                        [ScoreColumns(kinds: [kind], scores: network.scores).cells[0], .integer(audit.rank(index, kind))]
                    })
        }
        return table
    }
}
