import Architecture

/// Prices solutions that were found with lower bounds of latencies.
///
/// A solution by lower bounds is the best of a larger problem. If it keeps the limit at its price too, it is the best of the real one;
/// otherwise its layers are now priced, the bounds are other, and the problem is solved again. There are finitely many layers, so this ends.
///
/// Source: own derivation; lazy evaluation as in A* with expensive edges (Dellin and Srinivasa, ICAPS 2016).
struct BoundPricing {
    private let source: any LayerwiseLatencySource
    private let limit: Double
    /// The best structure that keeps the limit at its price.
    private(set) var best: (choices: [Choice], score: Double)?

    /// Nil if there is no latency limit, or if the source has no bounds.
    init?(_ latency: (any LatencySource)?, _ limits: Limits) {
        guard limits.hasLatency, let source = latency as? any LayerwiseLatencySource, source.pricesAreBounds else { return nil }
        self.source = source
        // Sums in another order differ in the last bits: a structure that keeps the limit by the tables must not miss it by these.
        limit = limits.latencyNanoseconds * (1 + 1e-12)
    }

    /// Prices solutions, the best first: the optimum, or nil if the problem must be solved again.
    ///
    /// - Parameters:
    ///   - found: the optimum by bounds, and others whose prices help the next pass.
    ///   - isOptimal: whether the first is proven to be the optimum by bounds; if not, it is taken only when prices no longer change.
    mutating func settle(_ found: [[Choice]], isOptimal: Bool, _ model: ExactModel) throws(SearchError) -> [Choice]? {
        let priced = try prices(found, model)
        // A bound above its price was none, and the source has lowered others: what they excluded may win.
        let hasFallen = priced.contains { $0.price < $0.table * (1 - 1e-9) }
        let hasRisen = priced.contains { $0.price > $0.table * (1 + 1e-9) }
        for (place, choices) in found.enumerated() where priced[place].price <= limit {
            if place == 0, !hasFallen, isOptimal || !hasRisen { return choices }
            let score = model.sum(.score, choices)
            if score > best?.score ?? -.infinity { best = (choices, score) }
        }
        return nil
    }

    /// Whether all structures cost what the tables say; prices them.
    func isSettled(_ found: [[Choice]], _ model: ExactModel) throws(SearchError) -> Bool {
        try prices(found, model).allSatisfy { abs($0.price - $0.table) <= 1e-9 * $0.table }
    }

    /// What structures cost, and what the tables said before they were asked for.
    private func prices(_ found: [[Choice]], _ model: ExactModel) throws(SearchError) -> [(price: Double, table: Double)] {
        var prices: [(price: Double, table: Double)] = []
        for choices in found {
            var price = source.overheadNanoseconds
            for (position, choice) in choices.enumerated() {
                let block = model.block(choice, at: position)
                do { price += try source.nanoseconds(block: block, index: position, inputSide: model.axes[position].inputSide) } catch let error as SearchError {
                    throw error
                } catch {
                    throw SearchError(.sourceFailed, "latency of block \(position): \(error)")
                }
            }
            prices.append((price, source.overheadNanoseconds + model.sum(.latency, choices)))
        }
        return prices
    }
}
