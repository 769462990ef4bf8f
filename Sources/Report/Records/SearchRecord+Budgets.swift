import Search

extension SearchRecord {
    /// The limits that the search kept; nil is no limit.
    public struct BudgetRecord: Encodable, Sendable {
        /// As it was asked for: "45ms", "0.8xresnet50".
        public var latency: String?
        /// As a time on this machine.
        public var latencyNanoseconds: Double?
        /// Largest time over the baseline's; nil for a budget that is a time.
        public var latencyRatio: Double?
        /// What of the measured runs has to keep the latency budget: "p50" or "p90"; nil without one.
        public var latencyPercentile: String?
        public var referenceFLOPs: Double?
        public var macs: Int?
        public var params: Int?
        public var layers: Int?
        public var memoryBytes: Int?

        /// - Parameters:
        ///   - latency: the latency budget as it was asked for.
        ///   - latencyNanoseconds: the same as a time; for one relative to a baseline, by the baseline measured beside the winner.
        public init(_ budgets: Budgets, latency: String?, latencyNanoseconds: Double?) {
            self.latency = latency
            if case .relative(let factor, _) = budgets.latency { latencyRatio = factor }
            self.latencyNanoseconds = latencyNanoseconds
            if budgets.latency != nil { latencyPercentile = budgets.latencyPercentile.rawValue }
            referenceFLOPs = budgets.referenceFLOPs
            macs = budgets.macs
            params = budgets.params
            layers = budgets.layers
            memoryBytes = budgets.memoryBytes
        }

        enum CodingKeys: String, CodingKey {
            case latency
            case latencyNanoseconds = "latency_ns"
            case latencyRatio = "latency_ratio"
            case latencyPercentile = "latency_percentile"
            case referenceFLOPs = "reference_flops"
            case macs, params, layers
            case memoryBytes = "memory_bytes"
        }
    }
}
