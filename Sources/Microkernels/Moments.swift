// Statistics microkernel: sums and sums of squares of every channel over a rectangle of pixels, in double precision.

import CMicrokernels

#if ISA_AVX512
private typealias Wide = SIMD8<Double>
#elseif ISA_AVX2
private typealias Wide = SIMD4<Double>
#else
private typealias Wide = SIMD2<Double>
#endif

/// So many floats as doubles; lane by lane, which the compiler makes one conversion (the generic initializer becomes several).
@inline(__always) private func widened(_ p: UnsafePointer<Float>) -> Wide {
    #if ISA_AVX512
    let v = UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
    return Wide(Double(v[0]), Double(v[1]), Double(v[2]), Double(v[3]), Double(v[4]), Double(v[5]), Double(v[6]), Double(v[7]))
    #elseif ISA_AVX2
    let v = UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
    return Wide(Double(v[0]), Double(v[1]), Double(v[2]), Double(v[3]))
    #else
    return Wide(Double(p[0]), Double(p[1]))
    #endif
}

@inline(__always) private func accumulated(_ d: Wide, _ sum: Wide) -> Wide {
    #if ISA_BASELINE && arch(x86_64)
    return d * d + sum
    #else
    return sum.addingProduct(d, d)
    #endif
}

/// Sums of d and d² over a rectangle, d = input − shift in double precision; see `zd_moments` for the formula.
///
/// Each channel has one chain of additions in row order, so the sums depend on nothing but the rectangle. Two vectors of channels at a time
/// cover half the additions' latency; the pass is far from being what a layer waits for.
/// Numerics: n values: |error| ≤ (n + 2)·2⁻⁵³·Σ|d| and (n + 3)·2⁻⁵³·Σd².
@inline(never) @Sendable
public func moments(_ m: UnsafePointer<zd_moments>) {
    let width = 2 &* Wide.scalarCount
    let pixelStep = m.pointee.pixel_step
    let rowStep = m.pointee.row_step
    let rows = m.pointee.rows
    let columns = m.pointee.columns
    var c = 0
    while c < m.pointee.channels {
        let first = widened(m.pointee.shift + c)
        let second = widened(m.pointee.shift + (c &+ Wide.scalarCount))
        var sum0 = Wide(repeating: 0)
        var sum1 = Wide(repeating: 0)
        var square0 = Wide(repeating: 0)
        var square1 = Wide(repeating: 0)
        var line = m.pointee.input + c
        var y = 0
        while y < rows {
            var p = line
            var x = 0
            while x < columns {
                let d0 = widened(p) - first
                let d1 = widened(p + Wide.scalarCount) - second
                sum0 += d0
                sum1 += d1
                square0 = accumulated(d0, square0)
                square1 = accumulated(d1, square1)
                p += pixelStep
                x &+= 1
            }
            line += rowStep
            y &+= 1
        }
        let sums = UnsafeMutableRawPointer(m.pointee.sums + c)
        let squares = UnsafeMutableRawPointer(m.pointee.squares + c)
        let half = Wide.scalarCount &* 8
        sums.storeBytes(of: sum0, as: Wide.self)
        (sums + half).storeBytes(of: sum1, as: Wide.self)
        squares.storeBytes(of: square0, as: Wide.self)
        (squares + half).storeBytes(of: square1, as: Wide.self)
        c &+= width
    }
}
