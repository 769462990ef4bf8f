// Winograd transforms of tiles of 6x6: F(4x4,3x3) and F(2x2,5x5), with the points 0, ±a, ±b and ∞.
//
// a = 5/8 and b = 13/8 instead of the usual 1 and 2: a·b is near 1, so no power of a point is large, which halves the error of F(4x4,3x3) and
// of F(2x2,5x5); the cost is multiply-adds where ±1 would need additions. Squares and products of the points are exact in fp32.
//
// Only one or two rows of Bᵀd are in registers at a time: pixels are loaded more than once, and nothing is stored in between. A Zen 4 core
// loads a vector of 512 bits every cycle, but stores one every other cycle.

import CMicrokernels

private let a: Float = 0.625
private let b: Float = 1.625

/// One dimension of the input transform: Bᵀx, stored `step` apart.
@inline(__always)
private func transformInput(_ x: (Vector, Vector, Vector, Vector, Vector, Vector), _ p: UnsafeMutablePointer<Float>, _ step: Int) {
    let product = Vector(repeating: a * a * b * b)
    let sum = Vector(repeating: -(a * a + b * b))
    let (minusA, minusB) = (Vector(repeating: -a * a), Vector(repeating: -b * b))
    store(multiplyAdd(product, x.0, multiplyAdd(sum, x.2, x.4)), p)
    let evenA = multiplyAdd(minusB, x.2, x.4)
    let oddA = multiplyAdd(minusB, x.1, x.3)
    store(multiplyAdd(Vector(repeating: a), oddA, evenA), p + step)
    store(multiplyAdd(Vector(repeating: -a), oddA, evenA), p + 2 &* step)
    let evenB = multiplyAdd(minusA, x.2, x.4)
    let oddB = multiplyAdd(minusA, x.1, x.3)
    store(multiplyAdd(Vector(repeating: b), oddB, evenB), p + 3 &* step)
    store(multiplyAdd(Vector(repeating: -b), oddB, evenB), p + 4 &* step)
    store(multiplyAdd(product, x.1, multiplyAdd(sum, x.3, x.5)), p + 5 &* step)
}

/// The first or the last row of Bᵀd in one column: from three pixels two rows apart.
@inline(__always)
private func outer(_ p: UnsafePointer<Float>, _ rowStep: Int) -> Vector {
    let inner = multiplyAdd(Vector(repeating: -(a * a + b * b)), load(p + 2 &* rowStep), load(p + 4 &* rowStep))
    return multiplyAdd(Vector(repeating: a * a * b * b), load(p), inner)
}

/// The rows of Bᵀd of the points ±`point` in one column; `other` is the other point.
@inline(__always)
private func pair(_ p: UnsafePointer<Float>, _ rowStep: Int, _ point: Float, _ other: Float) -> (Vector, Vector) {
    let square = Vector(repeating: -other * other)
    let even = multiplyAdd(square, load(p + 2 &* rowStep), load(p + 4 &* rowStep))
    let odd = multiplyAdd(square, load(p + rowStep), load(p + 3 &* rowStep))
    return (multiplyAdd(Vector(repeating: point), odd, even), multiplyAdd(Vector(repeating: -point), odd, even))
}

/// The input transform of one 6x6 tile; see `zd_winograd_input`.
///
/// Numerics: two multiply-adds in a chain in each dimension: |error| ≤ 8·ε·(|Bᵀ|·|d|·|B|) with two roundings each, ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradInput6(_ t: UnsafePointer<zd_winograd_input>) {
    let whole = t.pointee.rows >= 6 && t.pointee.columns >= 6
    let rowStep = whole ? t.pointee.row_step : 6 &* lanes
    let pixelStep = whole ? t.pointee.pixel_step : lanes
    let plane = t.pointee.plane_step
    let channels = t.pointee.channels
    var d = whole ? t.pointee.input! : UnsafePointer(t.pointee.scratch!)
    let step = whole ? lanes : 0
    var target = t.pointee.output!
    var c = 0
    while c < channels {
        if !whole { winogradGather(t, 6, c) }
        var output = target
        let (d1, d2, d3) = (d + pixelStep, d + 2 &* pixelStep, d + 3 &* pixelStep)
        let (d4, d5) = (d + 4 &* pixelStep, d + 5 &* pixelStep)
        transformInput(
            (outer(d, rowStep), outer(d1, rowStep), outer(d2, rowStep), outer(d3, rowStep), outer(d4, rowStep), outer(d5, rowStep)), output, plane)
        output += 6 &* plane
        let a0 = pair(d, rowStep, a, b), a1 = pair(d1, rowStep, a, b), a2 = pair(d2, rowStep, a, b)
        let a3 = pair(d3, rowStep, a, b), a4 = pair(d4, rowStep, a, b), a5 = pair(d5, rowStep, a, b)
        transformInput((a0.0, a1.0, a2.0, a3.0, a4.0, a5.0), output, plane)
        output += 6 &* plane
        transformInput((a0.1, a1.1, a2.1, a3.1, a4.1, a5.1), output, plane)
        output += 6 &* plane
        let b0 = pair(d, rowStep, b, a), b1 = pair(d1, rowStep, b, a), b2 = pair(d2, rowStep, b, a)
        let b3 = pair(d3, rowStep, b, a), b4 = pair(d4, rowStep, b, a), b5 = pair(d5, rowStep, b, a)
        transformInput((b0.0, b1.0, b2.0, b3.0, b4.0, b5.0), output, plane)
        output += 6 &* plane
        transformInput((b0.1, b1.1, b2.1, b3.1, b4.1, b5.1), output, plane)
        output += 6 &* plane
        transformInput(
            (
                outer(d + rowStep, rowStep), outer(d1 + rowStep, rowStep), outer(d2 + rowStep, rowStep), outer(d3 + rowStep, rowStep),
                outer(d4 + rowStep, rowStep), outer(d5 + rowStep, rowStep)
            ), output, plane)
        d += step
        target += lanes
        c &+= lanes
    }
}

/// One dimension of the output transform: Aᵀx for two outputs.
@inline(__always)
private func transformOutput2(_ x: (Vector, Vector, Vector, Vector, Vector, Vector)) -> (Vector, Vector) {
    (
        x.0 + ((x.1 + x.2) + (x.3 + x.4)),
        multiplyAdd(Vector(repeating: b), x.3 - x.4, multiplyAdd(Vector(repeating: a), x.1 - x.2, x.5))
    )
}

/// One dimension of the output transform: Aᵀx for four outputs.
@inline(__always)
private func transformOutput4(_ x: (Vector, Vector, Vector, Vector, Vector, Vector)) -> (Vector, Vector, Vector, Vector) {
    let (evenA, oddA, evenB, oddB) = (x.1 + x.2, x.1 - x.2, x.3 + x.4, x.3 - x.4)
    return (
        x.0 + (evenA + evenB),
        multiplyAdd(Vector(repeating: b), oddB, Vector(repeating: a) * oddA),
        multiplyAdd(Vector(repeating: b * b), evenB, Vector(repeating: a * a) * evenA),
        multiplyAdd(Vector(repeating: b * b * b), oddB, multiplyAdd(Vector(repeating: a * a * a), oddA, x.5))
    )
}

/// One row of 2 pixels: the output transform in the second dimension, and the epilogue.
@inline(__always)
private func finishRow2(
    _ x: (Vector, Vector, Vector, Vector, Vector, Vector), _ bias: Vector, _ clear: Mask, _ p: UnsafeMutablePointer<Float>, _ pixelStep: Int
) {
    let y = transformOutput2(x)
    winogradStore(y.0, bias, clear, p)
    winogradStore(y.1, bias, clear, p + pixelStep)
}

/// Six vectors `step` apart.
@inline(__always)
private func column(_ p: UnsafePointer<Float>, _ step: Int) -> (Vector, Vector, Vector, Vector, Vector, Vector) {
    (load(p), load(p + step), load(p + 2 &* step), load(p + 3 &* step), load(p + 4 &* step), load(p + 5 &* step))
}

/// The output transform of one 6x6 tile to 2x2 pixels, F(2x2,5x5); see `zd_winograd_output`.
///
/// Numerics: three multiply-adds in a chain in each dimension at most: |error| ≤ 10·ε·(|Aᵀ|·|M|·|A|) with two roundings each, ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradOutput6to2(_ t: UnsafePointer<zd_winograd_output>) {
    let whole = winogradIsWhole(t, 2)
    let (rowStep, pixelStep) = (whole ? t.pointee.row_step : 2 &* lanes, whole ? t.pointee.pixel_step : lanes)
    let clear = winogradClear(whole && t.pointee.rectified != 0)
    let plane = t.pointee.plane_step
    let channels = t.pointee.channels
    var m = t.pointee.input!
    var biases = t.pointee.bias!
    var p = whole ? t.pointee.output! : t.pointee.scratch!
    let step = whole ? lanes : 0
    var c = 0
    while c < channels {
        let bias = load(biases)
        if whole { winogradReach(p, 2, rowStep, pixelStep) }
        let x0 = transformOutput2(column(m, 6 &* plane)), x1 = transformOutput2(column(m + plane, 6 &* plane))
        let x2 = transformOutput2(column(m + 2 &* plane, 6 &* plane)), x3 = transformOutput2(column(m + 3 &* plane, 6 &* plane))
        let x4 = transformOutput2(column(m + 4 &* plane, 6 &* plane)), x5 = transformOutput2(column(m + 5 &* plane, 6 &* plane))
        finishRow2((x0.0, x1.0, x2.0, x3.0, x4.0, x5.0), bias, clear, p, pixelStep)
        finishRow2((x0.1, x1.1, x2.1, x3.1, x4.1, x5.1), bias, clear, p + rowStep, pixelStep)
        if !whole { winogradClip(t, 2, c) }
        m += lanes
        biases += lanes
        p += step
        c &+= lanes
    }
}

/// The output transform of one 6x6 tile to 4x4 pixels, F(4x4,3x3); see `zd_winograd_output`.
///
/// Numerics: as for ``winogradOutput6to2(_:)``.
@inline(never) @Sendable
public func winogradOutput6to4(_ t: UnsafePointer<zd_winograd_output>) {
    let whole = winogradIsWhole(t, 4)
    let (rowStep, pixelStep) = (whole ? t.pointee.row_step : 4 &* lanes, whole ? t.pointee.pixel_step : lanes)
    let clear = winogradClear(whole && t.pointee.rectified != 0)
    let plane = t.pointee.plane_step
    let channels = t.pointee.channels
    var m = t.pointee.input!
    var biases = t.pointee.bias!
    let scratch = t.pointee.scratch + 36 &* lanes
    var p = whole ? t.pointee.output! : t.pointee.scratch!
    let step = whole ? lanes : 0
    var c = 0
    while c < channels {
        let bias = load(biases)
        if whole { winogradReach(p, 4, rowStep, pixelStep) }
        var j = 0
        while j < 6 {
            let x = transformOutput4(column(m + j &* plane, 6 &* plane))
            let half = scratch + j &* lanes
            store(x.0, half)
            store(x.1, half + 6 &* lanes)
            store(x.2, half + 12 &* lanes)
            store(x.3, half + 18 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < 4 {
            finishRow4(column(UnsafePointer(scratch + i &* 6 &* lanes), lanes), bias, clear, p + i &* rowStep, pixelStep)
            i &+= 1
        }
        if !whole { winogradClip(t, 4, c) }
        m += lanes
        biases += lanes
        p += step
        c &+= lanes
    }
}

/// One row of 4 pixels: the output transform in the second dimension, and the epilogue.
@inline(__always)
private func finishRow4(
    _ x: (Vector, Vector, Vector, Vector, Vector, Vector), _ bias: Vector, _ clear: Mask, _ p: UnsafeMutablePointer<Float>, _ pixelStep: Int
) {
    let y = transformOutput4(x)
    winogradStore(y.0, bias, clear, p)
    winogradStore(y.1, bias, clear, p + pixelStep)
    winogradStore(y.2, bias, clear, p + 2 &* pixelStep)
    winogradStore(y.3, bias, clear, p + 3 &* pixelStep)
}
