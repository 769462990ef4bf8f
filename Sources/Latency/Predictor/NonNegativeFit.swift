/// Least squares with coefficients that are not negative, for relative errors, and with outliers weighed down.
///
/// Minimizes Σᵢ wᵢ·(Σⱼ cⱼ·xᵢⱼ / yᵢ − 1)², c ≥ 0: every layer counts by its relative error, however long it takes. The weights are Huber's:
/// 1 up to twice the spread of the residuals, then falling with the residual.
/// Numerics: cyclic coordinate descent on the normal equations, to a change below 1e-10 of the largest coefficient; ridge 1e-9, so that
/// columns that say the same give one of the equally good answers.
/// - Source: P. J. Huber, Robust Estimation of a Location Parameter, 1964 (the weights); V. Franc, V. Hlaváč, M. Navara, Sequential Coordinate-Wise
///   Algorithm for the Non-negative Least Squares Problem, 2005 (the descent).
enum NonNegativeFit {
    /// - Parameters:
    ///   - rows: terms of each observation, all of one length.
    ///   - times: what was observed, above zero.
    ///   - weights: how much an observation counts, before the robust weights.
    static func coefficients(rows: [[Double]], times: [Double], weights: [Double]? = nil, rounds: Int = 8) -> [Double] {
        guard let columns = rows.first?.count, columns > 0 else { return [] }
        // Columns of one size: bytes and calls differ by many orders of magnitude.
        var scale = [Double](repeating: 0, count: columns)
        for (row, time) in zip(rows, times) {
            for j in 0..<columns { scale[j] += row[j] / time }
        }
        let count = Double(rows.count)
        let inverse = scale.map { $0 > 0 ? count / $0 : 0 }
        let scaled = zip(rows, times).map { row, time in (0..<columns).map { row[$0] / time * inverse[$0] } }
        var robust = [Double](repeating: 1, count: rows.count)
        var solution = [Double](repeating: 0, count: columns)
        for _ in 0..<rounds {
            var normal = [Double](repeating: 0, count: columns * columns)
            var right = [Double](repeating: 0, count: columns)
            for (index, row) in scaled.enumerated() {
                let weight = robust[index] * (weights?[index] ?? 1)
                for j in 0..<columns where row[j] != 0 {
                    right[j] += weight * row[j]
                    for k in 0..<columns { normal[j * columns + k] += weight * row[j] * row[k] }
                }
            }
            descend(normal, right, columns, &solution)
            let residuals = scaled.map { row in (0..<columns).reduce(-1) { $0 + row[$1] * solution[$1] } }
            let spread = 1.5 * Quantile.median(residuals.map { abs($0) }) + 1e-3
            robust = residuals.map { min(1, 2 * spread / max(abs($0), 1e-12)) }
        }
        return zip(solution, inverse).map { $0 * $1 }
    }

    private static func descend(_ normal: [Double], _ right: [Double], _ columns: Int, _ solution: inout [Double]) {
        var gradient = (0..<columns).map { j in (0..<columns).reduce(-right[j]) { $0 + normal[j * columns + $1] * solution[$1] } }
        for _ in 0..<20_000 {
            var change = 0.0
            for j in 0..<columns where normal[j * columns + j] > 0 {
                let diagonal = normal[j * columns + j] * (1 + 1e-9)
                let next = max(0, solution[j] - gradient[j] / diagonal)
                let step = next - solution[j]
                guard step != 0 else { continue }
                solution[j] = next
                change = max(change, abs(step))
                for k in 0..<columns { gradient[k] += normal[k * columns + j] * step }
            }
            if change <= 1e-10 * max(1e-12, solution.max() ?? 0) { return }
        }
    }
}
