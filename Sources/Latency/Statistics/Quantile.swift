/// Order statistics of a sample: quantiles, the median and the median absolute deviation.
///
/// All of them take any real unit and return the same unit. None of them assumes a distribution.
public enum Quantile {
    /// Smallest sample count from which a 90th percentile is reported without a flag. See ``minimumSamples(for:)``.
    public static let minimumSamplesForP90 = 64

    /// Smallest sample count from which a 99th percentile is reported at all. See ``minimumSamples(for:)``.
    public static let minimumSamplesForP99 = 662

    /// The `p`-quantile of values that are sorted in ascending order, linear between order statistics.
    ///
    /// With h = (n − 1)·p the result is x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋ + 1] − x[⌊h⌋]), indices from 0.
    ///
    /// - Precondition: `sorted` is not empty and 0 ≤ p ≤ 1.
    /// - Source: R. J. Hyndman, Y. Fan, Sample Quantiles in Statistical Packages, 1996, definition 7 (the default of R and NumPy).
    public static func ofSorted(_ sorted: [Double], _ p: Double) -> Double {
        precondition(!sorted.isEmpty, "a quantile needs at least one value")
        precondition(p >= 0 && p <= 1, "a quantile lies between 0 and 1")
        let h = Double(sorted.count - 1) * p
        let below = Int(h.rounded(.down))
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[below] + (h - Double(below)) * (sorted[below + 1] - sorted[below])
    }

    /// The `p`-quantile of values in any order; see ``ofSorted(_:_:)``.
    public static func of(_ values: [Double], _ p: Double) -> Double { ofSorted(values.sorted(), p) }

    /// The `p`-quantile of values in any order, in the median no larger or smaller of few values than of many.
    ///
    /// Towards an end of the distribution, ``of(_:_:)`` leans to the middle where there are few values. With h = (n + 1/3)·p − 2/3, held between 0 and n − 1, the result is
    /// linear between order statistics as there.
    ///
    /// - Precondition: `values` is not empty and 0 ≤ p ≤ 1.
    /// - Source: Hyndman, Fan, 1996, definition 8.
    public static func medianUnbiased(_ values: [Double], _ p: Double) -> Double {
        let last = Double(values.count - 1)
        guard last > 0 else { return ofSorted(values, p) }
        let h = (Double(values.count) + 1.0 / 3) * p - 2.0 / 3
        return ofSorted(values.sorted(), min(max(h / last, 0), 1))
    }

    /// The median: the middle value, or the mean of the two middle values.
    ///
    /// - Precondition: `values` is not empty.
    public static func median(_ values: [Double]) -> Double { of(values, 0.5) }

    /// The median of whole numbers, as a real number.
    ///
    /// - Precondition: `values` is not empty.
    public static func median(_ values: [UInt64]) -> Double { median(values.map { Double($0) }) }

    /// The median absolute deviation, median |xᵢ − median x|, not scaled to a standard deviation.
    ///
    /// - Precondition: `values` is not empty.
    /// - Source: F. R. Hampel, The Influence Curve and its Role in Robust Estimation, 1974.
    public static func medianAbsoluteDeviation(_ values: [Double]) -> Double {
        let center = median(values)
        return median(values.map { abs($0 - center) })
    }

    /// Smallest n at which at least two samples lie beyond the `p`-quantile with 99 % probability.
    ///
    /// One sample beyond the quantile may be an accident, so a tail is only stated when a second one is all but certain:
    /// the smallest n with pⁿ + n·(1 − p)·pⁿ⁻¹ ≤ 0.01. This gives 64 for p = 0.90 and 662 for p = 0.99, the counts MLPerf LoadGen uses.
    ///
    /// - Precondition: 0 < p < 1.
    /// - Source: own derivation from the binomial distribution.
    public static func minimumSamples(for p: Double) -> Int {
        precondition(p > 0 && p < 1, "a quantile lies between 0 and 1")
        var n = 2
        var power = p  // pⁿ⁻¹
        while power * (p + Double(n) * (1 - p)) > 0.01 {
            n += 1
            power *= p
        }
        return n
    }
}
