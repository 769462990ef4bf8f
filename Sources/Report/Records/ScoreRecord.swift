/// A network's score and cost at one resolution: a record of `zendet score`.
///
/// `name, resolution, params, macs, reference_flops, layers, peak_activation_bytes, stages, entropy` are a fixed contract for scripts.
public struct ScoreRecord: Encodable, Sendable {
    /// One stage of the network at this resolution.
    public struct Stage: Encodable, Sendable {
        public var channels: Int
        /// Side of the stage's feature map in pixels.
        public var featureSize: Int
        /// Entropy of the network up to the stage's end, without the stage's weight.
        public var entropy: Double
        public var weight: Double
        /// weight · entropy: what the stage adds to the network's score.
        public var contribution: Double

        public init(channels: Int, featureSize: Int, entropy: Double, weight: Double, contribution: Double) {
            self.channels = channels
            self.featureSize = featureSize
            self.entropy = entropy
            self.weight = weight
            self.contribution = contribution
        }

        enum CodingKeys: String, CodingKey {
            case channels
            case featureSize = "feature_size"
            case entropy, weight, contribution
        }
    }

    /// One block's own part, for `--explain`.
    public struct Block: Encodable, Sendable {
        public var index: Int
        /// The block in words: "SuperResK1KXK1 32→256 /2 k3 L1 btn64".
        public var summary: String
        /// Index of the stage it belongs to.
        public var stage: Int
        /// What the block adds to the entropy of its stage and of all later ones.
        public var entropy: Double
        /// What the block adds to the network's score: entropy times the weights of its stage and all later ones.
        public var contribution: Double

        public init(index: Int, summary: String, stage: Int, entropy: Double, contribution: Double) {
            self.index = index
            self.summary = summary
            self.stage = stage
            self.entropy = entropy
            self.contribution = contribution
        }
    }

    public var name: String
    /// Side of the network's own input in pixels.
    public var resolution: Int
    public var imageResolution: Int
    public var inputChannels: Int
    public var params: Int
    /// Multiply-accumulates of one image.
    public var macs: Int
    public var referenceFLOPs: Double
    public var layers: Int
    public var peakActivationBytes: Int
    public var stages: [Stage]
    public var entropy: Double
    /// Average precision that the authors published; nil for networks nobody trained in public.
    public var publishedAP: Double?
    /// Nil unless asked for.
    public var blocks: [Block]?
    /// What small changes would add and cost; nil unless asked for.
    public var changes: [Change]?
    /// What it would need on other machines, by their profiles; nil unless asked for.
    public var predictions: [PredictionRecord]?
    /// Nil unless scores were chosen.
    public var scores: ScoreColumns?

    public init(
        name: String, resolution: Int, imageResolution: Int, inputChannels: Int, params: Int, macs: Int, referenceFLOPs: Double, layers: Int,
        peakActivationBytes: Int, stages: [Stage], entropy: Double, publishedAP: Double?, blocks: [Block]? = nil
    ) {
        self.name = name
        self.resolution = resolution
        self.imageResolution = imageResolution
        self.inputChannels = inputChannels
        self.params = params
        self.macs = macs
        self.referenceFLOPs = referenceFLOPs
        self.layers = layers
        self.peakActivationBytes = peakActivationBytes
        self.stages = stages
        self.entropy = entropy
        self.publishedAP = publishedAP
        self.blocks = blocks
    }

    enum CodingKeys: String, CodingKey {
        case name, resolution
        case imageResolution = "image_resolution"
        case inputChannels = "input_channels"
        case params, macs
        case referenceFLOPs = "reference_flops"
        case layers
        case peakActivationBytes = "peak_activation_bytes"
        case entropy, stages
        case publishedAP = "published_ap"
        case blocks, changes, scores
        case predictions = "predicted_latencies"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(resolution, forKey: .resolution)
        try container.encode(imageResolution, forKey: .imageResolution)
        try container.encode(inputChannels, forKey: .inputChannels)
        try container.encode(params, forKey: .params)
        try container.encode(macs, forKey: .macs)
        try container.encode(referenceFLOPs, forKey: .referenceFLOPs)
        try container.encode(layers, forKey: .layers)
        try container.encode(peakActivationBytes, forKey: .peakActivationBytes)
        try container.encode(entropy, forKey: .entropy)
        try container.encodeIfPresent(publishedAP, forKey: .publishedAP)
        try container.encode(stages, forKey: .stages)
        // Absent, not null: blocks were not asked for, which is not the same as unknown.
        if let blocks { try container.encode(blocks, forKey: .blocks) }
        if let changes { try container.encode(changes, forKey: .changes) }
        if let scores { try container.encode(scores, forKey: .scores) }
        if let predictions { try container.encode(predictions, forKey: .predictions) }
    }
}
