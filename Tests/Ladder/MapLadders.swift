import Support
import TensorCore

/// A map in guarded memory.
struct GuardedMap {
    let view: TensorView
    private let memory: GuardedFloats

    /// A map to be written: NaN everywhere.
    init(_ layout: TensorLayout) {
        memory = GuardedFloats(count: layout.elementCount)
        view = TensorView(layout, memory.base)
    }

    /// A map to be read.
    init(_ map: Map, halo: Int) {
        self.init(map.layout(halo: halo))
        map.write(to: view, count: view.layout.elementCount)
    }

    var isIntact: Bool { memory.isIntact }
}

// Pooling and element-wise operators.
extension Ladder {
    private static let pooled = [(side: 8, channels: 16), (side: 7, channels: 5), (side: 1, channels: 3), (side: 9, channels: 40)]

    /// Maximum pooling ignores the border, also for negative values.
    static let maximumPooling = Ladder("maximum pooling", cases: pooled.count) { kernels, tally in
        for (side, channels) in pooled {
            var random = SplitMix64(seed: UInt64(side))
            var map = Map(batch: 2, channels: channels, height: side, width: side, random: &random)
            for i in map.values.indices { map.values[i] -= 2 }
            let input = GuardedMap(map, halo: 1)
            let shape = PoolingShape(.maximum, kernelSize: 3, stride: 2, padding: 1)
            let output = GuardedMap(TensorLayout(batch: 2, channels: channels, height: shape.outputSide(side), width: shape.outputSide(side)))
            PoolingOperator(shape, input: input.view, output: output.view, kernels: kernels).run(.whole)
            let name = "maximum pooling, \(channels) channels at \(side), \(kernels.isa.rawValue)"
            tally.expect(output.isIntact && input.isIntact, "\(name) wrote outside")
            forEachValue(output.view.layout) { n, c, y, x in
                var best = -Float.infinity
                for v in max(2 * y - 1, 0)..<min(2 * y + 2, side) {
                    for u in max(2 * x - 1, 0)..<min(2 * x + 2, side) { best = max(best, map.at(n, c, v, u)) }
                }
                tally.expect(output.view.pixel(n, y, x)[c] == best, "\(name): [\(n),\(c),\(y),\(x)]")
            }
            tally.count()
        }
    }

    private static let averaged = [2, 5, 8]

    /// Average pooling drops an odd last row and column.
    static let averagePooling = Ladder("average pooling", cases: averaged.count) { kernels, tally in
        for side in averaged {
            var random = SplitMix64(seed: UInt64(side))
            let map = Map(batch: 1, channels: 24, height: side, width: side, random: &random)
            let input = GuardedMap(map, halo: 2)
            let output = GuardedMap(TensorLayout(batch: 1, channels: 24, height: side / 2, width: side / 2))
            PoolingOperator(PoolingShape(.average, kernelSize: 2, stride: 2), input: input.view, output: output.view, kernels: kernels).run(.whole)
            let name = "average pooling at \(side), \(kernels.isa.rawValue)"
            tally.expect(output.isIntact && input.isIntact, "\(name) wrote outside")
            forEachValue(output.view.layout) { n, c, y, x in
                var (sum, magnitude) = (0.0, 0.0)
                for (v, u) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let value = Double(map.at(n, c, 2 * y + v, 2 * x + u))
                    sum += value
                    magnitude += abs(value)
                }
                tally.expect(abs(Double(output.view.pixel(n, y, x)[c]) - sum / 4) <= 5 * epsilon * magnitude / 4, "\(name): [\(n),\(c),\(y),\(x)]")
            }
            tally.count()
        }
    }

    private static let added = [(second: true, rectified: true), (second: true, rectified: false), (second: false, rectified: true)]

    /// Addition, and ReLU alone.
    static let addition = Ladder("addition", cases: added.count) { kernels, tally in
        var random = SplitMix64(seed: 5)
        let a = Map(batch: 2, channels: 24, height: 3, width: 5, random: &random)
        let b = Map(batch: 2, channels: 24, height: 3, width: 5, random: &random)
        for (second, rectified) in added {
            let (first, other) = (GuardedMap(a, halo: 0), GuardedMap(b, halo: 2))
            let output = GuardedMap(a.layout(halo: 1))
            let op = AddOperator(first.view, second ? other.view : nil, output: output.view, rectified: rectified, kernels: kernels)
            for member in 0..<2 { op.run(Share(member: member, of: 2)) }
            let name = "addition\(second ? " of two" : "")\(rectified ? " relu" : ""), \(kernels.isa.rawValue)"
            tally.expect(output.isIntact && first.isIntact && other.isIntact, "\(name) wrote outside")
            forEachValue(output.view.layout) { n, c, y, x in
                let sum = a.at(n, c, y, x) + (second ? b.at(n, c, y, x) : 0)
                tally.expect(output.view.pixel(n, y, x)[c] == (rectified ? max(sum, 0) : sum), "\(name): [\(n),\(c),\(y),\(x)]")
            }
            tally.count()
        }
    }

    /// Calls `body` with image, channel, row and column of every value.
    static func forEachValue(_ layout: TensorLayout, _ body: (_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Void) {
        for n in 0..<layout.batch {
            for c in 0..<layout.channels {
                for y in 0..<layout.height {
                    for x in 0..<layout.width { body(n, c, y, x) }
                }
            }
        }
    }
}
