import Search

extension Table {
    /// The winner beside the baseline: asked, predicted, measured.
    public static func search(_ record: SearchRecord) -> Table {
        let v100 = record.winner.v100 ?? record.baseline?.v100
        var table = Table([
            .text("name", key: "name"), .number("px", key: "resolution"), .number("entropy", key: "entropy", digits: .places(1)),
            .millions("params", key: "params"), .billions("MACs", key: "macs"), .number("layers", key: "layers"),
            .milliseconds("asked", key: "asked_ns"), .milliseconds("predicted", key: "predicted_ns"),
            .milliseconds(record.measuredTitle, key: "measured_ns"),
            .milliseconds("p90", key: "measured_p90_ns"), .number("ratio", key: "ratio_to_baseline", digits: .places(3)), .number("from", key: "ratio_low", digits: .places(3)), .number("to", key: "ratio_high", digits: .places(3)),
            .text("verdict", key: "verdict"), .number("AP", key: "published_ap", digits: .places(1)),
            .milliseconds(v100.map { "V100 \($0.precision) batch \($0.batch)" } ?? "V100", key: "v100_model_ns"),
        ])
        let winner = record.winner
        table.append([
            .text(record.name), .integer(record.resolution), .real(winner.entropy), .integer(winner.params), .integer(winner.macs),
            .integer(winner.layers), .real(optional: record.budgets.latencyNanoseconds), .real(optional: winner.predictedNanoseconds),
            .real(winner.measured.medianNanoseconds), .real(optional: winner.measured.p90Nanoseconds),
            .real(optional: winner.measured.ratio), .real(optional: winner.measured.ratioLow),
            .real(optional: winner.measured.ratioHigh), .verdict(winner.measured.verdict), .missing,
            .real(optional: winner.v100?.nanosecondsPerImage),
        ])
        if let baseline = record.baseline {
            table.append([
                .text(baseline.name), .integer(baseline.resolution), .real(baseline.entropy), .integer(baseline.params), .integer(baseline.macs),
                .integer(baseline.layers), .missing, .missing,
                .real(baseline.measured.medianNanoseconds), .real(optional: baseline.measured.p90Nanoseconds), .real(1), .missing, .missing,
                .verdict(baseline.measured.verdict),
                .real(optional: baseline.publishedAP), .real(optional: baseline.v100?.nanosecondsPerImage),
            ])
        }
        return table
    }

    /// Every network that was measured in the search, best score first.
    public static func finalists(_ record: SearchRecord) -> Table {
        var table = Table([
            .number("round", key: "round"), .number("entropy", key: "entropy", digits: .places(1)), .millions("params", key: "params"),
            .billions("MACs", key: "macs"), .number("layers", key: "layers"), .milliseconds("predicted", key: "predicted_ns"),
            .milliseconds(record.measuredTitle, key: "measured_ns"), .milliseconds("p90", key: "measured_p90_ns"),
            .number("ratio", key: "ratio_to_baseline", digits: .places(3)), .text("budget", key: "keeps_budget"), .text("verdict", key: "verdict"),
        ])
        for candidate in ([record.winner] + record.finalists).sorted(by: { $0.entropy > $1.entropy }) {
            table.append([
                .integer(candidate.round), .real(candidate.entropy), .integer(candidate.params), .integer(candidate.macs),
                .integer(candidate.layers), .real(optional: candidate.predictedNanoseconds), .real(candidate.measured.medianNanoseconds),
                .real(optional: candidate.measured.p90Nanoseconds), .real(optional: candidate.measured.ratio),
                candidate.keepsBudget ? .styled("kept", .good) : .styled("over", .bad),
                .verdict(candidate.measured.verdict),
            ])
        }
        return table
    }
}
