// The Winograd transforms that this instruction set offers, and the epilogue that the output transforms share.

import CMicrokernels

/// A Winograd input transform; see `zd_winograd_input`.
public typealias WinogradInput = @convention(c) @Sendable (UnsafePointer<zd_winograd_input>) -> Void

/// A Winograd output transform with its epilogue; see `zd_winograd_output`.
public typealias WinogradOutput = @convention(c) @Sendable (UnsafePointer<zd_winograd_output>) -> Void

/// The input transform for tiles of `tile` x `tile` pixels, or nil where there is none.
public func winogradInput(tile: Int) -> WinogradInput? {
    switch tile {
    case 6: winogradInput6
    case 8: winogradInput8
    default: nil
    }
}

/// The output transform from tiles of `tile` x `tile` points to `outputs` x `outputs` pixels, or nil where there is none.
public func winogradOutput(tile: Int, outputs: Int) -> WinogradOutput? {
    switch (tile, outputs) {
    case (6, 2): winogradOutput6to2
    case (6, 4): winogradOutput6to4
    case (8, 4): winogradOutput8to4
    case (8, 6): winogradOutput8to6
    default: nil
    }
}

// What the transforms share. Tiles at the lower and right edge and residuals take a detour through scratch memory, so that
// the straight code has no conditions: with them the compiler gives up inlining, and passes vectors as pieces of 128 bits.

/// Copies the pixels that exist to scratch memory, [tile][tile][lanes], and zeros for the rest.
@inline(__always)
func winogradGather(_ t: UnsafePointer<zd_winograd_input>, _ tile: Int, _ channel: Int) {
    let (rows, columns) = (t.pointee.rows, t.pointee.columns)
    var target = t.pointee.scratch!
    var line = t.pointee.input + channel
    var y = 0
    while y < tile {
        var p = line
        var x = 0
        while x < tile {
            store(y < rows && x < columns ? load(p) : Vector(repeating: 0), target)
            target += lanes
            p += t.pointee.pixel_step
            x &+= 1
        }
        line += t.pointee.row_step
        y &+= 1
    }
}

/// All ones with ReLU, zero without: which negative outputs become zero.
@inline(__always)
func winogradClear(_ rectified: Bool) -> Mask { Mask(repeating: rectified ? -1 : 0) }

/// True where an output transform may write its pixels at once: all of them exist, and nothing is to be added.
@inline(__always)
func winogradIsWhole(_ t: UnsafePointer<zd_winograd_output>, _ outputs: Int) -> Bool {
    t.pointee.rows >= outputs && t.pointee.columns >= outputs && t.pointee.residual == nil
}

/// Asks for the pixels of the next tile of the row: outputs come from far away, and stores wait for their line one after another.
@inline(__always)
func winogradReach(_ p: UnsafeMutablePointer<Float>, _ outputs: Int, _ rowStep: Int, _ pixelStep: Int) {
    var line = p + outputs &* pixelStep
    var y = 0
    while y < outputs {
        var pixel = line
        var x = 0
        while x < outputs {
            zd_prefetch_for_write(pixel)
            pixel += pixelStep
            x &+= 1
        }
        line += rowStep
        y &+= 1
    }
}

/// value + bias, or 0 where that has a sign and `clear` is set.
///
/// In integers: a comparison of vectors is a loop over lanes to the inliner, and with many of them it outlines parts of the transform, whose
/// vectors then pass through memory.
@inline(__always)
func winogradStore(_ value: Vector, _ bias: Vector, _ clear: Mask, _ p: UnsafeMutablePointer<Float>) {
    let bits = unsafeBitCast(value + bias, to: Mask.self)
    store(unsafeBitCast(bits & ~((bits &>> Mask(repeating: 31)) & clear), to: Vector.self), p)
}

/// Copies the pixels that exist from scratch memory, [outputs][outputs][lanes] with bias, to the output: residual and ReLU.
@inline(__always)
func winogradClip(_ t: UnsafePointer<zd_winograd_output>, _ outputs: Int, _ channel: Int) {
    let clear = winogradClear(t.pointee.rectified != 0)
    var y = 0
    while y < outputs && y < t.pointee.rows {
        var source = UnsafePointer(t.pointee.scratch + y &* outputs &* lanes)
        var p = t.pointee.output + (y &* t.pointee.row_step &+ channel)
        var x = 0
        if let added = t.pointee.residual {
            var residual = added + (y &* t.pointee.residual_row_step &+ channel)
            while x < outputs && x < t.pointee.columns {
                winogradStore(load(source), load(residual), clear, p)
                source += lanes
                p += t.pointee.pixel_step
                residual += t.pointee.residual_pixel_step
                x &+= 1
            }
        } else {
            while x < outputs && x < t.pointee.columns {
                winogradStore(load(source), Vector(repeating: 0), clear, p)
                source += lanes
                p += t.pointee.pixel_step
                x &+= 1
            }
        }
        y &+= 1
    }
}
