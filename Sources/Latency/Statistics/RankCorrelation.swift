/// How far two orderings of the same things agree: 1 the same order, −1 the opposite order, near 0 no relation.
public enum RankCorrelation {
    /// Spearman's ρ: Pearson's correlation of the ranks, equal values sharing their mean rank.
    ///
    /// - Returns: nil for fewer than two pairs, or when one side is constant (it has no order).
    /// - Precondition: both arrays have the same count.
    /// - Source: C. Spearman, The Proof and Measurement of Association between Two Things, 1904.
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count, "a rank correlation needs pairs")
        guard a.count >= 2 else { return nil }
        let x = ranks(a), y = ranks(b)
        let mean = Double(a.count + 1) / 2
        var covariance = 0.0, varianceX = 0.0, varianceY = 0.0
        for (r, s) in zip(x, y) {
            covariance += (r - mean) * (s - mean)
            varianceX += (r - mean) * (r - mean)
            varianceY += (s - mean) * (s - mean)
        }
        guard varianceX > 0, varianceY > 0 else { return nil }
        return covariance / (varianceX * varianceY).squareRoot()
    }

    /// Kendall's τ-b: concordant minus discordant pairs over √((pairs untied in a)·(pairs untied in b)).
    ///
    /// - Returns: nil for fewer than two pairs, or when one side is constant.
    /// - Precondition: both arrays have the same count.
    /// - Note: Compares every pair, which is exact and quick for the hundreds of networks it is used on.
    /// - Source: M. G. Kendall, The Treatment of Ties in Ranking Problems, 1945.
    public static func kendall(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count, "a rank correlation needs pairs")
        var balance = 0, untiedA = 0, untiedB = 0
        for i in a.indices {
            for j in 0..<i {
                let inA = a[i] > a[j] ? 1 : a[i] < a[j] ? -1 : 0
                let inB = b[i] > b[j] ? 1 : b[i] < b[j] ? -1 : 0
                balance += inA * inB
                untiedA += abs(inA)
                untiedB += abs(inB)
            }
        }
        guard untiedA > 0, untiedB > 0 else { return nil }
        return Double(balance) / (Double(untiedA) * Double(untiedB)).squareRoot()
    }

    /// Ranks from 1, equal values sharing the mean of their ranks.
    public static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var result = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            let shared = Double(start + end) / 2 + 1
            for position in start...end { result[order[position]] = shared }
            start = end + 1
        }
        return result
    }
}
