/// Percentile intervals from resampling whole networks with replacement.
///
/// Source: Efron, "Bootstrap Methods: Another Look at the Jackknife" (1979); percentile interval.
package struct BootstrapInterval {
    private let draws: [[Int]]

    /// - Parameter count: networks; the same resamples serve every statistic, so that differences between them are not chance.
    package init(count: Int, resamples: Int, seed: UInt64) {
        draws = (0..<resamples).map { index in
            var generator = KeyedGenerator(seed: seed, individual: UInt64(index))
            return (0..<count).map { _ in generator.next(below: count) }
        }
    }

    /// The middle 95 % of a statistic of two series; nil where it is not defined on any resample.
    package func interval(_ a: [Double], _ b: [Double], _ statistic: ([Double], [Double]) -> Double?) -> ClosedRange<Double>? {
        let values = draws.compactMap { draw in statistic(draw.map { a[$0] }, draw.map { b[$0] }) }.sorted()
        guard !values.isEmpty else { return nil }
        func quantile(_ p: Double) -> Double { values[min(values.count - 1, max(0, Int((p * Double(values.count - 1)).rounded())))] }
        return quantile(0.025)...quantile(0.975)
    }
}
