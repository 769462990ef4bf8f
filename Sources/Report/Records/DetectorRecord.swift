import Architecture
import Latency

/// A whole detector and its backbone, measured in turn: a record of `zendet bench --detector`.
///
/// It has every field of the detector's own bench record, so that a report shows it as any network, and beside them the backbone's part of the time.
public struct DetectorRecord: Encodable, Sendable {
    /// One part of the detector.
    public struct Part: Encodable, Sendable {
        public var part: DetectorNetwork.Part
        /// Sum of the medians of the part's steps, from a pass that reads the clock between steps.
        public var stepNanoseconds: Double
        /// Of the detector's time; see ``DetectorRecord/share(of:)``.
        public var share: Double
        /// Multiply-accumulates of one image.
        public var macs: Int
        public var params: Int

        enum CodingKeys: String, CodingKey {
            case part
            case stepNanoseconds = "steps_ns"
            case share, macs, params
        }
    }

    /// The detector.
    public var bench: BenchRecord
    /// The backbone by itself, in the same rounds.
    public var backbone: Measurement
    public var backboneName: String
    public var detector: Detector
    /// The backbone's time over the detector's.
    public var backboneShare: PairedRatio
    public private(set) var parts: [Part] = []

    /// - Parameters:
    ///   - steps: nanoseconds that each part's steps take.
    public init(
        bench: BenchRecord, backbone: Measurement, backboneShare: PairedRatio, network: DetectorNetwork, steps: [DetectorNetwork.Part: Double],
        macs: [DetectorNetwork.Part: Int]
    ) {
        self.bench = bench
        self.backbone = backbone
        backboneName = network.backbone.name
        detector = network.detector
        self.backboneShare = backboneShare
        let params = network.params
        // What is not the backbone's is divided as the steps divide it: the clock between steps costs both alike.
        let rest = (steps[.neck] ?? 0) + (steps[.head] ?? 0)
        parts = DetectorNetwork.Part.allCases.map { part in
            let own = steps[part] ?? 0
            let share = part == .backbone ? backboneShare.ratio : rest > 0 ? (1 - backboneShare.ratio) * own / rest : 0
            return Part(part: part, stepNanoseconds: own, share: share, macs: macs[part] ?? 0, params: params[part] ?? 0)
        }
    }

    /// A part's share of the detector's time: the backbone's from the two networks measured in turn, the rest divided as the steps divide it.
    public func share(of part: DetectorNetwork.Part) -> Double { parts.first { $0.part == part }?.share ?? 0 }

    /// The backbone's share of the multiply-accumulates.
    public var backboneShareOfMACs: Double {
        let all = parts.reduce(0) { $0 + $1.macs }
        return all > 0 ? Double(parts.first { $0.part == .backbone }?.macs ?? 0) / Double(all) : 0
    }

    enum CodingKeys: String, CodingKey {
        case detector
        case width = "detector_width"
        case backbone
        case backboneMedian = "backbone_median_ns"
        case backboneLow = "backbone_median_low_ns"
        case backboneHigh = "backbone_median_high_ns"
        case backboneVerdict = "backbone_verdict"
        case share = "backbone_share"
        case shareLow = "backbone_share_low"
        case shareHigh = "backbone_share_high"
        case shareRounds = "backbone_share_rounds"
        case shareOfMACs = "backbone_share_of_macs"
        case parts
        case backboneSamples = "backbone_samples_ns"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(detector.head.rawValue, forKey: .detector)
        try container.encode(detector.width, forKey: .width)
        try container.encode(backboneName, forKey: .backbone)
        try container.encode(backbone.medianNanoseconds, forKey: .backboneMedian)
        try container.encodeIfPresent(backbone.interval?.low, forKey: .backboneLow)
        try container.encodeIfPresent(backbone.interval?.high, forKey: .backboneHigh)
        try container.encode(backbone.verdict, forKey: .backboneVerdict)
        try container.encode(backboneShare.ratio, forKey: .share)
        try container.encodeIfPresent(backboneShare.interval?.low, forKey: .shareLow)
        try container.encodeIfPresent(backboneShare.interval?.high, forKey: .shareHigh)
        try container.encode(backboneShare.rounds, forKey: .shareRounds)
        try container.encode(backboneShareOfMACs, forKey: .shareOfMACs)
        try container.encode(parts, forKey: .parts)
        try bench.encode(to: encoder)
        try container.encode(backbone.samplesNanoseconds, forKey: .backboneSamples)
    }
}

extension DetectorNetwork.Part: Encodable {}
