/// What is maximized, and under which limits: a signed quantity, and upper limits of signed quantities.
///
/// A budget is a limit with the sign 1; "at least this score" is one with the sign −1.
struct ExactGoal: Sendable {
    struct Limit: Sendable {
        var quantity: Quantity
        var sign: Double
        /// On the signed sum over the blocks.
        var value: Double
        /// The unit that the multipliers are counted in, so that they are alike in size.
        var scale: Double { max(abs(value), 1e-9) }
    }

    var objective: Quantity
    var sign: Double
    /// At most seven; the eighth lane of the labels is the memory that is kept.
    var limits: [Limit]
    /// The layer budget where the dynamic program counts it exactly.
    var layers: LayerStates
    var memoryBytes: Int?

    /// The factor of each quantity's tables in the sum that the multipliers make.
    func factors(_ multipliers: [Double]) -> [Double] {
        var factors = Array(repeating: 0.0, count: Quantity.allCases.count)
        factors[objective.rawValue] += sign
        for (limit, multiplier) in zip(limits, multipliers) { factors[limit.quantity.rawValue] -= multiplier / limit.scale * limit.sign }
        return factors
    }

    /// What the multipliers add to every structure's sum: Σ λ · limit.
    func constant(_ multipliers: [Double]) -> Double {
        zip(limits, multipliers).reduce(0) { $0 + $1.1 / $1.0.scale * $1.0.value }
    }
}

/// The layer budget as states of a dynamic program: how many units of layers are left.
struct LayerStates: Hashable, Sendable {
    /// States are 0 ..< count; 1 where layers do not count.
    var count: Int
    /// Units that one inner block takes at each position; 0 where it is fixed or does not count.
    var units: [Int]
    /// The depths that the first state counts already.
    var leastDepths: [Int]

    /// - Parameters:
    ///   - budget: layers at most; nil for no limit.
    ///   - model: gives the layers of each position's inner blocks.
    /// - Returns: one state if no structure of the space has more layers than the budget; nil if there would be too many states.
    static func make(_ model: ExactModel, budget: Int?) -> LayerStates? {
        let leastDepths = model.axes.map(\.leastDepth)
        let free = LayerStates(count: 1, units: Array(repeating: 0, count: model.axes.count), leastDepths: leastDepths)
        guard let budget else { return free }
        let each = model.axes.map { $0.template.inner(0).mainBranchCount }
        let least = zip(each, leastDepths).reduce(0) { $0 + $1.0 * $1.1 }
        let most = zip(each, model.axes).reduce(0) { $0 + $1.0 * $1.1.depths }
        guard most > budget else { return free }
        let varying = zip(each, model.axes).filter { $1.depths > $1.leastDepth }.map(\.0)
        let unit = varying.reduce(0, gcd)
        guard unit > 0, budget >= least else { return free }
        let count = (budget - least) / unit + 1
        guard count <= stateMaximum else { return nil }
        return LayerStates(count: count, units: zip(each, model.axes).map { $1.depths > $1.leastDepth ? $0 / unit : 0 }, leastDepths: leastDepths)
    }

    /// Beyond this the layers are priced like any other budget.
    static let stateMaximum = 128

    /// Units taken by a depth: inner blocks beyond the fewest.
    @inline(__always)
    func units(_ position: Int, depth: Int) -> Int { units[position] * (depth - leastDepths[position]) }
}

private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
