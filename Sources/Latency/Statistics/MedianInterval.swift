#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An interval with the probability that it covers the value it was made for.
public struct Interval: Hashable, Sendable, Codable {
    public var low: Double
    public var high: Double
    /// The exact probability of covering, at least what was asked for (0.95 by default).
    public var confidence: Double

    public init(low: Double, high: Double, confidence: Double) {
        self.low = low
        self.high = high
        self.confidence = confidence
    }

    /// Half of the width, as a share of `center`.
    public func relativeHalfWidth(around center: Double) -> Double { center == 0 ? .infinity : (high - low) / 2 / abs(center) }

    /// True when `value` lies within the interval, its ends included.
    public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// The distribution-free confidence interval of a median, from order statistics.
public enum MedianInterval {
    /// The interval [x₍ₖ₎, x₍ₙ₊₁₋ₖ₎] with the largest k whose coverage is at least `confidence`.
    ///
    /// The number of samples below the median is binomial with p = ½, so the interval misses it with probability 2·P(B(n, ½) ≤ k − 1),
    /// whatever the distribution. It assumes independent samples; where neighbours in time resemble each other it is too narrow, which
    /// is why a measurement is also checked for drift.
    ///
    /// - Returns: nil when even [x₍₁₎, x₍ₙ₎] covers less than asked (fewer than 6 samples at 95 %).
    /// - Source: H. A. David, H. N. Nagaraja, Order Statistics, 3rd edition, 2003, section 7.1.
    public static func ofSorted(_ sorted: [Double], confidence: Double = 0.95) -> Interval? {
        guard let rank = lowerRank(count: sorted.count, confidence: confidence) else { return nil }
        return Interval(low: sorted[rank.index], high: sorted[sorted.count - 1 - rank.index], confidence: rank.confidence)
    }

    /// The interval of values in any order; see ``ofSorted(_:confidence:)``.
    public static func of(_ values: [Double], confidence: Double = 0.95) -> Interval? {
        ofSorted(values.sorted(), confidence: confidence)
    }

    /// Index from 0 of the lower order statistic for `count` samples, and the coverage it reaches.
    public static func lowerRank(count n: Int, confidence: Double = 0.95) -> (index: Int, confidence: Double)? {
        precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
        guard n >= 1 else { return nil }
        let allowed = (1 - confidence) / 2
        var logTerm = -Double(n) * log(2.0)  // ln P(B = 0)
        var tail = exp(logTerm)
        guard tail <= allowed else { return nil }
        var index = 0
        while index + 1 <= (n - 1) / 2 {
            logTerm += log(Double(n - index) / Double(index + 1))
            let next = tail + exp(logTerm)
            guard next <= allowed else { break }
            tail = next
            index += 1
        }
        return (index, 1 - 2 * tail)
    }
}
