import Search

extension SearchRecord {
    /// The limits that the search kept; nil is no limit.
    public struct BudgetRecord: Encodable, Sendable {
        /// As it was asked for: "45ms", "0.8xresnet50".
        public var latency: String?
        /// As a time on this machine.
        public var latencyNanoseconds: Double?
        public var referenceFLOPs: Double?
        public var macs: Int?
        public var params: Int?
        public var layers: Int?
        public var memoryBytes: Int?

        /// - Parameter latencyNanoseconds: the latency budget as a time; for one relative to a baseline, by the baseline measured beside the winner.
        public init(_ budgets: Budgets, latencyNanoseconds: Double?) {
            latency = budgets.latency?.description
            self.latencyNanoseconds = latencyNanoseconds
            referenceFLOPs = budgets.referenceFLOPs
            macs = budgets.macs
            params = budgets.params
            layers = budgets.layers
            memoryBytes = budgets.memoryBytes
        }

        enum CodingKeys: String, CodingKey {
            case latency
            case latencyNanoseconds = "latency_ns"
            case referenceFLOPs = "reference_flops"
            case macs, params, layers
            case memoryBytes = "memory_bytes"
        }
    }
}
