/// Least squares with coefficients that are not negative, for relative errors, and with outliers weighed down.
///
/// Minimizes Σᵢ wᵢ·(Σⱼ cⱼ·xᵢⱼ / yᵢ − 1)², c ≥ 0: every layer counts by its relative error, however long it takes. The weights are Huber's:
/// 1 up to twice the spread of the residuals, then falling with the residual.
/// Numerics: cyclic coordinate descent on the normal equations, to a change below 1e-9 of the largest coefficient. Of columns that say the same
/// the first takes what it can: the descent begins at zero and goes through them in order.
/// - Source: P. J. Huber, Robust Estimation of a Location Parameter, 1964 (the weights); V. Franc, V. Hlaváč, M. Navara, Sequential Coordinate-Wise
///   Algorithm for the Non-negative Least Squares Problem, 2005 (the descent).
enum NonNegativeFit {
    /// - Parameters:
    ///   - rows: terms of each observation, all of one length.
    ///   - times: what was observed, above zero.
    ///   - weights: how much an observation counts, before the robust weights.
    static func coefficients(rows: [[Double]], times: [Double], weights: [Double]? = nil, rounds: Int = 8) -> [Double] {
        guard let all = rows.first?.count, all > 0 else { return [] }
        // Columns of one size: bytes and calls differ by many orders of magnitude. Those without an entry are left out.
        var sums = [Double](repeating: 0, count: all)
        for (row, time) in zip(rows, times) {
            for j in 0..<all { sums[j] += row[j] / time }
        }
        let used = sums.indices.filter { sums[$0] > 0 }
        let columns = used.count
        let inverse = used.map { Double(rows.count) / sums[$0] }
        var scaled = [Double]()
        scaled.reserveCapacity(rows.count * columns)
        for (row, time) in zip(rows, times) {
            for j in 0..<columns { scaled.append(row[used[j]] / time * inverse[j]) }
        }
        var robust = [Double](repeating: 1, count: rows.count)
        var solution = [Double](repeating: 0, count: columns)
        for _ in 0..<rounds {
            var normal = [Double](repeating: 0, count: columns * columns)
            var right = [Double](repeating: 0, count: columns)
            scaled.withUnsafeBufferPointer { scaled in
                for index in robust.indices {
                    let weight = robust[index] * (weights?[index] ?? 1)
                    let row = index * columns
                    for j in 0..<columns where scaled[row + j] != 0 {
                        let product = weight * scaled[row + j]
                        right[j] += product
                        for k in 0...j { normal[j * columns + k] += product * scaled[row + k] }
                    }
                }
            }
            for j in 0..<columns {
                for k in 0..<j { normal[k * columns + j] = normal[j * columns + k] }
            }
            descend(normal, right, columns, &solution)
            let residuals = robust.indices.map { index in (0..<columns).reduce(-1) { $0 + scaled[index * columns + $1] * solution[$1] } }
            let spread = 1.5 * Quantile.median(residuals.map { abs($0) }) + 1e-3
            robust = residuals.map { min(1, 2 * spread / max(abs($0), 1e-12)) }
        }
        var result = [Double](repeating: 0, count: all)
        for j in 0..<columns { result[used[j]] = solution[j] * inverse[j] }
        return result
    }

    private static func descend(_ normal: [Double], _ right: [Double], _ columns: Int, _ solution: inout [Double]) {
        var gradient = (0..<columns).map { j in (0..<columns).reduce(-right[j]) { $0 + normal[j * columns + $1] * solution[$1] } }
        for _ in 0..<5000 {
            var (change, largest) = (0.0, 1e-12)
            for j in 0..<columns {
                let next = max(0, solution[j] - gradient[j] / normal[j * columns + j])
                let step = next - solution[j]
                largest = max(largest, next)
                guard step != 0 else { continue }
                solution[j] = next
                change = max(change, abs(step))
                for k in 0..<columns { gradient[k] += normal[k * columns + j] * step }
            }
            if change <= 1e-9 * largest { return }
        }
    }
}
