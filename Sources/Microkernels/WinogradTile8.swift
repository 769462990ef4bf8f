// Winograd transforms of tiles of 8x8: F(6x6,3x3) and F(4x4,5x5), with the points 0, ±1/2, ±1, ±2 and ∞.
//
// Of all points in steps of 1/8 these have the smallest amplification of errors for both. Every coefficient is exact in fp32.
// As in WinogradTile6.swift, pixels and points are loaded more than once rather than stored in between.

import CMicrokernels

/// A row or a column of a tile.
private typealias Eight = (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector)

/// One dimension of the input transform: Bᵀx, stored `step` apart.
@inline(__always)
private func transformInput(_ x: Eight, _ p: UnsafeMutablePointer<Float>, _ step: Int) {
    store(multiplyAdd(Vector(repeating: 5.25), x.2 - x.4, x.6 - x.0), p)
    let evenHalf = multiplyAdd(Vector(repeating: 4), x.2, multiplyAdd(Vector(repeating: -5), x.4, x.6))
    let oddHalf = multiplyAdd(Vector(repeating: 4), x.1, multiplyAdd(Vector(repeating: -5), x.3, x.5))
    store(multiplyAdd(Vector(repeating: 0.5), oddHalf, evenHalf), p + step)
    store(multiplyAdd(Vector(repeating: -0.5), oddHalf, evenHalf), p + 2 &* step)
    let evenOne = multiplyAdd(Vector(repeating: -4.25), x.4, x.2 + x.6)
    let oddOne = multiplyAdd(Vector(repeating: -4.25), x.3, x.1 + x.5)
    store(evenOne + oddOne, p + 3 &* step)
    store(evenOne - oddOne, p + 4 &* step)
    let evenTwo = multiplyAdd(Vector(repeating: 0.25), x.2, multiplyAdd(Vector(repeating: -1.25), x.4, x.6))
    let oddTwo = multiplyAdd(Vector(repeating: 0.25), x.1, multiplyAdd(Vector(repeating: -1.25), x.3, x.5))
    store(multiplyAdd(Vector(repeating: 2), oddTwo, evenTwo), p + 5 &* step)
    store(multiplyAdd(Vector(repeating: -2), oddTwo, evenTwo), p + 6 &* step)
    store(multiplyAdd(Vector(repeating: 5.25), x.3 - x.5, x.7 - x.1), p + 7 &* step)
}

/// The first or the last row of Bᵀd in one column.
@inline(__always)
private func outer(_ p: UnsafePointer<Float>, _ rowStep: Int) -> Vector {
    multiplyAdd(Vector(repeating: 5.25), load(p + 2 &* rowStep) - load(p + 4 &* rowStep), load(p + 6 &* rowStep) - load(p))
}

/// The rows of Bᵀd of the points ±`point` in one column, from the polynomial x⁴ + `middle`·x² + `last` of the other points.
@inline(__always)
private func pair(_ p: UnsafePointer<Float>, _ rowStep: Int, _ point: Float, _ middle: Float, _ last: Float) -> (Vector, Vector) {
    let (middle, last) = (Vector(repeating: middle), Vector(repeating: last))
    let even = multiplyAdd(last, load(p + 2 &* rowStep), multiplyAdd(middle, load(p + 4 &* rowStep), load(p + 6 &* rowStep)))
    let odd = multiplyAdd(last, load(p + rowStep), multiplyAdd(middle, load(p + 3 &* rowStep), load(p + 5 &* rowStep)))
    return (multiplyAdd(Vector(repeating: point), odd, even), multiplyAdd(Vector(repeating: -point), odd, even))
}

/// The rows of ±`point` for all columns, transformed and stored.
@inline(__always)
private func pairRows(
    _ d: UnsafePointer<Float>, _ rowStep: Int, _ pixelStep: Int, _ point: Float, _ middle: Float, _ last: Float,
    _ p: UnsafeMutablePointer<Float>, _ plane: Int
) {
    let x0 = pair(d, rowStep, point, middle, last)
    let x1 = pair(d + pixelStep, rowStep, point, middle, last)
    let x2 = pair(d + 2 &* pixelStep, rowStep, point, middle, last)
    let x3 = pair(d + 3 &* pixelStep, rowStep, point, middle, last)
    let x4 = pair(d + 4 &* pixelStep, rowStep, point, middle, last)
    let x5 = pair(d + 5 &* pixelStep, rowStep, point, middle, last)
    let x6 = pair(d + 6 &* pixelStep, rowStep, point, middle, last)
    let x7 = pair(d + 7 &* pixelStep, rowStep, point, middle, last)
    transformInput((x0.0, x1.0, x2.0, x3.0, x4.0, x5.0, x6.0, x7.0), p, plane)
    transformInput((x0.1, x1.1, x2.1, x3.1, x4.1, x5.1, x6.1, x7.1), p + 8 &* plane, plane)
}

/// The first or the last row for all columns, transformed and stored.
@inline(__always)
private func outerRow(_ d: UnsafePointer<Float>, _ rowStep: Int, _ pixelStep: Int, _ p: UnsafeMutablePointer<Float>, _ plane: Int) {
    transformInput(
        (
            outer(d, rowStep), outer(d + pixelStep, rowStep), outer(d + 2 &* pixelStep, rowStep), outer(d + 3 &* pixelStep, rowStep),
            outer(d + 4 &* pixelStep, rowStep), outer(d + 5 &* pixelStep, rowStep), outer(d + 6 &* pixelStep, rowStep), outer(d + 7 &* pixelStep, rowStep)
        ), p, plane)
}

/// The input transform of one 8x8 tile; see `zd_winograd_input`.
///
/// Numerics: three roundings in a chain in each dimension at most, six on the baseline: |error| ≤ 12·ε·(|Bᵀ|·|d|·|B|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradInput8(_ t: UnsafePointer<zd_winograd_input>) {
    let whole = t.pointee.rows >= 8 && t.pointee.columns >= 8
    let rowStep = whole ? t.pointee.row_step : 8 &* lanes
    let pixelStep = whole ? t.pointee.pixel_step : lanes
    let plane = t.pointee.plane_step
    let channels = t.pointee.channels
    var d = whole ? t.pointee.input! : UnsafePointer(t.pointee.scratch!)
    let step = whole ? lanes : 0
    var p = t.pointee.output!
    var c = 0
    while c < channels {
        if !whole { winogradGather(t, 8, c) }
        outerRow(d, rowStep, pixelStep, p, plane)
        pairRows(d, rowStep, pixelStep, 0.5, -5, 4, p + 8 &* plane, plane)
        pairRows(d, rowStep, pixelStep, 1, -4.25, 1, p + 24 &* plane, plane)
        pairRows(d, rowStep, pixelStep, 2, -1.25, 0.25, p + 40 &* plane, plane)
        outerRow(d + rowStep, rowStep, pixelStep, p + 56 &* plane, plane)
        d += step
        p += lanes
        c &+= lanes
    }
}

/// One dimension of the output transform: Aᵀx for four outputs.
@inline(__always)
private func transformOutput4(_ x: Eight) -> (Vector, Vector, Vector, Vector) {
    let (evenHalf, oddHalf, evenOne, oddOne, evenTwo, oddTwo) = (x.1 + x.2, x.1 - x.2, x.3 + x.4, x.3 - x.4, x.5 + x.6, x.5 - x.6)
    return (
        (x.0 + evenHalf) + (evenOne + evenTwo),
        multiplyAdd(Vector(repeating: 2), oddTwo, multiplyAdd(Vector(repeating: 0.5), oddHalf, oddOne)),
        multiplyAdd(Vector(repeating: 4), evenTwo, multiplyAdd(Vector(repeating: 0.25), evenHalf, evenOne)),
        multiplyAdd(Vector(repeating: 8), oddTwo, multiplyAdd(Vector(repeating: 0.125), oddHalf, oddOne + x.7))
    )
}

/// One dimension of the output transform: Aᵀx for six outputs.
@inline(__always)
private func transformOutput6(_ x: Eight) -> (Vector, Vector, Vector, Vector, Vector, Vector) {
    let (evenHalf, oddHalf, evenOne, oddOne, evenTwo, oddTwo) = (x.1 + x.2, x.1 - x.2, x.3 + x.4, x.3 - x.4, x.5 + x.6, x.5 - x.6)
    return (
        (x.0 + evenHalf) + (evenOne + evenTwo),
        multiplyAdd(Vector(repeating: 2), oddTwo, multiplyAdd(Vector(repeating: 0.5), oddHalf, oddOne)),
        multiplyAdd(Vector(repeating: 4), evenTwo, multiplyAdd(Vector(repeating: 0.25), evenHalf, evenOne)),
        multiplyAdd(Vector(repeating: 8), oddTwo, multiplyAdd(Vector(repeating: 0.125), oddHalf, oddOne)),
        multiplyAdd(Vector(repeating: 16), evenTwo, multiplyAdd(Vector(repeating: 0.0625), evenHalf, evenOne)),
        multiplyAdd(Vector(repeating: 32), oddTwo, multiplyAdd(Vector(repeating: 0.03125), oddHalf, oddOne + x.7))
    )
}

/// Eight vectors `step` apart.
@inline(__always)
private func column(_ p: UnsafePointer<Float>, _ step: Int) -> Eight {
    (
        load(p), load(p + step), load(p + 2 &* step), load(p + 3 &* step), load(p + 4 &* step), load(p + 5 &* step), load(p + 6 &* step),
        load(p + 7 &* step)
    )
}

/// One row of 4 pixels: the output transform in the second dimension, and the epilogue.
@inline(__always)
private func finishRow4(
    _ x: Eight, _ bias: Vector, _ clear: Mask, _ p: UnsafeMutablePointer<Float>, _ pixelStep: Int
) {
    let y = transformOutput4(x)
    winogradStore(y.0, bias, clear, p)
    winogradStore(y.1, bias, clear, p + pixelStep)
    winogradStore(y.2, bias, clear, p + 2 &* pixelStep)
    winogradStore(y.3, bias, clear, p + 3 &* pixelStep)
}

/// The output transform of one 8x8 tile to 4x4 pixels, F(4x4,5x5); see `zd_winograd_output`.
///
/// Numerics: six roundings in a chain in each dimension at most: |error| ≤ 12·ε·(|Aᵀ|·|M|·|A|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradOutput8to4(_ t: UnsafePointer<zd_winograd_output>) {
    let whole = winogradIsWhole(t, 4)
    let (rowStep, pixelStep) = (whole ? t.pointee.row_step : 4 &* lanes, whole ? t.pointee.pixel_step : lanes)
    let clear = winogradClear(whole && t.pointee.rectified != 0)
    let plane = t.pointee.plane_step
    let channels = t.pointee.channels
    var m = t.pointee.input!
    var biases = t.pointee.bias!
    let scratch = t.pointee.scratch + 64 &* lanes
    var p = whole ? t.pointee.output! : t.pointee.scratch!
    let step = whole ? lanes : 0
    var c = 0
    while c < channels {
        let bias = load(biases)
        if whole { winogradReach(p, 4, rowStep, pixelStep) }
        var j = 0
        while j < 8 {
            let x = transformOutput4(column(m + j &* plane, 8 &* plane))
            let half = scratch + j &* lanes
            store(x.0, half)
            store(x.1, half + 8 &* lanes)
            store(x.2, half + 16 &* lanes)
            store(x.3, half + 24 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < 4 {
            finishRow4(column(UnsafePointer(scratch + i &* 8 &* lanes), lanes), bias, clear, p + i &* rowStep, pixelStep)
            i &+= 1
        }
        if !whole { winogradClip(t, 4, c) }
        m += lanes
        biases += lanes
        p += step
        c &+= lanes
    }
}

/// One row of 6 pixels: the output transform in the second dimension, and the epilogue.
@inline(__always)
private func finishRow6(
    _ x: Eight, _ bias: Vector, _ clear: Mask, _ p: UnsafeMutablePointer<Float>, _ pixelStep: Int
) {
    let y = transformOutput6(x)
    winogradStore(y.0, bias, clear, p)
    winogradStore(y.1, bias, clear, p + pixelStep)
    winogradStore(y.2, bias, clear, p + 2 &* pixelStep)
    winogradStore(y.3, bias, clear, p + 3 &* pixelStep)
    winogradStore(y.4, bias, clear, p + 4 &* pixelStep)
    winogradStore(y.5, bias, clear, p + 5 &* pixelStep)
}

/// The output transform of one 8x8 tile to 6x6 pixels, F(6x6,3x3); see `zd_winograd_output`.
///
/// Numerics: six roundings in a chain in each dimension at most: |error| ≤ 12·ε·(|Aᵀ|·|M|·|A|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradOutput8to6(_ t: UnsafePointer<zd_winograd_output>) {
    let whole = winogradIsWhole(t, 6)
    let (rowStep, pixelStep) = (whole ? t.pointee.row_step : 6 &* lanes, whole ? t.pointee.pixel_step : lanes)
    let clear = winogradClear(whole && t.pointee.rectified != 0)
    let plane = t.pointee.plane_step
    let channels = t.pointee.channels
    var m = t.pointee.input!
    var biases = t.pointee.bias!
    let scratch = t.pointee.scratch + 64 &* lanes
    var p = whole ? t.pointee.output! : t.pointee.scratch!
    let step = whole ? lanes : 0
    var c = 0
    while c < channels {
        let bias = load(biases)
        if whole { winogradReach(p, 6, rowStep, pixelStep) }
        var j = 0
        while j < 8 {
            let x = transformOutput6(column(m + j &* plane, 8 &* plane))
            let half = scratch + j &* lanes
            store(x.0, half)
            store(x.1, half + 8 &* lanes)
            store(x.2, half + 16 &* lanes)
            store(x.3, half + 24 &* lanes)
            store(x.4, half + 32 &* lanes)
            store(x.5, half + 40 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < 6 {
            finishRow6(column(UnsafePointer(scratch + i &* 8 &* lanes), lanes), bias, clear, p + i &* rowStep, pixelStep)
            i &+= 1
        }
        if !whole { winogradClip(t, 6, c) }
        m += lanes
        biases += lanes
        p += step
        c &+= lanes
    }
}
