import Architecture

extension RankCorrelation {
    /// An interval for Spearman's ρ: what it would be for other draws of the same kinds of things.
    ///
    /// Percentile bootstrap: pairs are drawn anew, with repetition, from a seed. With few pairs, or ρ near 1, it is rather too narrow at its upper end.
    ///
    /// - Returns: nil for fewer than 5 pairs, or where ρ itself is nil.
    /// - Precondition: both arrays have the same count.
    /// - Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    public static func spearmanInterval(_ a: [Double], _ b: [Double], confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1) -> Interval? {
        precondition(a.count == b.count, "a rank correlation needs pairs")
        guard a.count >= 5, spearman(a, b) != nil else { return nil }
        var counter = mix64(seed)
        var drawn: [Double] = []
        for _ in 0..<resamples {
            let places = a.indices.map { _ in
                counter &+= 0x9E37_79B9_7F4A_7C15
                return Int(mix64(counter) % UInt64(a.count))
            }
            // A draw of one and the same pair has no order.
            if let value = spearman(places.map { a[$0] }, places.map { b[$0] }) { drawn.append(value) }
        }
        guard !drawn.isEmpty else { return nil }
        drawn.sort()
        let tail = (1 - confidence) / 2
        return Interval(low: Quantile.ofSorted(drawn, tail), high: Quantile.ofSorted(drawn, 1 - tail), confidence: confidence)
    }
}
