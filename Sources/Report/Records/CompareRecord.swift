import Latency

/// One network beside a baseline: a record of `zendet compare`.
///
/// It has every field of the score and of the bench record, and `ratio_to_baseline, ratio_low, ratio_high`: the network's time over the
/// baseline's, measured in turn, so below 1 is faster.
public struct CompareRecord: Encodable, Sendable {
    public var score: ScoreRecord
    public var bench: BenchRecord
    public var baseline: String
    public var ratio: PairedRatio
    /// False when the difference lies within the noise.
    public var isDifference: Bool
    /// The baseline against itself under the same rounds.
    public var noiseFloor: PairedRatio?
    public var v100: V100Record?

    public init(
        score: ScoreRecord, bench: BenchRecord, baseline: String, ratio: PairedRatio, isDifference: Bool, noiseFloor: PairedRatio?,
        v100: V100Record?
    ) {
        self.score = score
        self.bench = bench
        self.baseline = baseline
        self.ratio = ratio
        self.isDifference = isDifference
        self.noiseFloor = noiseFloor
        self.v100 = v100
    }

    enum CodingKeys: String, CodingKey {
        case baseline
        case ratio = "ratio_to_baseline"
        case ratioLow = "ratio_low"
        case ratioHigh = "ratio_high"
        case ratioRounds = "ratio_rounds"
        case isDifference = "is_difference"
        case noiseFloorLow = "noise_floor_low"
        case noiseFloorHigh = "noise_floor_high"
    }

    public func encode(to encoder: any Encoder) throws {
        try score.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(baseline, forKey: .baseline)
        try container.encode(ratio.ratio, forKey: .ratio)
        try container.encodeIfPresent(ratio.interval?.low, forKey: .ratioLow)
        try container.encodeIfPresent(ratio.interval?.high, forKey: .ratioHigh)
        try container.encode(ratio.rounds, forKey: .ratioRounds)
        try container.encode(isDifference, forKey: .isDifference)
        try container.encodeIfPresent(noiseFloor?.interval?.low, forKey: .noiseFloorLow)
        try container.encodeIfPresent(noiseFloor?.interval?.high, forKey: .noiseFloorHigh)
        try v100?.encode(to: encoder)
        try bench.encode(to: encoder)
    }
}
