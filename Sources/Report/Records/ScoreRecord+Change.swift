extension ScoreRecord {
    /// What one change of a block would add and cost, for `--explain`.
    public struct Change: Encodable, Sendable {
        /// Index of the block.
        public var block: Int
        /// "L 4 → 5", "out 272 → 312".
        public var change: String
        /// Added to the closed-form score.
        public var score: Double
        public var macs: Int
        public var params: Int
        /// By the layers measured on this machine; nil where some are not.
        public var nanoseconds: Double?

        public init(block: Int, change: String, score: Double, macs: Int, params: Int, nanoseconds: Double?) {
            self.block = block
            self.change = change
            self.score = score
            self.macs = macs
            self.params = params
            self.nanoseconds = nanoseconds
        }

        enum CodingKeys: String, CodingKey {
            case block, change, score, macs, params
            case nanoseconds = "latency_ns"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(block, forKey: .block)
            try container.encode(change, forKey: .change)
            try container.encode(score, forKey: .score)
            try container.encode(macs, forKey: .macs)
            try container.encode(params, forKey: .params)
            try container.encode(nanoseconds, forKey: .nanoseconds)
        }
    }
}
