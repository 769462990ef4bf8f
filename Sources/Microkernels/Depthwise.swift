// Depthwise convolution microkernel: channels across lanes, a few neighbouring pixels per pass so that a weight is loaded once for all of them.

import CMicrokernels

/// A row of depthwise output; see `zd_depthwise_row` for the formula.
///
/// Numerics: fp32 accumulation over `taps` multiply-adds; |error| ≤ (2·taps + 2)·ε·(|bias| + Σ|input·weight|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func depthwiseRow(_ row: UnsafePointer<zd_depthwise_row>) {
    var pixel = 0
    while pixel &+ 6 <= row.pointee.pixels {
        depthwiseTile6(row, pixel)
        pixel &+= 6
    }
    while pixel &+ 3 <= row.pointee.pixels {
        depthwiseTile3(row, pixel)
        pixel &+= 3
    }
    while pixel < row.pointee.pixels {
        depthwiseTile1(row, pixel)
        pixel &+= 1
    }
}

// Separate functions: inlined into one, the tiles would be outlined again as weak symbols.
@inline(never) func depthwiseTile6(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { DepthwiseTile<6>.convolve(row, pixel) }
@inline(never) func depthwiseTile3(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { DepthwiseTile<3>.convolve(row, pixel) }
@inline(never) func depthwiseTile1(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { DepthwiseTile<1>.convolve(row, pixel) }

/// A tile of MR pixels; only a namespace, never instantiated.
private enum DepthwiseTile<let MR: Int> {
    @inline(__always)
    static func convolve(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) {
        let step = row.pointee.input_step
        let outputStep = row.pointee.output_step
        let channels = row.pointee.channels
        let taps = row.pointee.taps
        let offsets = row.pointee.offsets!
        let input = row.pointee.input + pixel &* step
        let output = row.pointee.output + pixel &* outputStep
        let rectified = row.pointee.rectified != 0
        var c = 0
        while c < channels {
            var sum = InlineArray<MR, Vector>(repeating: load(row.pointee.bias + c))
            var w = row.pointee.weights + c
            var t = 0
            while t < taps {
                let weight = load(w)
                let a = input + (offsets[t] &+ c)
                for i in 0..<MR { sum[i] = multiplyAdd(load(a + i &* step), weight, sum[i]) }
                w += channels
                t &+= 1
            }
            if rectified {
                for i in 0..<MR { sum[i] = rectify(sum[i]) }
            }
            for i in 0..<MR { store(sum[i], output + (i &* outputStep &+ c)) }
            c &+= lanes
        }
    }
}
