// Pooling microkernel: one output pixel over a window that the operator has already clipped to the map.

import CMicrokernels

/// The maximum or the scaled sum of a window; see `zd_pooling_pixel` for the formula.
///
/// Numerics: the sum runs over the window in row order in fp32: |error| ≤ (window + 1)·ε·scale·Σ|input|; the maximum is exact.
@inline(never) @Sendable
public func poolingPixel(_ p: UnsafePointer<zd_pooling_pixel>) {
    let height = p.pointee.height
    let width = p.pointee.width
    let pixelStep = p.pointee.pixel_step
    let rowStep = p.pointee.row_step
    let scale = Vector(repeating: p.pointee.scale)
    let output = p.pointee.output!
    var c = 0
    while c < p.pointee.channels {
        var line = p.pointee.input + c
        var y = 0
        var result = load(line)
        if p.pointee.maximum != 0 {
            while y < height {
                var a = line
                var x = 0
                while x < width {
                    result = maximum(result, load(a))
                    a += pixelStep
                    x &+= 1
                }
                line += rowStep
                y &+= 1
            }
        } else {
            result = Vector(repeating: 0)
            while y < height {
                var a = line
                var x = 0
                while x < width {
                    result += load(a)
                    a += pixelStep
                    x &+= 1
                }
                line += rowStep
                y &+= 1
            }
            result *= scale
            if p.pointee.accumulate != 0 { result += load(output + c) }
        }
        store(result, output + c)
        c &+= lanes
    }
}
