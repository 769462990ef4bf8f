/// The quantities that a search can be held to.
public enum BudgetKind: String, Hashable, Sendable, CaseIterable {
    /// Nanoseconds of one forward pass at batch 1.
    case latency
    /// FLOPs as TinyNAS counts them: multiply-accumulates plus element-wise terms. Not 2·MACs.
    case referenceFLOPs = "reference FLOPs"
    /// Multiply-accumulates of the convolutions.
    case macs = "MACs"
    case params = "parameters"
    /// Convolutions on the main branch.
    case layers
    /// Bytes of the activations that live at the same time, at their highest.
    case memory
}

/// A budget on latency: a time, or a multiple of a baseline network's time on this machine.
public enum LatencyBudget: Hashable, Sendable {
    case nanoseconds(Double)
    /// `0.8xresnet50`: at most `factor` times the measured median of `baseline`, both measured in one interleaved run.
    case relative(factor: Double, baseline: String)
}

/// The percentile of a network's runs that a latency budget is about: of all samples of the steady state, those of the warm-up left out.
public enum LatencyPercentile: String, Hashable, Sendable, Codable, CaseIterable {
    /// The median, by the upper end of its confidence interval.
    case p50
    /// What nine of ten runs keep, as the samples have it; from ``Quantile/minimumSamplesForP90`` samples on.
    case p90
}

/// Upper limits that a found network keeps; nil is no limit.
public struct Budgets: Hashable, Sendable {
    public var latency: LatencyBudget?
    /// What of the measured runs has to keep the latency budget.
    public var latencyPercentile = LatencyPercentile.p50
    public var referenceFLOPs: Double?
    public var macs: Int?
    public var params: Int?
    public var layers: Int?
    /// Peak activation bytes.
    public var memoryBytes: Int?

    public init(
        latency: LatencyBudget? = nil, referenceFLOPs: Double? = nil, macs: Int? = nil, params: Int? = nil, layers: Int? = nil,
        memoryBytes: Int? = nil
    ) {
        self.latency = latency
        self.referenceFLOPs = referenceFLOPs
        self.macs = macs
        self.params = params
        self.layers = layers
        self.memoryBytes = memoryBytes
    }

    /// The budget that a structure uses most of, latency apart, and the part of it that it uses; nil without such budgets.
    public func tightest(_ totals: Totals) -> (budget: BudgetKind, use: Double)? {
        let uses: [(BudgetKind, Double?)] = [
            (.referenceFLOPs, referenceFLOPs.map { totals.referenceFLOPs / $0 }), (.macs, macs.map { Double(totals.macs) / Double($0) }),
            (.params, params.map { Double(totals.params) / Double($0) }), (.layers, layers.map { Double(totals.layers) / Double($0) }),
            (.memory, memoryBytes.map { Double(totals.peakActivationBytes) / Double($0) }),
        ]
        return uses.compactMap { kind, use in use.map { (kind, $0) } }.max { $0.1 < $1.1 }
    }

    public var isEmpty: Bool {
        var limits = self
        limits.latencyPercentile = .p50
        return limits == Budgets()
    }
}

/// The budgets as plain numbers, infinity where there is none: what the inner loop compares with.
struct Limits {
    var latencyNanoseconds = Double.infinity
    var referenceFLOPs = Double.infinity
    var macs = Int.max
    var params = Int.max
    var layers = Int.max
    var memoryBytes = Int.max

    init(_ budgets: Budgets, latencyNanoseconds: Double?) {
        self.latencyNanoseconds = latencyNanoseconds ?? .infinity
        referenceFLOPs = budgets.referenceFLOPs ?? .infinity
        macs = budgets.macs ?? .max
        params = budgets.params ?? .max
        layers = budgets.layers ?? .max
        memoryBytes = budgets.memoryBytes ?? .max
    }

    /// The budgets of a run on an evaluator.
    ///
    /// - Parameter latencyNanoseconds: the latency budget as a time, for a budget relative to a baseline; nil takes it from `budgets`.
    /// - Throws: `SearchError` with `.badOption` for a latency budget that is no time yet, or that has no source.
    init(_ budgets: Budgets, latencyNanoseconds: Double?, evaluator: Evaluator) throws(SearchError) {
        var time = latencyNanoseconds
        if time == nil, let budget = budgets.latency {
            guard case .nanoseconds(let value) = budget else {
                throw SearchError(.badOption, "the latency budget \(budget) is relative to a network that has not been measured")
            }
            time = value
        }
        guard time == nil || evaluator.latency != nil else { throw SearchError(.badOption, "a latency budget needs a latency source") }
        self.init(budgets, latencyNanoseconds: time)
    }

    var withoutLatency: Limits {
        var limits = self
        limits.latencyNanoseconds = .infinity
        return limits
    }

    var hasLatency: Bool { latencyNanoseconds < .infinity }

    /// Everything but latency, which is dear to know.
    @inline(__always)
    func admitCheap(_ totals: Totals) -> Bool {
        totals.referenceFLOPs <= referenceFLOPs && totals.macs <= macs && totals.params <= params && totals.layers <= layers
            && totals.peakActivationBytes <= memoryBytes
    }

    /// The cheap budget that is exceeded by the largest factor, or nil.
    func worstCheapExcess(_ totals: Totals) -> Shortfall? {
        var worst: Shortfall?
        func consider(_ kind: BudgetKind, _ value: Double, _ limit: Double) {
            guard value > limit else { return }
            let found = Shortfall(budget: kind, limit: limit, smallest: value)
            if worst.map({ $0.ratio < found.ratio }) ?? true { worst = found }
        }
        consider(.referenceFLOPs, totals.referenceFLOPs, referenceFLOPs)
        if macs < .max { consider(.macs, Double(totals.macs), Double(macs)) }
        if params < .max { consider(.params, Double(totals.params), Double(params)) }
        if layers < .max { consider(.layers, Double(totals.layers), Double(layers)) }
        if memoryBytes < .max { consider(.memory, Double(totals.peakActivationBytes), Double(memoryBytes)) }
        return worst
    }
}
