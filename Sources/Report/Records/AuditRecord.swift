import Entropy
import Search

/// Two scores over the networks of a space: a record of `zendet score --audit`.
public struct AuditRecord: Encodable, Sendable {
    public var space: String
    public var resolution: Int
    public var scoreResolution: Int
    public var passes: Int
    public var networks: Int
    public var seed: UInt64
    public var pair: ScoreAudit.Pair

    public init(space: String, resolution: Int, scoreResolution: Int, passes: Int, networks: Int, seed: UInt64, pair: ScoreAudit.Pair) {
        self.space = space
        self.resolution = resolution
        self.scoreResolution = scoreResolution
        self.passes = passes
        self.networks = networks
        self.seed = seed
        self.pair = pair
    }

    enum CodingKeys: String, CodingKey {
        case space, resolution
        case scoreResolution = "score_resolution"
        case passes, networks, seed, a, b, spearman
        case spearmanLow = "spearman_low"
        case spearmanHigh = "spearman_high"
        case kendall
        case kendallLow = "kendall_low"
        case kendallHigh = "kendall_high"
        case holdingDepth = "spearman_holding_depth"
        case holdingDepthLow = "spearman_holding_depth_low"
        case holdingDepthHigh = "spearman_holding_depth_high"
        case holdingMACs = "spearman_holding_macs"
        case holdingMACsLow = "spearman_holding_macs_low"
        case holdingMACsHigh = "spearman_holding_macs_high"
        case nearTies = "near_ties"
        case nearTieAgreement = "near_tie_agreement"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(space, forKey: .space)
        try container.encode(resolution, forKey: .resolution)
        try container.encode(scoreResolution, forKey: .scoreResolution)
        try container.encode(passes, forKey: .passes)
        try container.encode(networks, forKey: .networks)
        try container.encode(seed, forKey: .seed)
        try container.encode(pair.a.rawValue, forKey: .a)
        try container.encode(pair.b.rawValue, forKey: .b)
        func encode(_ found: ScoreAudit.Correlation?, _ value: CodingKeys, _ low: CodingKeys, _ high: CodingKeys) throws {
            try container.encode(found?.value, forKey: value)
            try container.encode(found?.interval?.lowerBound, forKey: low)
            try container.encode(found?.interval?.upperBound, forKey: high)
        }
        try encode(pair.spearman, .spearman, .spearmanLow, .spearmanHigh)
        try encode(pair.kendall, .kendall, .kendallLow, .kendallHigh)
        try encode(pair.holdingDepth, .holdingDepth, .holdingDepthLow, .holdingDepthHigh)
        try encode(pair.holdingMACs, .holdingMACs, .holdingMACsLow, .holdingMACsHigh)
        try container.encode(pair.nearTies?.pairs ?? 0, forKey: .nearTies)
        try container.encode(pair.nearTies?.share, forKey: .nearTieAgreement)
    }
}
