// Convolution microkernel: one tile of MR neighbouring output pixels by NV vectors of output channels.
//
// The generic tile and its concrete entries must stand in one file, and no other file may walk a large InlineArray: SwiftPM compiles one
// LLVM module for each file, shared specializations of InlineArray land in only one of them, and the accumulators were then written back
// to the stack in every step of the inner loop (a third of the speed was left). The code generation tests watch this.

import CMicrokernels

/// A register tile; only a namespace for its two integer parameters, never instantiated. Private: what tests may import is emitted unspecialized too.
private enum Tile<let MR: Int, let NV: Int> {
    /// sum[i][j] += a[i · inputStep] · w[j], the products of one k.
    @inline(__always)
    private static func accumulate(
        _ a: UnsafePointer<Float>, _ inputStep: Int, _ w: UnsafePointer<Float>, _ sum: inout InlineArray<MR, InlineArray<NV, Vector>>
    ) {
        var b = InlineArray<NV, Vector>(repeating: Vector(repeating: 0))
        for j in 0..<NV { b[j] = load(w + j &* lanes) }
        for i in 0..<MR {
            let x = Vector(repeating: a[i &* inputStep])
            for j in 0..<NV { sum[i][j] = multiplyAdd(x, b[j], sum[i][j]) }
        }
    }

    /// Adds the products of all runs, and asks for so many lines with every four k.
    @inline(__always)
    private static func sumRuns(_ t: UnsafePointer<zd_convolution_tile>, _ sum: inout InlineArray<MR, InlineArray<NV, Vector>>, linesAhead: Int) {
        let inputStep = t.pointee.input_step
        let runLength = t.pointee.run_length
        let runCount = t.pointee.run_count
        var ahead = t.pointee.ahead ?? t.pointee.input!
        let aheadStep = t.pointee.ahead_step
        var w = t.pointee.weights!
        var r = 0
        while r < runCount {
            var a = t.pointee.input + t.pointee.runs[r]
            let end = a + runLength
            #if ISA_AVX2
            // Four steps at a time: with ten multiply-adds a step the loop's own instructions would be a quarter of all, and on a core that another
            // hardware thread shares, instructions are what is short.
            let lastFour = end - 3
            while a < lastFour {
                for line in 0..<linesAhead { zd_prefetch(ahead + line &* aheadStep) }
                if linesAhead > 0 { ahead += 4 &* aheadStep }
                for k in 0..<4 { accumulate(a + k, inputStep, w + k &* NV &* lanes, &sum) }
                w += 4 &* NV &* lanes
                a += 4
            }
            #endif
            while a < end {
                accumulate(a, inputStep, w, &sum)
                if linesAhead > 0 {
                    zd_prefetch(ahead)
                    ahead += aheadStep
                }
                w += NV &* lanes
                a += 1
            }
            r &+= 1
        }
    }

    /// Whether a vector is the first of its 64 bytes, counted from the tile's first: asking for the same line twice gains nothing.
    @inline(__always)
    private static func beginsLine(_ j: Int) -> Bool { j &* lanes % 16 == 0 }

    /// Accumulates one tile in registers over all runs and writes it once; see `zd_convolution_tile` for the formula.
    ///
    /// Every output value is summed in the same order whatever MR and NV are, so results do not depend on tiling or on threads.
    /// Numerics: fp32 accumulation in a chain of K = run_count · run_length fused multiply-adds (two roundings each on the baseline):
    /// |error| ≤ (2K + 2)·ε·(|bias| + Σ|input·weight|), ε = 2⁻²⁴.
    @inline(__always)
    static func convolve(_ t: UnsafePointer<zd_convolution_tile>) {
        // Read once: after a hint the compiler reads a field anew.
        let output = t.pointee.output!
        let outputStep = t.pointee.output_step
        let residual = t.pointee.residual
        let residualStep = t.pointee.residual_step
        let bias = t.pointee.bias!
        var sum = InlineArray<MR, InlineArray<NV, Vector>>(repeating: InlineArray<NV, Vector>(repeating: Vector(repeating: 0)))
        for j in 0..<NV {
            let b = load(bias + j &* lanes)
            for i in 0..<MR { sum[i][j] = b }
        }
        // The lines that the epilogue reads and writes come from far away, and its accesses are too late and too few to overlap:
        // asked for now, they arrive while the loop runs.
        for i in 0..<MR {
            for j in 0..<NV where beginsLine(j) { zd_prefetch_for_write(output + (i &* outputStep &+ j &* lanes)) }
        }
        if let residual, residual != UnsafePointer(output) {
            for i in 0..<MR {
                for j in 0..<NV where beginsLine(j) { zd_prefetch(residual + (i &* residualStep &+ j &* lanes)) }
            }
        }
        // A loop for each case: what need not be asked for costs no instructions.
        if t.pointee.ahead == nil {
            sumRuns(t, &sum, linesAhead: 0)
        } else {
            #if ISA_AVX2
            // Steps of up to a quarter of a line: one line for four k.
            if t.pointee.ahead_step <= 4 { sumRuns(t, &sum, linesAhead: 1) } else { sumRuns(t, &sum, linesAhead: 4) }
            #else
            sumRuns(t, &sum, linesAhead: 4)
            #endif
        }
        if let residual {
            for i in 0..<MR {
                for j in 0..<NV { sum[i][j] += load(residual + i &* residualStep + j &* lanes) }
            }
        }
        if t.pointee.rectified != 0 {
            for i in 0..<MR {
                for j in 0..<NV { sum[i][j] = rectify(sum[i][j]) }
            }
        }
        for i in 0..<MR {
            for j in 0..<NV { store(sum[i][j], output + i &* outputStep + j &* lanes) }
        }
    }
}

/// A convolution kernel for a fixed tile; see `zd_convolution_tile`.
public typealias ConvolutionTile = @convention(c) @Sendable (UnsafePointer<zd_convolution_tile>) -> Void

/// The kernel for a tile of `rows` pixels by `vectors` vectors of output channels, or nil where the registers do not suffice.
///
/// Register budget: rows · vectors accumulators + vectors weights + broadcasts. With AVX-512 (32 registers) up to 14 rows, so that maps of
/// 7, 14, 28 and 56 pixels divide evenly; one vector serves the last panel of 16 channels. With AVX2 (16 registers) 4x3, which takes all of
/// them: 19 instructions for 12 multiply-adds where 5x2 takes 17 for 10; 5x2 serves layers of one or two panels of 16. Not 6x2: LLVM schedules a
/// second broadcast and spills the twelfth accumulator, which halves the speed. With NEON (32 registers) 12x2: LLVM keeps three or four
/// broadcasts in flight, and a tile of 14 rows spills.
public func convolutionTile(rows: Int, vectors: Int) -> ConvolutionTile? {
    switch (vectors, rows) {
    case (2, 1): convolutionTile1x2
    case (2, 2): convolutionTile2x2
    case (2, 3): convolutionTile3x2
    case (2, 4): convolutionTile4x2
    case (2, 5): convolutionTile5x2
    #if ISA_AVX2
    case (3, 1): convolutionTile1x3
    case (3, 2): convolutionTile2x3
    case (3, 3): convolutionTile3x3
    case (3, 4): convolutionTile4x3
    #else
    case (2, 6): convolutionTile6x2
    #endif
    #if ISA_AVX512 || ISA_NEON
    case (2, 7): convolutionTile7x2
    case (2, 8): convolutionTile8x2
    case (2, 9): convolutionTile9x2
    case (2, 10): convolutionTile10x2
    case (2, 11): convolutionTile11x2
    case (2, 12): convolutionTile12x2
    #endif
    #if ISA_AVX512
    case (2, 13): convolutionTile13x2
    case (2, 14): convolutionTile14x2
    case (1, 1): convolutionTile1x1
    case (1, 2): convolutionTile2x1
    case (1, 3): convolutionTile3x1
    case (1, 4): convolutionTile4x1
    case (1, 5): convolutionTile5x1
    case (1, 6): convolutionTile6x1
    case (1, 7): convolutionTile7x1
    case (1, 8): convolutionTile8x1
    case (1, 9): convolutionTile9x1
    case (1, 10): convolutionTile10x1
    case (1, 11): convolutionTile11x1
    case (1, 12): convolutionTile12x1
    case (1, 13): convolutionTile13x1
    case (1, 14): convolutionTile14x1
    #endif
    default: nil
    }
}

@inline(never) @Sendable func convolutionTile1x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<1, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile2x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<2, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile3x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<3, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile4x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<4, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile5x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<5, 2>.convolve(t) }

#if ISA_AVX2
@inline(never) @Sendable func convolutionTile1x3(_ t: UnsafePointer<zd_convolution_tile>) { Tile<1, 3>.convolve(t) }
@inline(never) @Sendable func convolutionTile2x3(_ t: UnsafePointer<zd_convolution_tile>) { Tile<2, 3>.convolve(t) }
@inline(never) @Sendable func convolutionTile3x3(_ t: UnsafePointer<zd_convolution_tile>) { Tile<3, 3>.convolve(t) }
@inline(never) @Sendable func convolutionTile4x3(_ t: UnsafePointer<zd_convolution_tile>) { Tile<4, 3>.convolve(t) }
#else
@inline(never) @Sendable func convolutionTile6x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<6, 2>.convolve(t) }
#endif

#if ISA_AVX512 || ISA_NEON
@inline(never) @Sendable func convolutionTile7x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<7, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile8x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<8, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile9x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<9, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile10x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<10, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile11x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<11, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile12x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<12, 2>.convolve(t) }
#endif

#if ISA_AVX512
@inline(never) @Sendable func convolutionTile13x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<13, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile14x2(_ t: UnsafePointer<zd_convolution_tile>) { Tile<14, 2>.convolve(t) }
@inline(never) @Sendable func convolutionTile1x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<1, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile2x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<2, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile3x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<3, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile4x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<4, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile5x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<5, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile6x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<6, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile7x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<7, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile8x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<8, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile9x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<9, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile10x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<10, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile11x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<11, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile12x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<12, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile13x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<13, 1>.convolve(t) }
@inline(never) @Sendable func convolutionTile14x1(_ t: UnsafePointer<zd_convolution_tile>) { Tile<14, 1>.convolve(t) }
#endif
