// The Winograd transforms that this instruction set offers, and the epilogue that the output transforms share.

import CMicrokernels

/// A Winograd input transform; see `zd_winograd_input`.
public typealias WinogradInput = @Sendable (UnsafePointer<zd_winograd_input>) -> Void

/// A Winograd output transform with its epilogue; see `zd_winograd_output`.
public typealias WinogradOutput = @Sendable (UnsafePointer<zd_winograd_output>) -> Void

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

/// Writes one row of a tile's pixels, `columns` of them: bias, residual and ReLU.
@inline(__always)
func winogradEpilogue(_ t: UnsafePointer<zd_winograd_output>, _ row: Int, _ channel: Int, _ values: UnsafePointer<Float>) {
    let bias = load(t.pointee.bias + channel)
    let columns = t.pointee.columns
    let pixelStep = t.pointee.pixel_step
    let rectified = t.pointee.rectified != 0
    var output = t.pointee.output + (row &* t.pointee.row_step &+ channel)
    var x = 0
    if let added = t.pointee.residual {
        var residual = added + (row &* t.pointee.residual_row_step &+ channel)
        while x < columns {
            var value = (load(values + x &* lanes) + bias) + load(residual)
            if rectified { value = rectify(value) }
            store(value, output)
            output += pixelStep
            residual += t.pointee.residual_pixel_step
            x &+= 1
        }
    } else {
        while x < columns {
            var value = load(values + x &* lanes) + bias
            if rectified { value = rectify(value) }
            store(value, output)
            output += pixelStep
            x &+= 1
        }
    }
}
