extension RankCorrelation {
    /// Spearman's ρ between a and b with z held fixed: the correlation of what the ranks of z do not explain of theirs.
    ///
    /// ρ_ab·z = (ρ_ab − ρ_az·ρ_bz) / √((1 − ρ_az²)(1 − ρ_bz²)).
    /// - Returns: nil for fewer than three triples, where one of them is constant, or where z explains a or b wholly.
    /// - Precondition: equal counts.
    /// - Source: the first-order partial correlation (Yule, 1907) of ranks.
    public static func partialSpearman(_ a: [Double], _ b: [Double], holding z: [Double]) -> Double? {
        guard a.count >= 3, let ab = spearman(a, b), let az = spearman(a, z), let bz = spearman(b, z) else { return nil }
        let rest = (1 - az * az) * (1 - bz * bz)
        guard rest > 1e-12 else { return nil }
        return max(-1, min(1, (ab - az * bz) / rest.squareRoot()))
    }

    /// Of the pairs that a all but ties (values within `tolerance` of the larger magnitude, and not equal), the part that b puts into the same order.
    ///
    /// Pairs that b ties count one half, as a coin would.
    /// - Returns: the part, and how many pairs there are; nil without such pairs.
    public static func agreementOnNearTies(_ a: [Double], _ b: [Double], tolerance: Double) -> (share: Double, pairs: Int)? {
        precondition(a.count == b.count, "a rank correlation needs pairs")
        var agreeing = 0.0
        var pairs = 0
        for i in a.indices {
            for j in 0..<i where a[i] != a[j] && abs(a[i] - a[j]) <= tolerance * max(abs(a[i]), abs(a[j])) {
                pairs += 1
                if b[i] == b[j] { agreeing += 0.5 } else if (a[i] > a[j]) == (b[i] > b[j]) { agreeing += 1 }
            }
        }
        return pairs > 0 ? (agreeing / Double(pairs), pairs) : nil
    }
}
