import Architecture

/// Prices solutions that were found with lower bounds of latencies.
///
/// A solution by lower bounds is the best of a larger problem. If it keeps the limit at its price too, it is the best of the real one;
/// otherwise its layers are now priced, the bounds are higher, and the problem is solved again. There are finitely many layers, so this ends.
///
/// Source: own derivation; lazy evaluation as in A* with expensive edges (Dellin and Srinivasa, ICAPS 2016).
struct BoundPricing {
    private let source: any BoundedLatencySource
    private let limit: Double
    /// The best structure that keeps the limit at its price.
    private(set) var best: (choices: [Choice], score: Double)?

    /// Nil if there is no latency limit, or if the source has no bounds.
    init?(_ latency: (any LatencySource)?, _ limits: Limits) {
        guard limits.hasLatency, let source = latency as? any BoundedLatencySource else { return nil }
        self.source = source
        // Sums in another order differ in the last bits: a structure that keeps the limit by the tables must not miss it by these.
        limit = limits.latencyNanoseconds * (1 + 1e-12)
    }

    /// Prices solutions, the best first: the optimum, or nil if the problem must be solved again.
    ///
    /// - Parameters:
    ///   - found: the optimum by bounds, and others whose prices help the next pass.
    ///   - isOptimal: whether the first is proven to be the optimum by bounds; if not, it is taken only when prices no longer rise.
    mutating func settle(_ found: [[Choice]], isOptimal: Bool, _ model: ExactModel) throws(SearchError) -> [Choice]? {
        let hasRisen = try !isSettled(found, model)
        for (place, choices) in found.enumerated() {
            // One that was found before: nothing better is left.
            if place == 0, choices == best?.choices, isOptimal { return choices }
            guard try nanoseconds(choices, model) <= limit else { continue }
            if place == 0, isOptimal || !hasRisen { return choices }
            let score = model.sum(.score, choices)
            if score > best?.score ?? -.infinity { best = (choices, score) }
        }
        return nil
    }

    /// Whether all structures cost what the tables say; prices them.
    func isSettled(_ found: [[Choice]], _ model: ExactModel) throws(SearchError) -> Bool {
        var isSettled = true
        for choices in found {
            let bound = source.overheadNanoseconds + model.sum(.latency, choices)
            if try nanoseconds(choices, model) > bound * (1 + 1e-9) { isSettled = false }
        }
        return isSettled
    }

    private func nanoseconds(_ choices: [Choice], _ model: ExactModel) throws(SearchError) -> Double {
        var sum = source.overheadNanoseconds
        for (position, choice) in choices.enumerated() {
            let block = model.block(choice, at: position)
            do { sum += try source.nanoseconds(block: block, index: position, inputSide: model.axes[position].inputSide) } catch let error as SearchError {
                throw error
            } catch {
                throw SearchError(.sourceFailed, "latency of block \(position): \(error)")
            }
        }
        return sum
    }
}
