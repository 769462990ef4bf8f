// Exponential microkernel: e to the power of every value of a stretch, or the logistic function of it.

import CMicrokernels

/// eˣ for finite x, saturating: below −87.3 as at −87.3, above 88.3 as at 88.3. NaN gives a number.
///
/// x = n·ln 2 + r with whole n and |r| ≤ ln 2 / 2, then eˣ = 2ⁿ·eʳ. ln 2 is split in two, so that r keeps the bits that n·ln 2 takes; n is rounded by adding
/// 1.5·2²³, after which the lowest bits of the sum are n, and shifted into the exponent they are 2ⁿ.
/// Numerics: relative error at most 4ε, ε = 2⁻²⁴.
/// Source: the Cephes library, expf.c (S. Moshier): the split of ln 2 and the polynomial.
@inline(__always) private func exponential(_ value: Vector) -> Vector {
    let low = Vector(repeating: -87.3)
    let high = Vector(repeating: 88.3)
    var x = low.replacing(with: value, where: value .> low)
    x = high.replacing(with: x, where: x .< high)
    let rounder = Vector(repeating: 12_582_912)
    let shifted = multiplyAdd(x, Vector(repeating: 1.442_695_04), rounder)
    let n = shifted - rounder
    var r = multiplyAdd(n, Vector(repeating: -0.693_359_375), x)
    r = multiplyAdd(n, Vector(repeating: 2.121_944_40e-4), r)
    var p = Vector(repeating: 1.987_569_15e-4)
    p = multiplyAdd(p, r, Vector(repeating: 1.398_199_95e-3))
    p = multiplyAdd(p, r, Vector(repeating: 8.333_451_91e-3))
    p = multiplyAdd(p, r, Vector(repeating: 4.166_579_59e-2))
    p = multiplyAdd(p, r, Vector(repeating: 0.166_666_65))
    p = multiplyAdd(p, r, Vector(repeating: 0.500_000_01))
    p = multiplyAdd(p, r * r, r) + Vector(repeating: 1)
    let power = (unsafeBitCast(shifted, to: Mask.self) &<< 23) &+ Mask(repeating: 0x3F80_0000)
    return p * unsafeBitCast(power, to: Vector.self)
}

/// eˣ or 1 / (1 + e⁻ˣ) over a stretch; see `zd_exponential` for the formula.
///
/// Numerics: relative error at most 4ε for the exponential; |error| ≤ 4ε for the logistic function.
@inline(never) @Sendable
public func exponentials(_ e: UnsafePointer<zd_exponential>) {
    let input = e.pointee.input!
    let output = e.pointee.output!
    let count = e.pointee.count
    let one = Vector(repeating: 1)
    var i = 0
    if e.pointee.logistic != 0 {
        while i < count {
            store(one / (one + exponential(Vector(repeating: 0) - load(input + i))), output + i)
            i &+= lanes
        }
    } else {
        while i < count {
            store(exponential(load(input + i)), output + i)
            i &+= lanes
        }
    }
}
