/// What each stage adds to the scores of some networks.
struct StagesFigure {
    let scores: [ResultSet.Score]

    func figure(id: String) -> Figure {
        var rows: [BarsFigure.Row] = []
        var table = Table([
            .text("network", key: "name"), .number("stage", key: "stage"), .number("channels", key: "channels"),
            .number("side", unit: "px", key: "feature_size"),
            .number("entropy", key: "entropy", digits: .places(2)), .number("weight", key: "weight", digits: .significant(2)),
            .number("adds", key: "contribution", digits: .places(2)),
        ])
        for score in scores {
            for (index, stage) in score.stages.enumerated() {
                rows.append(
                    BarsFigure.Row(
                        name: index == 0 ? "\(score.name)  stage 1" : "stage \(index + 1)", value: stage.contribution,
                        text: NumberText.fixed(stage.contribution, places: 1), tone: stage.weight == 0 ? "other" : "front",
                        words:
                            "\(score.name), stage \(index + 1): \(stage.channels) channels at \(stage.side) px, "
                            + "entropy \(NumberText.fixed(stage.entropy, places: 2)), weight \(NumberText.exact(stage.weight) ?? "unknown")",
                        begins: index == 0))
                table.append([
                    .text(score.name), .integer(index + 1), .integer(stage.channels), .integer(stage.side), .real(stage.entropy), .real(stage.weight),
                    .real(stage.contribution),
                ])
            }
        }
        return Figure(
            id: id, title: "What each stage adds to the score",
            caption: ["Weight times the entropy of the network up to the end of the stage. Stages of weight 0 add nothing."],
            description: "The contribution of each stage to the score of \(scores.map(\.name).joined(separator: ", ")).",
            draw: { BarsFigure(rows: rows, pitch: 18).draw($0) }, table: table)
    }
}

/// Measured networks whose entropy no file tells: their times alone.
struct TimesFigure {
    let networks: [ResultSet.Network]
    let setting: ResultSet.Setting

    func figure(id: String) -> Figure {
        var table = Table([
            .text("network", key: "name"), .number("px", key: "resolution"), .milliseconds("median", key: "median_ns"), .milliseconds("p10", key: "p10_ns"),
            .milliseconds("p90", key: "p90_ns"), .text("verdict", key: "verdict"),
        ])
        let measured = networks.compactMap { network in network.measured.map { (network, $0) } }.sorted { $0.1.median < $1.1.median }
        let rows = measured.map { network, latency -> BarsFigure.Row in
            table.append([
                .text(network.name), .integer(optional: network.resolution), .real(latency.median), .real(optional: latency.p10), .real(optional: latency.p90),
                .text(latency.verdict),
            ])
            return BarsFigure.Row(
                name: network.name, value: latency.median, low: latency.p10, high: latency.p90, text: NumberText.duration(nanoseconds: latency.median),
                tone: latency.verdict == "VALID" ? "front" : "front pale",
                words: "\(network.name): \(NumberText.duration(nanoseconds: latency.median)), \(latency.verdict)")
        }
        return Figure(
            id: id, title: "Latency, \(setting.words)",
            caption: ["Median time of a run; the line across the end is p10 to p90. A pale bar is not VALID."],
            description: "Median latency of \(rows.count) networks as bars.", draw: { BarsFigure(rows: rows, pitch: 24).draw($0) },
            table: table.withoutEmptyColumns())
    }
}
