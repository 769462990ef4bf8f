import Architecture

/// A stream of random numbers that belongs to one individual of one search.
///
/// Every individual draws from its own stream, keyed by (seed, individual), so what it becomes depends neither on threads, nor on
/// the clock, nor on how many numbers another individual drew.
///
/// - Source: splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
public struct KeyedGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64, individual: UInt64) {
        // Two mixes: neighbouring seeds or individuals must not give overlapping streams.
        state = mix64(mix64(seed &+ 0x9E37_79B9_7F4A_7C15) ^ (individual &* 0xD1B5_4A32_D192_ED03))
    }

    @inline(__always)
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mix64(state)
    }

    /// Uniform in 0..<bound. The bias of the multiply-shift is below bound / 2^32, far below what selection could notice; the
    /// standard library's `random(in:)` is not used because its algorithm is not fixed between releases.
    @inline(__always)
    public mutating func next(below bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
    }

    /// One element of a collection that is not empty.
    @inline(__always)
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[next(below: elements.count)] }
}
