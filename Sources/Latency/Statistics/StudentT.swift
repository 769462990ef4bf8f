#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Student's t distribution for whole degrees of freedom.
public enum StudentT {
    /// P(|T| ≤ t) with `degrees` of freedom, by the finite series in θ = atan(t/√ν).
    ///
    /// - Precondition: `degrees` ≥ 1 and t ≥ 0.
    /// - Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 1964, 26.7.3 and 26.7.4.
    public static func coverage(_ t: Double, degrees: Int) -> Double {
        precondition(degrees >= 1 && t >= 0, "a t distribution needs a degree of freedom")
        let angle = atan(t / Double(degrees).squareRoot())
        let cosine = cos(angle), squared = cosine * cosine
        if degrees % 2 == 1 {
            var sum = 0.0, term = cosine
            for k in stride(from: 1, through: degrees - 2, by: 2) {
                sum += term
                term *= squared * Double(k + 1) / Double(k + 2)
            }
            return 2 / .pi * (angle + sin(angle) * sum)
        }
        var sum = 0.0, term = 1.0
        for k in stride(from: 0, through: degrees - 2, by: 2) {
            sum += term
            term *= squared * Double(k + 1) / Double(k + 2)
        }
        return sin(angle) * sum
    }

    /// The t within ±which a value lies with probability `confidence`, to 1e-12.
    public static func quantile(confidence: Double, degrees: Int) -> Double {
        precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
        var low = 0.0, high = 1.0
        while coverage(high, degrees: degrees) < confidence, high < 1e9 { high *= 2 }
        for _ in 0..<200 where high - low > 1e-12 * high {
            let middle = (low + high) / 2
            if coverage(middle, degrees: degrees) < confidence { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
