/// A figure of a network that a search for a front improves: the entropy upwards, every cost downwards.
public enum Objective: String, Hashable, Sendable, Codable, CaseIterable {
    case entropy, latency, params, macs, flops, layers, memory

    /// "most entropy", "least latency".
    public var endName: String { (self == .entropy ? "most " : "least ") + rawValue }

    /// The budget on the same figure; nil for the entropy.
    public var budget: BudgetKind? {
        switch self {
        case .entropy: nil
        case .latency: .latency
        case .params: .params
        case .macs: .macs
        case .flops: .referenceFLOPs
        case .layers: .layers
        case .memory: .memory
        }
    }

    /// The figure so that less is better: the entropy with its sign changed.
    func cost(score: Double, totals: Totals, nanoseconds: Double?) -> Double {
        switch self {
        case .entropy: -score
        case .latency: nanoseconds ?? .infinity
        case .params: Double(totals.params)
        case .macs: Double(totals.macs)
        case .flops: totals.referenceFLOPs
        case .layers: Double(totals.layers)
        case .memory: Double(totals.peakActivationBytes)
        }
    }

    /// The limit that the budgets put on it; nil without one.
    func limit(_ limits: Limits) -> Double? {
        switch self {
        case .entropy: nil
        case .latency: limits.hasLatency ? limits.latencyNanoseconds : nil
        case .params: limits.params == .max ? nil : Double(limits.params)
        case .macs: limits.macs == .max ? nil : Double(limits.macs)
        case .flops: limits.referenceFLOPs == .infinity ? nil : limits.referenceFLOPs
        case .layers: limits.layers == .max ? nil : Double(limits.layers)
        case .memory: limits.memoryBytes == .max ? nil : Double(limits.memoryBytes)
        }
    }
}

/// The costs of one network in the order of the objectives, in eight lanes of which the last ones may stay zero.
typealias CostVector = SIMD8<Double>

/// Whether `a` is nowhere worse than `b` and somewhere better.
@inline(__always)
func dominates(_ a: CostVector, _ b: CostVector) -> Bool {
    var isBetter = false
    for lane in 0..<8 {
        if a[lane] > b[lane] { return false }
        if a[lane] < b[lane] { isBetter = true }
    }
    return isBetter
}
