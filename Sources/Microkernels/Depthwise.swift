// Depthwise convolution microkernels: channels across lanes, some neighbouring pixels per pass.
//
// Windows of 3x3 and 5x5 have tiles of their own, which load every input pixel once for all taps that need it: a tile of 8 pixels of a
// 3x3 window takes 30 loads of pixels in place of 72, and would otherwise be bound by loads, not by multiply-adds.

import CMicrokernels

/// A row of depthwise output; see `zd_depthwise_row` for the formula.
///
/// Numerics: fp32 accumulation over `taps` multiply-adds, tap after tap; |error| ≤ (2·taps + 2)·ε·(|bias| + Σ|input·weight|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func depthwiseRow(_ row: UnsafePointer<zd_depthwise_row>) {
    switch (row.pointee.kernel_size, row.pointee.stride) {
    case (3, 1): depthwiseRow(row, depthwise3s1x8, depthwise3s1x7, depthwise3s1x4, depthwise3s1x1)
    case (3, 2): depthwiseRow(row, depthwise3s2x8, depthwise3s2x7, depthwise3s2x4, depthwise3s2x1)
    case (5, 1): depthwiseRow(row, depthwise5s1x8, depthwise5s1x7, depthwise5s1x4, depthwise5s1x1)
    case (5, 2): depthwiseRow(row, depthwise5s2x8, depthwise5s2x7, depthwise5s2x4, depthwise5s2x1)
    default: depthwiseRow(row, depthwiseAnyx8, depthwiseAnyx7, depthwiseAnyx4, depthwiseAnyx1)
    }
}

/// Covers a row with tiles of 8 and 4 pixels. The last one may overlap the one before: computing some pixels twice is faster than single ones.
/// Rows of 7 and 14 pixels, the last maps of networks for images of 224, take tiles of 7.
@inline(__always)
private func depthwiseRow(
    _ row: UnsafePointer<zd_depthwise_row>, _ tile8: (UnsafePointer<zd_depthwise_row>, Int) -> Void,
    _ tile7: (UnsafePointer<zd_depthwise_row>, Int) -> Void, _ tile4: (UnsafePointer<zd_depthwise_row>, Int) -> Void,
    _ tile1: (UnsafePointer<zd_depthwise_row>, Int) -> Void
) {
    let pixels = row.pointee.pixels
    if pixels == 7 || pixels == 14 {
        tile7(row, 0)
        if pixels == 14 { tile7(row, 7) }
        return
    }
    var pixel = 0
    while pixel &+ 8 <= pixels {
        tile8(row, pixel)
        pixel &+= 8
    }
    let rest = pixels &- pixel
    if rest > 4 && pixels >= 8 {
        tile8(row, pixels &- 8)
    } else if rest > 4 {
        tile4(row, pixel)
        tile4(row, pixels &- 4)
    } else if rest > 0 && pixels >= 4 {
        tile4(row, pixels &- 4)
    } else {
        while pixel < pixels {
            tile1(row, pixel)
            pixel &+= 1
        }
    }
}

// Separate functions: inlined into one, the tiles would be outlined again as weak symbols.
@inline(never) func depthwise3s1x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<8, 3, 1>.convolve(row, pixel) }
@inline(never) func depthwise3s1x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<7, 3, 1>.convolve(row, pixel) }
@inline(never) func depthwise3s1x4(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<4, 3, 1>.convolve(row, pixel) }
@inline(never) func depthwise3s1x1(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<1, 3, 1>.convolve(row, pixel) }
@inline(never) func depthwise3s2x4(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<4, 3, 2>.convolve(row, pixel) }
@inline(never) func depthwise3s2x1(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<1, 3, 2>.convolve(row, pixel) }
@inline(never) func depthwise5s1x4(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<4, 5, 1>.convolve(row, pixel) }
@inline(never) func depthwise5s1x1(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<1, 5, 1>.convolve(row, pixel) }
@inline(never) func depthwise5s2x4(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<4, 5, 2>.convolve(row, pixel) }
@inline(never) func depthwise5s2x1(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<1, 5, 2>.convolve(row, pixel) }
#if ISA_AVX2
// Sixteen registers do not hold eight sums with these windows' weights: two tiles of four.
@inline(never) func depthwise3s2x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { depthwise3s2x4(row, pixel); depthwise3s2x4(row, pixel &+ 4) }
@inline(never) func depthwise5s1x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { depthwise5s1x4(row, pixel); depthwise5s1x4(row, pixel &+ 4) }
@inline(never) func depthwise5s2x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { depthwise5s2x4(row, pixel); depthwise5s2x4(row, pixel &+ 4) }
@inline(never) func depthwise3s2x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { depthwise3s2x4(row, pixel); depthwise3s2x4(row, pixel &+ 3) }
@inline(never) func depthwise5s1x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { depthwise5s1x4(row, pixel); depthwise5s1x4(row, pixel &+ 3) }
@inline(never) func depthwise5s2x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { depthwise5s2x4(row, pixel); depthwise5s2x4(row, pixel &+ 3) }
#else
@inline(never) func depthwise3s2x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<8, 3, 2>.convolve(row, pixel) }
@inline(never) func depthwise5s1x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<8, 5, 1>.convolve(row, pixel) }
@inline(never) func depthwise5s2x8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<8, 5, 2>.convolve(row, pixel) }
@inline(never) func depthwise3s2x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<7, 3, 2>.convolve(row, pixel) }
@inline(never) func depthwise5s1x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<7, 5, 1>.convolve(row, pixel) }
@inline(never) func depthwise5s2x7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Window<7, 5, 2>.convolve(row, pixel) }
#endif
@inline(never) func depthwiseAnyx8(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Taps<8>.convolve(row, pixel) }
@inline(never) func depthwiseAnyx7(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Taps<7>.convolve(row, pixel) }
@inline(never) func depthwiseAnyx4(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Taps<4>.convolve(row, pixel) }
@inline(never) func depthwiseAnyx1(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) { Taps<1>.convolve(row, pixel) }

/// A tile of MR pixels of a K x K window at stride S; only a namespace, never instantiated.
///
/// A kernel row's weights stay in registers while its input pixels pass, each loaded once and multiplied for every output under it.
private enum Window<let MR: Int, let K: Int, let S: Int> {
    @inline(__always)
    static func convolve(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) {
        let step = row.pointee.pixel_step
        let outputStep = row.pointee.output_step
        let channels = row.pointee.channels
        let weightStep = row.pointee.weight_step
        let offsets = row.pointee.offsets!
        let input = row.pointee.input + pixel &* row.pointee.input_step
        let output = row.pointee.output + pixel &* outputStep
        let rectified = row.pointee.rectified != 0
        var c = 0
        while c < channels {
            var sum = InlineArray<MR, Vector>(repeating: load(row.pointee.bias + c))
            var w = row.pointee.weights + c
            // The window's height as a variable: unrolled over its rows, the compiler mixes them and runs out of registers.
            let height = row.pointee.kernel_size
            var r = 0
            while r < height {
                var weight = InlineArray<K, Vector>(repeating: Vector(repeating: 0))
                for t in 0..<K {
                    weight[t] = load(w)
                    w += weightStep
                }
                // One pointer that walks: addresses of all columns at once would not fit the registers.
                var column = input + (offsets[r &* K] &+ c)
                for x in 0..<((MR &- 1) &* S &+ K) {
                    let value = load(column)
                    column += step
                    for i in 0..<MR {
                        let t = x &- i &* S
                        if t >= 0 && t < K { sum[i] = multiplyAdd(value, weight[t], sum[i]) }
                    }
                }
                r &+= 1
            }
            if rectified {
                for i in 0..<MR { sum[i] = rectify(sum[i]) }
            }
            for i in 0..<MR { store(sum[i], output + (i &* outputStep &+ c)) }
            c &+= lanes
        }
    }
}

/// A tile of MR pixels of any window; only a namespace, never instantiated.
private enum Taps<let MR: Int> {
    @inline(__always)
    static func convolve(_ row: UnsafePointer<zd_depthwise_row>, _ pixel: Int) {
        let step = row.pointee.input_step
        let outputStep = row.pointee.output_step
        let channels = row.pointee.channels
        let weightStep = row.pointee.weight_step
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
                w += weightStep
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
