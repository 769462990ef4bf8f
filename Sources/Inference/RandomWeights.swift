import Architecture

/// Weights that keep activations of order one through any depth: latency does not depend on their values, but denormals and overflow would show.
///
/// Uniform with the variance 2 / fan-in of He initialization; smaller before a residual addition, so that sums do not grow with depth.
/// Source: He et al., "Delving Deep into Rectifiers", 2015, section 2.2.
struct RandomWeights {
    private var state: UInt64

    init(seed: UInt64, step: Int) {
        state = seed &+ UInt64(truncatingIfNeeded: step) &* 0xD1B5_4A32_D192_ED03
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mix64(state)
    }

    /// `count` values, uniform with mean 0 and the given standard deviation; two from each draw.
    mutating func uniform(_ count: Int, deviation: Float) -> [Float] {
        let scale = deviation * 1.7320508 * 0x1p-31
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            var i = 0
            while i < count {
                let bits = next()
                buffer[i] = Float(Int32(truncatingIfNeeded: bits)) * scale
                if i + 1 < count { buffer[i + 1] = Float(Int32(truncatingIfNeeded: bits >> 32)) * scale }
                i += 2
            }
            initialized = count
        }
    }

    mutating func convolution(_ c: Convolution, residual: Bool) -> (weights: [Float], bias: [Float]) {
        let gain: Float = residual ? 0.3 : 1
        let weights = uniform(c.outChannels * c.fanIn, deviation: gain * (2 / Float(c.fanIn)).squareRoot())
        return (weights, uniform(c.outChannels, deviation: 0.05))
    }
}
