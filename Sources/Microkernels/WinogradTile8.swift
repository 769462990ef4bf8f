// Winograd transforms of tiles of 8x8: F(6x6,3x3) and F(4x4,5x5), with the points 0, ±1/2, ±1, ±2 and ∞.
//
// Of all points in steps of 1/8 these have the smallest amplification of errors for both. Every coefficient is exact in fp32.

import CMicrokernels

/// One dimension of the input transform: Bᵀx, stored `step` apart.
@inline(__always)
private func transformInput(
    _ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector, _ x4: Vector, _ x5: Vector, _ x6: Vector, _ x7: Vector,
    _ p: UnsafeMutablePointer<Float>, _ step: Int
) {
    store(multiplyAdd(Vector(repeating: 5.25), x2 - x4, x6 - x0), p)
    let evenHalf = multiplyAdd(Vector(repeating: 4), x2, multiplyAdd(Vector(repeating: -5), x4, x6))
    let oddHalf = multiplyAdd(Vector(repeating: 4), x1, multiplyAdd(Vector(repeating: -5), x3, x5))
    store(multiplyAdd(Vector(repeating: 0.5), oddHalf, evenHalf), p + step)
    store(multiplyAdd(Vector(repeating: -0.5), oddHalf, evenHalf), p + 2 &* step)
    let evenOne = multiplyAdd(Vector(repeating: -4.25), x4, x2 + x6)
    let oddOne = multiplyAdd(Vector(repeating: -4.25), x3, x1 + x5)
    store(evenOne + oddOne, p + 3 &* step)
    store(evenOne - oddOne, p + 4 &* step)
    let evenTwo = multiplyAdd(Vector(repeating: 0.25), x2, multiplyAdd(Vector(repeating: -1.25), x4, x6))
    let oddTwo = multiplyAdd(Vector(repeating: 0.25), x1, multiplyAdd(Vector(repeating: -1.25), x3, x5))
    store(multiplyAdd(Vector(repeating: 2), oddTwo, evenTwo), p + 5 &* step)
    store(multiplyAdd(Vector(repeating: -2), oddTwo, evenTwo), p + 6 &* step)
    store(multiplyAdd(Vector(repeating: 5.25), x3 - x5, x7 - x1), p + 7 &* step)
}

/// The input transform of one 8x8 tile; see `zd_winograd_input`.
///
/// Numerics: three roundings in a chain in each dimension at most, six on the baseline: |error| ≤ 12·ε·(|Bᵀ|·|d|·|B|), ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradInput8(_ t: UnsafePointer<zd_winograd_input>) {
    let rowStep = t.pointee.row_step
    let pixelStep = t.pointee.pixel_step
    let plane = t.pointee.plane_step
    let (rows, columns) = (t.pointee.rows, t.pointee.columns)
    let whole = rows >= 8 && columns >= 8
    let scratch = t.pointee.scratch!
    let channels = t.pointee.channels
    let zero = Vector(repeating: 0)
    var input = t.pointee.input!
    var output = t.pointee.output!
    var c = 0
    while c < channels {
        var j = 0
        if whole {
            while j < 8 {
                let p = input + j &* pixelStep
                transformInput(
                    load(p), load(p + rowStep), load(p + 2 &* rowStep), load(p + 3 &* rowStep), load(p + 4 &* rowStep), load(p + 5 &* rowStep),
                    load(p + 6 &* rowStep), load(p + 7 &* rowStep), scratch + j &* lanes, 8 &* lanes)
                j &+= 1
            }
        } else {
            while j < 8 {
                let p = input + j &* pixelStep
                let known = j < columns ? rows : 0
                transformInput(
                    known > 0 ? load(p) : zero, known > 1 ? load(p + rowStep) : zero, known > 2 ? load(p + 2 &* rowStep) : zero,
                    known > 3 ? load(p + 3 &* rowStep) : zero, known > 4 ? load(p + 4 &* rowStep) : zero,
                    known > 5 ? load(p + 5 &* rowStep) : zero, known > 6 ? load(p + 6 &* rowStep) : zero,
                    known > 7 ? load(p + 7 &* rowStep) : zero, scratch + j &* lanes, 8 &* lanes)
                j &+= 1
            }
        }
        var i = 0
        while i < 8 {
            let p = UnsafePointer(scratch + i &* 8 &* lanes)
            transformInput(
                load(p), load(p + lanes), load(p + 2 &* lanes), load(p + 3 &* lanes), load(p + 4 &* lanes), load(p + 5 &* lanes),
                load(p + 6 &* lanes), load(p + 7 &* lanes), output + i &* 8 &* plane, plane)
            i &+= 1
        }
        input += lanes
        output += lanes
        c &+= lanes
    }
}

/// One dimension of the output transform: Aᵀx for four outputs, stored `step` apart.
@inline(__always)
private func transformOutput4(
    _ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector, _ x4: Vector, _ x5: Vector, _ x6: Vector, _ x7: Vector,
    _ p: UnsafeMutablePointer<Float>, _ step: Int
) {
    let (evenHalf, oddHalf, evenOne, oddOne, evenTwo, oddTwo) = (x1 + x2, x1 - x2, x3 + x4, x3 - x4, x5 + x6, x5 - x6)
    store((x0 + evenHalf) + (evenOne + evenTwo), p)
    store(multiplyAdd(Vector(repeating: 2), oddTwo, multiplyAdd(Vector(repeating: 0.5), oddHalf, oddOne)), p + step)
    store(multiplyAdd(Vector(repeating: 4), evenTwo, multiplyAdd(Vector(repeating: 0.25), evenHalf, evenOne)), p + 2 &* step)
    store(multiplyAdd(Vector(repeating: 8), oddTwo, multiplyAdd(Vector(repeating: 0.125), oddHalf, oddOne + x7)), p + 3 &* step)
}

/// One dimension of the output transform: Aᵀx for six outputs, stored `step` apart.
@inline(__always)
private func transformOutput6(
    _ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector, _ x4: Vector, _ x5: Vector, _ x6: Vector, _ x7: Vector,
    _ p: UnsafeMutablePointer<Float>, _ step: Int
) {
    let (evenHalf, oddHalf, evenOne, oddOne, evenTwo, oddTwo) = (x1 + x2, x1 - x2, x3 + x4, x3 - x4, x5 + x6, x5 - x6)
    store((x0 + evenHalf) + (evenOne + evenTwo), p)
    store(multiplyAdd(Vector(repeating: 2), oddTwo, multiplyAdd(Vector(repeating: 0.5), oddHalf, oddOne)), p + step)
    store(multiplyAdd(Vector(repeating: 4), evenTwo, multiplyAdd(Vector(repeating: 0.25), evenHalf, evenOne)), p + 2 &* step)
    store(multiplyAdd(Vector(repeating: 8), oddTwo, multiplyAdd(Vector(repeating: 0.125), oddHalf, oddOne)), p + 3 &* step)
    store(multiplyAdd(Vector(repeating: 16), evenTwo, multiplyAdd(Vector(repeating: 0.0625), evenHalf, evenOne)), p + 4 &* step)
    store(multiplyAdd(Vector(repeating: 32), oddTwo, multiplyAdd(Vector(repeating: 0.03125), oddHalf, oddOne + x7)), p + 5 &* step)
}

/// The output transform of one 8x8 tile to 4x4 pixels, F(4x4,5x5); see `zd_winograd_output`.
@inline(never) @Sendable
public func winogradOutput8to4(_ t: UnsafePointer<zd_winograd_output>) {
    let scratch = t.pointee.scratch!
    let plane = t.pointee.plane_step
    var c = 0
    while c < t.pointee.channels {
        let m = t.pointee.input + c
        var j = 0
        while j < 8 {
            let p = m + j &* plane
            transformOutput4(
                load(p), load(p + 8 &* plane), load(p + 16 &* plane), load(p + 24 &* plane), load(p + 32 &* plane), load(p + 40 &* plane),
                load(p + 48 &* plane), load(p + 56 &* plane), scratch + j &* lanes, 8 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < t.pointee.rows {
            let p = UnsafePointer(scratch + i &* 8 &* lanes)
            let line = scratch + 64 &* lanes
            transformOutput4(
                load(p), load(p + lanes), load(p + 2 &* lanes), load(p + 3 &* lanes), load(p + 4 &* lanes), load(p + 5 &* lanes),
                load(p + 6 &* lanes), load(p + 7 &* lanes), line, lanes)
            winogradEpilogue(t, i, c, UnsafePointer(line))
            i &+= 1
        }
        c &+= lanes
    }
}

/// The output transform of one 8x8 tile to 6x6 pixels, F(6x6,3x3); see `zd_winograd_output`.
@inline(never) @Sendable
public func winogradOutput8to6(_ t: UnsafePointer<zd_winograd_output>) {
    let scratch = t.pointee.scratch!
    let plane = t.pointee.plane_step
    var c = 0
    while c < t.pointee.channels {
        let m = t.pointee.input + c
        var j = 0
        while j < 8 {
            let p = m + j &* plane
            transformOutput6(
                load(p), load(p + 8 &* plane), load(p + 16 &* plane), load(p + 24 &* plane), load(p + 32 &* plane), load(p + 40 &* plane),
                load(p + 48 &* plane), load(p + 56 &* plane), scratch + j &* lanes, 8 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < t.pointee.rows {
            let p = UnsafePointer(scratch + i &* 8 &* lanes)
            let line = scratch + 64 &* lanes
            transformOutput6(
                load(p), load(p + lanes), load(p + 2 &* lanes), load(p + 3 &* lanes), load(p + 4 &* lanes), load(p + 5 &* lanes),
                load(p + 6 &* lanes), load(p + 7 &* lanes), line, lanes)
            winogradEpilogue(t, i, c, UnsafePointer(line))
            i &+= 1
        }
        c &+= lanes
    }
}
