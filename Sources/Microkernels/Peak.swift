// What the hardware can do at most with these instructions: the denominators of every "% of peak".

import CMicrokernels

/// Independent chains: enough to cover the latency of 4–5 cycles at two multiply-adds a cycle, and few enough for 16 registers.
public let peakChains = 12

/// Runs `iterations` rounds of ``peakChains`` independent multiply-adds from registers and returns a value that depends on all of them.
@inline(never) @Sendable
public func peakMultiplyAdd(_ iterations: Int, _ seed: Float) -> Float {
    let start = Vector(repeating: seed)
    var a = start, b = start * 2, c = start * 3, d = start * 4, e = start * 5, f = start * 6, g = start * 7, h = start * 8, i = start * 9, j = start * 10, k = start * 11, l = start * 12
    // |factor| < 1 keeps every chain finite, and the addend keeps it away from denormals.
    let factor = Vector(repeating: 0.5)
    let addend = start
    var n = 0
    while n < iterations {
        a = multiplyAdd(a, factor, addend)
        b = multiplyAdd(b, factor, addend)
        c = multiplyAdd(c, factor, addend)
        d = multiplyAdd(d, factor, addend)
        e = multiplyAdd(e, factor, addend)
        f = multiplyAdd(f, factor, addend)
        g = multiplyAdd(g, factor, addend)
        h = multiplyAdd(h, factor, addend)
        i = multiplyAdd(i, factor, addend)
        j = multiplyAdd(j, factor, addend)
        k = multiplyAdd(k, factor, addend)
        l = multiplyAdd(l, factor, addend)
        n &+= 1
    }
    return ((a + b) + (c + d) + ((e + f) + (g + h)) + ((i + j) + (k + l))).sum()
}

/// Reads `count` floats (a multiple of 64) and returns their sum.
@inline(never) @Sendable
public func peakRead(_ p: UnsafePointer<Float>, _ count: Int) -> Float {
    var a = Vector(repeating: 0), b = a, c = a, d = a
    var i = 0
    while i < count {
        a += load(p + i)
        b += load(p + (i &+ lanes))
        c += load(p + (i &+ 2 &* lanes))
        d += load(p + (i &+ 3 &* lanes))
        i &+= 4 &* lanes
    }
    return ((a + b) + (c + d)).sum()
}

/// Copies `count` floats (a multiple of 64) with ordinary stores.
@inline(never) @Sendable
public func peakCopy(_ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int) {
    var i = 0
    while i < count {
        store(load(from + i), to + i)
        store(load(from + (i &+ lanes)), to + (i &+ lanes))
        i &+= 2 &* lanes
    }
}
