import Architecture
import Inference
import TensorCore

/// Normal numbers drawn once, from which every layer of every candidate takes a stretch as its weights.
///
/// Independent weights are exchangeable: their order carries nothing, so a stretch of the pool is a packed weight as it stands, and a
/// candidate costs neither drawing nor packing. The layers of one pass take neighbouring stretches, from a start that the pass's own seed
/// chooses; only a pass that needs more weights than the pool holds meets the same numbers again, in a layer far away and in another order.
/// The pool is scaled to a mean square of exactly 1: its own fluctuation would otherwise shift ln σ of every layer of every candidate alike.
///
/// Source: own derivation. The tests hold means over passes against freshly drawn weights.
public final class GaussianPool: Sendable {
    public let seed: UInt64
    let buffer: FloatBuffer

    /// Numbers in a pool unless a layer needs more: 16 MiB, which stay in the last-level cache.
    public static let usualCount = 1 << 22

    /// - Precondition: count > 0.
    public init(count: Int, seed: UInt64) {
        precondition(count > 0, "a pool holds numbers")
        self.seed = seed
        buffer = FloatBuffer(count: count)
        var stream = GaussianStream(seed: seed)
        var squares = 0.0
        for i in 0..<count {
            let value = Float(stream.next())
            buffer.base[i] = value
            squares += Double(value) * Double(value)
        }
        let scale = Float((Double(count) / squares).squareRoot())
        for i in 0..<count { buffer.base[i] *= scale }
    }

    public var count: Int { buffer.count }

    /// Hands out stretches of the pool for one pass.
    struct Cursor {
        let pool: GaussianPool
        /// The pass' own seed.
        let seed: UInt64
        private var next: Int

        init(_ pool: GaussianPool, pass: UInt64) {
            self.pool = pool
            seed = mix64(mix64(pool.seed &+ 0x9E37_79B9_7F4A_7C15) ^ (pass &* 0xD1B5_4A32_D192_ED03))
            next = Int(seed % UInt64(pool.count))
            align()
        }

        /// Offset of the next `count` numbers, at a cache line; from the pool's beginning where its end is too near.
        ///
        /// - Precondition: the pool holds so many.
        mutating func take(_ count: Int) -> Int {
            precondition(count <= pool.count, "\(count) numbers from a pool of \(pool.count)")
            if next + count > pool.count { next = 0 }
            defer {
                next += count
                align()
            }
            return next
        }

        private mutating func align() { next = (next + 15) / 16 * 16 }
    }
}
