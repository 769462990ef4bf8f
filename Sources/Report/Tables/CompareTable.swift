extension Table {
    /// Networks beside a baseline, one line each; the V100's column says precision and batch in its heading.
    ///
    /// - Parameter isData: For programs: precision and batch have columns of their own, and no column is left out.
    public static func comparison(_ records: [CompareRecord], isData: Bool) -> Table {
        let v100 = records.lazy.compactMap(\.v100).first
        let engines = EngineColumns(records.map { $0.bench.engines ?? [] })
        var table = Table([
            .text("name", key: "name"), .number("px", key: "resolution"), .millions("params", key: "params"), .billions("MACs", key: "macs"),
            .number("entropy", key: "entropy", digits: .places(1)), .milliseconds("median", key: "median_ns"),
            .number("ratio", key: "ratio_to_baseline", digits: .places(3)), .number("from", key: "ratio_low", digits: .places(3)),
            .number("to", key: "ratio_high", digits: .places(3)), .percent("of peak", key: "peak_fraction"), .text("verdict", key: "verdict"),
            .number("AP", key: "published_ap", digits: .places(1)),
            .milliseconds(v100.map { "V100 \($0.precision) batch \($0.batch)" } ?? "V100", key: "v100_model_ns"),
            .text("V100 precision", key: "v100_precision"), .number("V100 batch", key: "v100_batch"),
        ] + engines.columns)
        for record in records {
            let measurement = record.bench.measurement
            table.append([
                .text(record.score.name), .integer(record.score.resolution), .integer(record.score.params), .integer(record.score.macs),
                .real(record.score.entropy), .real(measurement.medianNanoseconds), .real(record.ratio.ratio),
                .real(optional: record.ratio.interval?.low), .real(optional: record.ratio.interval?.high),
                .real(optional: record.bench.peakFraction), .verdict(measurement.verdict), .real(optional: record.score.publishedAP),
                .real(optional: record.v100?.nanosecondsPerImage), .text(optional: record.v100?.precision),
                .integer(optional: record.v100?.batch),
            ] + engines.cells(record.bench.engines ?? []))
        }
        table = table.with(predictions: records.map(\.score.predictions), isData: isData)
        guard !isData else { return table }
        return table.without(keys: ["v100_precision", "v100_batch"]).withoutEmptyColumns()
    }
}
