/// Memory for exactly `count` floats between two canaries, filled with NaN: what is written outside is found, what is read before it is written shows.
public final class GuardedFloats {
    public let base: UnsafeMutablePointer<Float>
    public let count: Int
    private let whole: UnsafeMutablePointer<Float>
    private static let guardCount = 64
    private static let canary: UInt32 = 0x7FA5_C0DE

    /// - Parameter misalignment: floats by which the start misses a cache line.
    public init(count: Int, misalignment: Int = 0, fill: Float = .nan) {
        self.count = count
        let total = count + 2 * Self.guardCount + misalignment
        let raw = UnsafeMutableRawPointer.allocate(byteCount: total * 4, alignment: 64)
        whole = raw.bindMemory(to: Float.self, capacity: total)
        base = whole + Self.guardCount + misalignment
        let canary = Float(bitPattern: Self.canary)
        for i in 0..<(Self.guardCount + misalignment) { whole[i] = canary }
        for i in 0..<count { base[i] = fill }
        for i in 0..<Self.guardCount { base[count + i] = canary }
    }

    /// True while both canaries stand.
    public var isIntact: Bool {
        let before = (0..<(base - whole)).allSatisfy { whole[$0].bitPattern == Self.canary }
        return before && (0..<Self.guardCount).allSatisfy { base[count + $0].bitPattern == Self.canary }
    }

    deinit { whole.deallocate() }
}

extension SplitMix64 {
    /// `count` floats, uniform in −1 … 1.
    public mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float(Int32(truncatingIfNeeded: next())) * 0x1p-31 }
    }
}
