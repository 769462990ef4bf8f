import Entropy

extension Table {
    /// Networks with costs and scores, one line each.
    ///
    /// - Parameter isData: For programs: predicted latencies have all their columns.
    public static func scores(_ records: [ScoreRecord], isData: Bool) -> Table {
        var table = Table([
            .text("name", key: "name"), .number("px", key: "resolution"), .millions("params", key: "params"), .billions("MACs", key: "macs"),
            .billions("reference FLOPs", key: "reference_flops"), .number("layers", key: "layers"),
            .mebibytes("peak activations", key: "peak_activation_bytes"), .number("entropy", key: "entropy", digits: .places(2)),
            .number("AP", key: "published_ap", digits: .places(1)),
        ])
        for record in records {
            table.append([
                .text(record.name), .integer(record.resolution), .integer(record.params), .integer(record.macs),
                .real(record.referenceFLOPs), .integer(record.layers), .integer(record.peakActivationBytes), .real(record.entropy),
                .real(optional: record.publishedAP),
            ])
        }
        return table.with(predictions: records.map(\.predictions), isData: isData)
    }

    /// Networks with the scores that were chosen, one line each.
    public static func chosenScores(_ records: [ScoreRecord], kinds: [ScoreKind], isData: Bool) -> Table {
        var table = Table(
            [.text("name", key: "name"), .number("px", key: "resolution")] + ScoreColumns.columns(kinds)
                + [.number("AP", key: "published_ap", digits: .places(1))])
        for record in records {
            guard let scores = record.scores else { continue }
            table.append([.text(record.name), .integer(record.resolution)] + scores.cells + [.real(optional: record.publishedAP)])
        }
        return table.with(predictions: records.map(\.predictions), isData: isData)
    }

    /// What small changes of each block would add and cost.
    public static func changes(_ record: ScoreRecord) -> Table {
        var table = Table([
            .number("block", key: "block"), .text("change", key: "change"), .number("score", key: "score", digits: .places(3)),
            .number("MACs", unit: "M", key: "macs", digits: .significant(3), scale: 1e6), .millions("params", key: "params"),
            .number("score per GMAC", key: "score_per_gmac", digits: .significant(3)), .milliseconds("latency", key: "latency_ns"),
            .number("score per ms", key: "score_per_ms", digits: .significant(3)),
        ])
        for change in record.changes ?? [] {
            let time = change.nanoseconds.flatMap { $0 > 0 ? change.score / $0 * 1e6 : nil }
            table.append([
                .integer(change.block), .text(change.change), .real(change.score), .integer(change.macs), .integer(change.params),
                .real(optional: change.macs > 0 ? change.score / Double(change.macs) * 1e9 : nil), .real(optional: change.nanoseconds), .real(optional: time),
            ])
        }
        return table
    }

    /// What each stage adds to one network's score.
    public static func stages(_ record: ScoreRecord) -> Table {
        var table = Table([
            .text("stage", key: "stage"), .number("channels", key: "channels"), .number("feature map", unit: "px", key: "feature_size"),
            .number("entropy up to here", key: "entropy", digits: .places(3)), .number("weight", key: "weight", digits: .significant(2)),
            .number("adds", key: "contribution", digits: .places(3)), .percent("share", key: "share"),
        ])
        for (index, stage) in record.stages.enumerated() {
            table.append([
                .text("C\(index + 1)"), .integer(stage.channels), .integer(stage.featureSize), .real(stage.entropy), .real(stage.weight),
                .real(stage.contribution), .real(record.entropy > 0 ? stage.contribution / record.entropy : 0),
            ])
        }
        return table
    }

    /// What each block adds to one network's score.
    public static func blocks(_ record: ScoreRecord) -> Table {
        var table = Table([
            .number("block", key: "block"), .text("what it is", key: "summary"), .text("stage", key: "stage"),
            .number("entropy", key: "entropy", digits: .places(3)), .number("adds", key: "contribution", digits: .places(3)),
            .percent("share", key: "share"),
        ])
        for block in record.blocks ?? [] {
            table.append([
                .integer(block.index), .text(block.summary), .text("C\(block.stage + 1)"), .real(block.entropy), .real(block.contribution),
                .real(record.entropy > 0 ? block.contribution / record.entropy : 0),
            ])
        }
        return table
    }
}
