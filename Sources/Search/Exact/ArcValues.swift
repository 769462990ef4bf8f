/// The best block of one position for each (input, output, depth): the maximum over bottleneck and kernel of a weighted table.
///
/// All bottlenecks are tried, four to a vector and four depths at a time: no convexity is needed, so a table serves as well as a polynomial.
struct ArcValues: Sendable {
    /// By output, input in range, depth − 1.
    var values: [Double]
    /// Where an output's values begin.
    let rows: [Int]
    let depths: Int

    @inline(__always)
    func place(_ axes: BlockAxes, input: Int, output: Int) -> Int { rows[output] + (input - axes.inputRanges[output].lowerBound) * depths }

    /// - Parameter memory: how many bottlenecks fit the memory; nil for all.
    init(_ table: WeightedTable, _ axes: BlockAxes, memory: MemoryRoom?, threads: Int) {
        depths = axes.depths
        var rows = [0]
        for range in axes.inputRanges { rows.append(rows.last! + range.count * axes.depths) }
        self.rows = rows
        values = Array(repeating: -.infinity, count: rows.last!)
        let starts = rows
        values.withUnsafeMutableBufferPointer { buffer in
            guard buffer.baseAddress != nil else { return }
            let shared = SharedBuffer(buffer)
            concurrently(axes.outputs.count, threads: threads) { output, _ in
                for group in axes.kernelGroups.indices {
                    best(table, axes, output, group, memory, shared.base + starts[output])
                }
            }
        }
    }
}

private typealias Lanes = SIMD4<Double>

/// Raises `values` to the best of one output and one group of kernel sizes.
private func best(
    _ table: WeightedTable, _ axes: BlockAxes, _ output: Int, _ group: Int, _ memory: MemoryRoom?, _ values: UnsafeMutablePointer<Double>
) {
    let range = axes.bottleneckRanges[output]
    let count = range.count
    let width = (count + 3) / 4 * 4
    let depths = axes.depths
    let bottlenecks = axes.bottlenecks.count
    let row = group * axes.admitted.count + axes.rows[output]
    // By depth and bottleneck: everything that the input does not change. Filled up with −infinity.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: (depths + 3) / 4 * 4 * width) { rest in
        rest.initialize(repeating: -.infinity)
        for depth in 0..<depths {
            let kernels = (group * depths + depth) * bottlenecks + range.lowerBound
            for place in 0..<count {
                rest[depth * width + place] = table.sum.last[row + place] + (Double(depth) * table.sum.more[row + place] + table.kernels[kernels + place])
            }
        }
        table.sum.first.withUnsafeBufferPointer { first in
            for (offset, input) in axes.inputRanges[output].enumerated() {
                let target = values + offset * depths
                let room = memory?.room(axes, input: input, output: output) ?? (count, count)
                if axes.equals[output] == input {
                    for depth in 0..<depths {
                        let kernels = (group * depths + depth) * bottlenecks + range.lowerBound
                        for place in 0..<(depth == 0 ? room.0 : room.1) {
                            let value = table.sum.square[row + place] + (Double(depth) * table.sum.more[row + place] + table.kernels[kernels + place])
                            target[depth] = max(target[depth], value)
                        }
                    }
                    continue
                }
                let across = table.sum.across[output * axes.inputs.count + input]
                let base = first.baseAddress! + (group * axes.inputs.count + input) * bottlenecks + range.lowerBound
                // Where memory sets no bound, whole vectors reach into the filling.
                let whole = room.1 == count ? width : room.1 / 4 * 4
                var depth = 0
                while depth < depths {
                    let found = bestOfFour(base, rest.baseAddress! + depth * width, width, whole)
                    for lane in 0..<min(4, depths - depth) { target[depth + lane] = max(target[depth + lane], found[lane] + across) }
                    depth += 4
                }
                for place in whole..<max(whole, room.0) {
                    for depth in 0..<(place < room.1 ? depths : 1) {
                        target[depth] = max(target[depth], base[place] + rest[depth * width + place] + across)
                    }
                }
            }
        }
    }
}

/// max over j < count of first[j] + rest[d][j], for four rows d.
@inline(__always)
private func bestOfFour(_ first: UnsafePointer<Double>, _ rest: UnsafePointer<Double>, _ width: Int, _ count: Int) -> SIMD4<Double> {
    var a = Lanes(repeating: -.infinity)
    var b = a
    var c = a
    var d = a
    var place = 0
    while place < count {
        let f = UnsafeRawPointer(first + place).loadUnaligned(as: Lanes.self)
        raise(&a, f + UnsafeRawPointer(rest + place).loadUnaligned(as: Lanes.self))
        raise(&b, f + UnsafeRawPointer(rest + width + place).loadUnaligned(as: Lanes.self))
        raise(&c, f + UnsafeRawPointer(rest + 2 * width + place).loadUnaligned(as: Lanes.self))
        raise(&d, f + UnsafeRawPointer(rest + 3 * width + place).loadUnaligned(as: Lanes.self))
        place += 4
    }
    return SIMD4(a.max(), b.max(), c.max(), d.max())
}

/// Written so that it compiles to one maximum instruction; `pointwiseMax` becomes a loop over lanes.
@inline(__always)
private func raise(_ best: inout Lanes, _ value: Lanes) { best = best.replacing(with: value, where: value .> best) }
