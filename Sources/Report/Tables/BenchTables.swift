import Latency

extension Table {
    /// Measurements, one line each.
    public static func benches(_ records: [BenchRecord]) -> Table {
        let engines = EngineColumns(records.map { $0.engines ?? [] })
        var table = Table([
            .text("name", key: "name"), .number("px", key: "resolution"), .number("batch", key: "batch"), .number("threads", key: "threads"),
            .text("isa", key: "isa"), .milliseconds("median", key: "median_ns"), .percent("±", key: "median_relative_half_width"),
            .milliseconds("p10", key: "p10_ns"), .milliseconds("p90", key: "p90_ns"), .number("runs", key: "samples"),
            .milliseconds("less drift", key: "drift_corrected_median_ns"), .percent("drift", key: "anchor_drift"),
            .number("processes", key: "processes"), .percent("between", key: "between_share", places: 2),
            .number("GFLOP/s", key: "gflop_per_s", digits: .places(1)), .number("peak", unit: "GFLOP/s", key: "peak_gflop_per_s", digits: .places(1)),
            .percent("of peak", key: "peak_fraction"), .text("verdict", key: "verdict"),
        ] + engines.columns)
        for record in records {
            let (setting, measurement) = (record.setting, record.measurement)
            table.append([
                .text(setting.name), .integer(setting.resolution), .integer(setting.batch), .integer(setting.threads), .text(setting.isa),
                .real(measurement.medianNanoseconds), .real(optional: measurement.relativeHalfWidth), .real(measurement.p10Nanoseconds),
                .real(measurement.p90Nanoseconds), .integer(measurement.samplesNanoseconds.count),
                .real(optional: record.drift?.correctedNanoseconds), .real(optional: record.drift?.drift),
                .integer(optional: record.spread?.mediansNanoseconds.count), .real(optional: record.spread?.betweenShare), .real(record.gigaflopPerSecond),
                .real(optional: record.peakGigaflopPerSecond), .real(optional: record.peakFraction), .verdict(measurement.verdict),
            ] + engines.cells(record.engines ?? []))
        }
        return table
    }

    /// The layers of one measured network, in order.
    public static func layers(_ records: [LayerRecord]) -> Table {
        var table = Table([
            .text("layer", key: "name"), .text("operation", key: "operation"), .text("by", key: "algorithm"), .milliseconds("median", key: "median_ns"),
            .percent("share", key: "share"), .number("MACs", unit: "M", key: "macs", digits: .places(1), scale: 1e6),
            .number("GFLOP/s", key: "gflop_per_s", digits: .places(1)), .percent("of peak", key: "peak_fraction"),
            .percent("of roofline", key: "roofline_fraction"), .text("bound by", key: "bound_by"),
        ])
        for record in records {
            table.append([
                .text(record.name), .text(record.operation), .text(record.algorithm), .real(record.medianNanoseconds), .real(record.share), .integer(record.macs),
                .real(record.gigaflopPerSecond), .real(optional: record.peakFraction), .real(optional: record.rooflineFraction),
                .text(record.boundBy ?? ""),
            ])
        }
        return table.withoutEmptyColumns()
    }
}

extension Cell {
    /// A verdict in its colour.
    public static func verdict(_ verdict: Verdict) -> Cell {
        let style: Style =
            switch verdict {
            case .valid: .good
            case .suspect: .doubtful
            case .invalid: .bad
            }
        return .styled(verdict.rawValue, style)
    }
}
