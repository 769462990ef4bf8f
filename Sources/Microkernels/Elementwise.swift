// Element-wise microkernel: the additions and channel scalings that no convolution's epilogue could take.

import CMicrokernels

/// epilogue(a · scale + b) over a row of pixels; see `zd_elementwise_row` for the formula.
///
/// Numerics: at most two roundings: |error| ≤ 2ε·(|a·scale| + |b|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func elementwiseRow(_ row: UnsafePointer<zd_elementwise_row>) {
    let channels = row.pointee.channels
    let rectified = row.pointee.rectified != 0
    var a = row.pointee.a!
    var output = row.pointee.output!
    var b = row.pointee.b
    var pixel = 0
    while pixel < row.pointee.pixels {
        var c = 0
        while c < channels {
            var value = load(a + c)
            if let scale = row.pointee.scale { value *= load(scale + c) }
            if let b { value += load(b + c) }
            if rectified { value = rectify(value) }
            store(value, output + c)
            c &+= lanes
        }
        a += row.pointee.a_step
        output += row.pointee.output_step
        if let present = b { b = present + row.pointee.b_step }
        pixel &+= 1
    }
}
