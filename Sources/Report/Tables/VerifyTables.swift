extension Table {
    /// Networks in the tensor core and in other runtimes, one line for each network and runtime.
    public static func verification(_ records: [VerifyRecord]) -> Table {
        var table = Table([
            .text("name", key: "name"), .number("px", key: "resolution"), .billions("MACs", key: "macs"), .text("engine", key: "engine"),
            .milliseconds("zendet", key: "zendet_median_ns"), .milliseconds("engine", key: "engine_median_ns"),
            .number("engine/zendet", key: "ratio_to_zendet", digits: .places(3)), .number("from", key: "ratio_low", digits: .places(3)),
            .number("to", key: "ratio_high", digits: .places(3)), .number("error", unit: "1e-6", key: "worst_relative_l2", digits: .significant(2), scale: 1e-6), .text("outputs", key: "outputs_agree"),
            .text("verdict", key: "verdict"),
        ])
        for record in records {
            for engine in record.engines {
                table.append([
                    .text(record.setting.name), .integer(record.setting.resolution), .integer(record.setting.macs), .text(engine.engine),
                    .real(record.timing.medianNanoseconds), .real(engine.timing.medianNanoseconds), .real(engine.ratio), .real(optional: engine.ratioLow),
                    .real(optional: engine.ratioHigh), .real(engine.agreement.worstL2),
                    engine.isRight ? .styled("agree", .good) : .styled("DIFFER", .bad), .verdict(max(record.timing.verdict, engine.timing.verdict)),
                ])
            }
        }
        return table
    }

    /// How engines order the networks.
    public static func engineOrders(_ records: [EngineOrderRecord]) -> Table {
        var table = Table([
            .text("engine", key: "engine"), .text("version", key: "version"), .number("networks", key: "networks"), .number("left out", key: "left_out"),
            .number("Spearman", key: "spearman", digits: .places(4)), .number("from", key: "spearman_low", digits: .places(4)),
            .number("to", key: "spearman_high", digits: .places(4)), .number("Kendall", key: "kendall_tau", digits: .places(4)),
            .number("engine/zendet", key: "mean_ratio_to_zendet", digits: .places(3)), .text("outputs agree", key: "outputs"),
        ])
        for record in records {
            table.append([
                .text(record.engine), .text(record.version), .integer(record.networks), .integer(record.leftOut), .real(optional: record.spearman),
                .real(optional: record.spearmanLow), .real(optional: record.spearmanHigh), .real(optional: record.kendall),
                .real(optional: record.meanRatio), .text("\(record.agreeing) of \(record.compared)"),
            ])
        }
        return table
    }
}
