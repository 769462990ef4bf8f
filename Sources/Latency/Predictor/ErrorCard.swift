import Foundation

/// How wrong a model is on networks that its fit never saw.
public struct ErrorCard: Hashable, Sendable, Codable {
    public var networks: Int
    /// Drew the networks.
    public var seed: UInt64
    /// Relative errors of predicted against measured whole networks, percent.
    public var medianPercent: Double
    public var p95Percent: Double
    public var worstPercent: Double
    /// Median of the signed errors: above zero the model is too slow.
    public var biasPercent: Double
    /// Shares of the networks within 5 and within 8 percent, 0 to 1.
    public var within5Share: Double
    public var within8Share: Double
    public var spearman: Double
    /// Networks that had steps outside of what was measured.
    public var outside: Int
    /// How far networks differ from themselves here, measured again minutes later: 95th percentile, percent; nil where it was not measured.
    public var noiseFloorPercent: Double?

    public init(
        networks: Int, seed: UInt64, medianPercent: Double, p95Percent: Double, worstPercent: Double, biasPercent: Double, within5Share: Double,
        within8Share: Double, spearman: Double, outside: Int, noiseFloorPercent: Double?
    ) {
        self.networks = networks
        self.seed = seed
        self.medianPercent = medianPercent
        self.p95Percent = p95Percent
        self.worstPercent = worstPercent
        self.biasPercent = biasPercent
        self.within5Share = within5Share
        self.within8Share = within8Share
        self.spearman = spearman
        self.outside = outside
        self.noiseFloorPercent = noiseFloorPercent
    }

    enum CodingKeys: String, CodingKey {
        case networks, seed, spearman
        case medianPercent = "median_percent"
        case p95Percent = "p95_percent"
        case worstPercent = "worst_percent"
        case biasPercent = "bias_percent"
        case within5Share = "within_5_share"
        case within8Share = "within_8_share"
        case outside = "networks_outside"
        case noiseFloorPercent = "noise_floor_percent"
    }

    /// One checked network.
    public struct Check: Hashable, Sendable {
        public var predictedNanoseconds: Double
        public var measuredNanoseconds: Double
        public var isOutside: Bool

        public init(predictedNanoseconds: Double, measuredNanoseconds: Double, isOutside: Bool) {
            self.predictedNanoseconds = predictedNanoseconds
            self.measuredNanoseconds = measuredNanoseconds
            self.isOutside = isOutside
        }

        /// Signed, relative: 0.03 is 3 % too slow.
        public var error: Double { predictedNanoseconds / measuredNanoseconds - 1 }
    }

    /// - Parameters:
    ///   - checks: one at least, all times above zero.
    ///   - seed: what the checked networks were drawn from, for the record.
    ///   - noiseFloorPercent: how far networks differ from themselves, see ``noiseFloorPercent``; nil where that was not measured.
    /// - Throws: `LatencyError` `.outOfRange` for none.
    public init(_ checks: [Check], seed: UInt64, noiseFloorPercent: Double?) throws(LatencyError) {
        guard !checks.isEmpty else { throw LatencyError(.outOfRange, "an error card of no network; check at least one") }
        let sizes = checks.map { abs($0.error) }
        func within(_ limit: Double) -> Double { Double(sizes.count { $0 <= limit }) / Double(sizes.count) }
        self.init(
            networks: checks.count, seed: seed, medianPercent: 100 * Quantile.median(sizes), p95Percent: 100 * Quantile.of(sizes, 0.95),
            worstPercent: 100 * (sizes.max() ?? 0), biasPercent: 100 * Quantile.median(checks.map(\.error)), within5Share: within(0.05),
            within8Share: within(0.08),
            spearman: RankCorrelation.spearman(checks.map(\.predictedNanoseconds), checks.map(\.measuredNanoseconds)) ?? 1,
            outside: checks.count { $0.isOutside }, noiseFloorPercent: noiseFloorPercent)
    }
}
