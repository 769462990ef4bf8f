import Latency

extension Table {
    /// Detectors with their parts' shares, one line each.
    public static func detectors(_ records: [DetectorRecord]) -> Table {
        var table = Table([
            .text("backbone", key: "backbone"), .text("detector", key: "detector"), .number("width", key: "detector_width"),
            .number("px", key: "resolution"), .number("batch", key: "batch"), .number("threads", key: "threads"), .text("isa", key: "isa"),
            .milliseconds("detector", key: "median_ns"), .percent("±", key: "median_relative_half_width"),
            .milliseconds("backbone alone", key: "backbone_median_ns"), .percent("backbone", key: "backbone_share"),
            .percent("from", key: "backbone_share_low"), .percent("to", key: "backbone_share_high"), .percent("neck", key: "neck_share"),
            .percent("head", key: "head_share"), .billions("MACs", key: "macs"), .percent("backbone's", key: "backbone_share_of_macs"),
            .percent("of peak", key: "peak_fraction"), .text("verdict", key: "verdict"),
        ])
        for record in records {
            let (setting, measurement) = (record.bench.setting, record.bench.measurement)
            table.append([
                .text(record.backboneName), .text(record.detector.head.rawValue), .integer(record.detector.width), .integer(setting.resolution),
                .integer(setting.batch), .integer(setting.threads), .text(setting.isa), .real(measurement.medianNanoseconds),
                .real(optional: measurement.relativeHalfWidth), .real(record.backbone.medianNanoseconds), .real(record.backboneShare.ratio),
                .real(optional: record.backboneShare.interval?.low), .real(optional: record.backboneShare.interval?.high),
                .real(record.share(of: .neck)), .real(record.share(of: .head)), .integer(setting.macs), .real(record.backboneShareOfMACs),
                .real(optional: record.bench.peakFraction), .verdict(measurement.verdict),
            ])
        }
        return table
    }
}
