extension Table {
    /// Studies side by side.
    public static func studies(_ records: [StudyRecord]) -> Table {
        let predicted = records.count(where: \.isPredicted)
        let kinds = records.map(\.measuredTitle).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let kind = kinds.isEmpty ? "measured" : kinds.joined(separator: " or ")
        var table = Table([
            .text("study", key: "file"), .text("state", key: "state"), .number("best", key: "entropy", digits: .places(1)),
            .milliseconds(kind, key: "measured_ns"), .text("budget", key: "meets_budget"), .number("front", key: "front"),
            .number("structures", key: "evaluations"), .number(predicted == 0 ? "measured networks" : "whole networks", key: "measured_networks"),
            .number("seconds", key: "seconds", digits: .places(1)), .text("begun", key: "created_at"), .text("search", key: "command"),
        ])
        for record in records {
            table.append([
                .text(record.file), record.state == "finished" ? .styled(record.state, .good) : .styled(record.state, .doubtful),
                .real(optional: record.best?.entropy), .real(optional: record.best?.measuredNanoseconds),
                record.meetsBudget.map { $0 ? .styled("kept", .good) : .styled("over", .bad) } ?? .missing,
                record.front.isEmpty ? .missing : .integer(record.front.count), .integer(record.evaluations), .integer(record.measuredNetworks),
                .real(record.seconds), .text(record.createdAt), .text(record.command.joined(separator: " ")),
            ])
        }
        return table
    }

    /// Networks of a study: its best one, or its front.
    ///
    /// - Parameter measured: the heading of whole networks' latencies: whose they are.
    public static func studyNetworks(_ networks: [StudyRecord.Network], measured: String) -> Table {
        var table = Table([
            .number("#", key: "number"), .text("point", key: "names"), .number("entropy", key: "entropy", digits: .places(1)),
            .millions("params", key: "params"), .billions("MACs", key: "macs"), .billions("FLOPs (TinyNAS)", key: "reference_flops"),
            .number("layers", key: "layers"), .mebibytes("activations", key: "peak_activation_bytes"),
            .milliseconds("predicted", key: "predicted_ns"), .milliseconds(measured, key: "measured_ns"),
            .milliseconds("p90", key: "measured_p90_ns"), .number("ratio", key: "ratio_to_baseline", digits: .places(3)), .text("verdict", key: "verdict"),
        ])
        for (place, network) in networks.enumerated() {
            table.append([
                .integer(place + 1), .text(network.names.joined(separator: ", ")), .real(network.entropy), .integer(network.params),
                .integer(network.macs), .real(network.referenceFLOPs), .integer(network.layers), .integer(network.peakActivationBytes),
                .real(optional: network.predictedNanoseconds), .real(optional: network.measuredNanoseconds),
                .real(optional: network.measuredP90Nanoseconds), .real(optional: network.ratio),
                network.verdict.map(Cell.verdict) ?? .missing,
            ])
        }
        return table
    }
}
