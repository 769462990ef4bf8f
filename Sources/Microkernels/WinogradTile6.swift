// Winograd transforms of tiles of 6x6: F(4x4,3x3) and F(2x2,5x5), with the points 0, ±a, ±b and ∞.
//
// a = 5/8 and b = 13/8 instead of the usual 1 and 2: a·b is near 1, so no power of a point is large, which halves the error of F(4x4,3x3) and
// of F(2x2,5x5); the cost is multiply-adds where ±1 would need additions. Squares and products of the points are exact in fp32.
// Intermediate values go through scratch memory in the first-level cache: 36 of them would not fit the registers.

import CMicrokernels

private let a: Float = 0.625
private let b: Float = 1.625

/// One dimension of the input transform: Bᵀx, stored `step` apart.
@inline(__always)
private func transformInput(
    _ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector, _ x4: Vector, _ x5: Vector, _ p: UnsafeMutablePointer<Float>, _ step: Int
) {
    let product = Vector(repeating: a * a * b * b)
    let sum = Vector(repeating: -(a * a + b * b))
    let (minusA, minusB) = (Vector(repeating: -a * a), Vector(repeating: -b * b))
    store(multiplyAdd(product, x0, multiplyAdd(sum, x2, x4)), p)
    let evenA = multiplyAdd(minusB, x2, x4)
    let oddA = multiplyAdd(minusB, x1, x3)
    store(multiplyAdd(Vector(repeating: a), oddA, evenA), p + step)
    store(multiplyAdd(Vector(repeating: -a), oddA, evenA), p + 2 &* step)
    let evenB = multiplyAdd(minusA, x2, x4)
    let oddB = multiplyAdd(minusA, x1, x3)
    store(multiplyAdd(Vector(repeating: b), oddB, evenB), p + 3 &* step)
    store(multiplyAdd(Vector(repeating: -b), oddB, evenB), p + 4 &* step)
    store(multiplyAdd(product, x1, multiplyAdd(sum, x3, x5)), p + 5 &* step)
}

/// The input transform of one 6x6 tile; see `zd_winograd_input`.
///
/// Numerics: four multiply-adds in a chain in each dimension at most: |error| ≤ 8·ε·(|Bᵀ|·|d|·|B|) with two roundings each, ε = 2⁻²⁴.
@inline(never) @Sendable
public func winogradInput6(_ t: UnsafePointer<zd_winograd_input>) {
    let rowStep = t.pointee.row_step
    let pixelStep = t.pointee.pixel_step
    let plane = t.pointee.plane_step
    let (rows, columns) = (t.pointee.rows, t.pointee.columns)
    let whole = rows >= 6 && columns >= 6
    let scratch = t.pointee.scratch!
    let channels = t.pointee.channels
    let zero = Vector(repeating: 0)
    var input = t.pointee.input!
    var output = t.pointee.output!
    var c = 0
    while c < channels {
        var j = 0
        if whole {
            while j < 6 {
                let p = input + j &* pixelStep
                transformInput(
                    load(p), load(p + rowStep), load(p + 2 &* rowStep), load(p + 3 &* rowStep), load(p + 4 &* rowStep), load(p + 5 &* rowStep),
                    scratch + j &* lanes, 6 &* lanes)
                j &+= 1
            }
        } else {
            while j < 6 {
                let p = input + j &* pixelStep
                let known = j < columns ? rows : 0
                transformInput(
                    known > 0 ? load(p) : zero, known > 1 ? load(p + rowStep) : zero, known > 2 ? load(p + 2 &* rowStep) : zero,
                    known > 3 ? load(p + 3 &* rowStep) : zero, known > 4 ? load(p + 4 &* rowStep) : zero,
                    known > 5 ? load(p + 5 &* rowStep) : zero, scratch + j &* lanes, 6 &* lanes)
                j &+= 1
            }
        }
        var i = 0
        while i < 6 {
            let p = UnsafePointer(scratch + i &* 6 &* lanes)
            transformInput(
                load(p), load(p + lanes), load(p + 2 &* lanes), load(p + 3 &* lanes), load(p + 4 &* lanes), load(p + 5 &* lanes),
                output + i &* 6 &* plane, plane)
            i &+= 1
        }
        input += lanes
        output += lanes
        c &+= lanes
    }
}

/// One dimension of the output transform: Aᵀx for two outputs, stored `step` apart.
@inline(__always)
private func transformOutput2(
    _ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector, _ x4: Vector, _ x5: Vector, _ p: UnsafeMutablePointer<Float>, _ step: Int
) {
    store(x0 + ((x1 + x2) + (x3 + x4)), p)
    store(multiplyAdd(Vector(repeating: b), x3 - x4, multiplyAdd(Vector(repeating: a), x1 - x2, x5)), p + step)
}

/// One dimension of the output transform: Aᵀx for four outputs, stored `step` apart.
@inline(__always)
private func transformOutput4(
    _ x0: Vector, _ x1: Vector, _ x2: Vector, _ x3: Vector, _ x4: Vector, _ x5: Vector, _ p: UnsafeMutablePointer<Float>, _ step: Int
) {
    let (evenA, oddA, evenB, oddB) = (x1 + x2, x1 - x2, x3 + x4, x3 - x4)
    store(x0 + (evenA + evenB), p)
    store(multiplyAdd(Vector(repeating: b), oddB, Vector(repeating: a) * oddA), p + step)
    store(multiplyAdd(Vector(repeating: b * b), evenB, Vector(repeating: a * a) * evenA), p + 2 &* step)
    store(multiplyAdd(Vector(repeating: b * b * b), oddB, multiplyAdd(Vector(repeating: a * a * a), oddA, x5)), p + 3 &* step)
}

/// The output transform of one 6x6 tile to 2x2 pixels, F(2x2,5x5); see `zd_winograd_output`.
@inline(never) @Sendable
public func winogradOutput6to2(_ t: UnsafePointer<zd_winograd_output>) {
    let scratch = t.pointee.scratch!
    let plane = t.pointee.plane_step
    var c = 0
    while c < t.pointee.channels {
        let m = t.pointee.input + c
        var j = 0
        while j < 6 {
            let p = m + j &* plane
            transformOutput2(
                load(p), load(p + 6 &* plane), load(p + 12 &* plane), load(p + 18 &* plane), load(p + 24 &* plane), load(p + 30 &* plane),
                scratch + j &* lanes, 6 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < t.pointee.rows {
            let p = UnsafePointer(scratch + i &* 6 &* lanes)
            let line = scratch + 36 &* lanes
            transformOutput2(
                load(p), load(p + lanes), load(p + 2 &* lanes), load(p + 3 &* lanes), load(p + 4 &* lanes), load(p + 5 &* lanes), line, lanes)
            winogradEpilogue(t, i, c, UnsafePointer(line))
            i &+= 1
        }
        c &+= lanes
    }
}

/// The output transform of one 6x6 tile to 4x4 pixels, F(4x4,3x3); see `zd_winograd_output`.
@inline(never) @Sendable
public func winogradOutput6to4(_ t: UnsafePointer<zd_winograd_output>) {
    let scratch = t.pointee.scratch!
    let plane = t.pointee.plane_step
    var c = 0
    while c < t.pointee.channels {
        let m = t.pointee.input + c
        var j = 0
        while j < 6 {
            let p = m + j &* plane
            transformOutput4(
                load(p), load(p + 6 &* plane), load(p + 12 &* plane), load(p + 18 &* plane), load(p + 24 &* plane), load(p + 30 &* plane),
                scratch + j &* lanes, 6 &* lanes)
            j &+= 1
        }
        var i = 0
        while i < t.pointee.rows {
            let p = UnsafePointer(scratch + i &* 6 &* lanes)
            let line = scratch + 36 &* lanes
            transformOutput4(
                load(p), load(p + lanes), load(p + 2 &* lanes), load(p + 3 &* lanes), load(p + 4 &* lanes), load(p + 5 &* lanes), line, lanes)
            winogradEpilogue(t, i, c, UnsafePointer(line))
            i &+= 1
        }
        c &+= lanes
    }
}
