import Architecture

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Normal numbers with a fully specified order, so that others can draw the same ones: splitmix64 on a counter, Box and Muller's transform.
///
/// uᵢ = (mix(seed + (i + 1)·0x9E3779B97F4A7C15) >> 11)·2⁻⁵³; each pair (u₀, u₁) gives r·cos 2πu₁ and r·sin 2πu₁ with r = √(−2 ln(1 − u₀)).
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014); Box and Muller (1958).
public struct GaussianStream: Sendable {
    private var state: UInt64
    private var spare: Double?

    public init(seed: UInt64) { state = seed }

    /// The next normal number, mean 0 and variance 1.
    public mutating func next() -> Double {
        if let second = spare {
            spare = nil
            return second
        }
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }

    /// The next `count` numbers, each rounded once.
    public mutating func floats(_ count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            for i in 0..<count { buffer[i] = Float(next()) }
            initialized = count
        }
    }

    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Double(mix64(state) >> 11) * 0x1p-53
    }
}
