import Support
import TensorCore

// Statistics of maps, scaling by them, and weights that are a stretch of drawn numbers.
extension Ladder {
    private static let mapShapes = [(1, 1, 1, 1), (1, 16, 2, 2), (2, 3, 5, 7), (1, 17, 40, 30), (3, 130, 4, 4), (1, 300, 1, 9), (1, 20, 2, 1100)]
    /// Offset in units of the values' spread, and that spread.
    private static let scales: [(offset: Float, spread: Float)] = [(0, 1), (1e4, 1), (-3, 1e-20), (0, 1e18)]

    /// Mean and population variance by the definition.
    private static func twoPass(_ values: [Double]) -> (mean: Double, variance: Double) {
        let count = Double(values.count)
        var sum = 0.0
        for value in values { sum += value }
        let mean = sum / count
        var squares = 0.0
        for value in values { squares += (value - mean) * (value - mean) }
        return (mean, squares / count)
    }

    private static func isNear(_ own: (mean: Double, variance: Double), _ expected: (mean: Double, variance: Double)) -> Bool {
        let magnitude = abs(expected.mean) + expected.variance.squareRoot()
        return abs(own.mean - expected.mean) <= 1e-13 * magnitude && abs(own.variance - expected.variance) <= 1e-10 * expected.variance
    }

    /// Channels and whole maps, also far from zero, and the same bits for any number of members.
    static let moments = Ladder("moments", cases: mapShapes.count * scales.count + 2) { kernels, tally in
        for (batch, channels, height, width) in mapShapes {
            for (index, scale) in scales.enumerated() {
                var random = SplitMix64(seed: UInt64(channels * 100 + height))
                var map = Map(batch: batch, channels: channels, height: height, width: width, random: &random)
                for i in map.values.indices { map.values[i] = (scale.offset + map.values[i]) * scale.spread }
                let input = GuardedMap(map, halo: 1)
                let op = MomentsOperator(input.view, kernels: kernels)
                op.run(.whole)
                let name = "moments \(batch)x\(channels)x\(height)x\(width), scale \(index), \(kernels.isa.rawValue)"
                var all: [Double] = []
                for c in 0..<channels {
                    var values: [Double] = []
                    for n in 0..<batch {
                        for y in 0..<height {
                            for x in 0..<width { values.append(Double(map.at(n, c, y, x))) }
                        }
                    }
                    tally.expect(isNear(op.channel(c), twoPass(values)), "\(name): channel \(c)")
                    all += values
                }
                let whole = op.whole()
                tally.expect(isNear(whole, twoPass(all)), "\(name): the whole")
                for members in [2, 3, 16] {
                    let divided = MomentsOperator(input.view, kernels: kernels)
                    for member in 0..<members { divided.run(Share(member: member, of: members)) }
                    tally.expect(divided.whole() == whole && divided.channel(channels - 1) == op.channel(channels - 1), "\(name): \(members) members")
                }
                tally.expect(input.isIntact, "\(name) wrote outside")
                tally.count()
            }
        }
        let layout = TensorLayout(batch: 1, channels: 5, height: 3, width: 3)
        let memory = FloatBuffer(count: layout.elementCount)
        let view = TensorView(layout, memory.base)
        let op = MomentsOperator(view, kernels: kernels)
        view.write(nchw: [Float](repeating: 0.1, count: 45))
        op.run(.whole)
        tally.expect(op.whole().variance == 0 && op.channel(4).variance == 0 && op.whole().mean == Double(Float(0.1)), "a constant map has no variance")
        tally.count()
        var values = [Float](repeating: 1, count: 45)
        values[7] = .infinity
        view.write(nchw: values)
        op.run(.whole)
        tally.expect(!op.whole().variance.isFinite && view.nchw[7] == .infinity && view.nchw[8] == 1, "an infinity shows")
        tally.count()
        // The view does not own it.
        withExtendedLifetime(memory) {}
    }

    private static let scaledChannels = [3, 16, 40]

    /// Scaling in place, with a residual or a shift and a ReLU.
    static let affine = Ladder("affine", cases: 4 * scaledChannels.count) { kernels, tally in
        for channels in scaledChannels {
            var random = SplitMix64(seed: UInt64(channels))
            let map = Map(batch: 2, channels: channels, height: 3, width: 5, random: &random)
            let other = Map(batch: 2, channels: channels, height: 3, width: 5, random: &random)
            let (scale, shift) = (random.floats(48), random.floats(48))
            for hasResidual in [false, true] {
                for rectified in [false, true] {
                    let (values, residual) = (GuardedMap(map, halo: 1), GuardedMap(other, halo: 0))
                    let op = AffineOperator(values.view, residual: hasResidual ? residual.view : nil, rectified: rectified, kernels: kernels)
                    for member in 0..<2 {
                        let share = Share(member: member, of: 2)
                        if hasResidual { op.run(share, scale: scale) } else { op.run(share, scale: scale, shift: shift) }
                    }
                    let name = "affine of \(channels) channels\(hasResidual ? " residual" : "")\(rectified ? " relu" : ""), \(kernels.isa.rawValue)"
                    forEachValue(values.view.layout) { n, c, y, x in
                        let product = Double(map.at(n, c, y, x)) * Double(scale[c])
                        let added = Double(hasResidual ? other.at(n, c, y, x) : shift[c])
                        let expected = rectified ? max(product + added, 0) : product + added
                        let error = abs(Double(values.view.pixel(n, y, x)[c]) - expected)
                        tally.expect(error <= 2 * epsilon * (abs(product) + abs(added)), "\(name): [\(n),\(c),\(y),\(x)]")
                    }
                    tally.expect(values.isIntact && residual.isIntact && values.view.pixel(0, -1, -1)[0] == 0, "\(name) wrote outside")
                    tally.count()
                }
            }
        }
    }

    private static let sliced = [(5, 16, 1), (3, 40, 3), (20, 33, 3), (16, 7, 5), (40, 64, 1), (17, 100, 1), (33, 48, 3), (1, 1, 1)]

    /// A stretch of drawn numbers computes what the same numbers packed compute.
    static let weightSlice = Ladder("weights that are a slice", cases: sliced.count) { kernels, tally in
        for (inputs, outputs, kernel) in sliced {
            let shape = ConvolutionShape(inChannels: inputs, outChannels: outputs, kernelSize: kernel, padding: kernel / 2)
            var random = SplitMix64(seed: UInt64(inputs))
            let map = Map(batch: 1, channels: inputs, height: 6, width: 5, random: &random)
            let input = GuardedMap(map, halo: kernel / 2)
            let start = 48
            let pool = FloatBuffer(count: start + PackedWeights.sliceCount(shape) + 5)
            let drawn = random.floats(pool.count)
            for i in drawn.indices { pool.base[i] = drawn[i] }
            let zeros = FloatBuffer(count: TensorLayout.padded(outputs))
            let slice = PackedWeights(shape, slice: pool, start: start, bias: zeros, tiles: kernels.tiles)
            // The same numbers as OIHW: panels [tap][input][lane] read back.
            var weights = [Float](repeating: 0, count: shape.weightCount)
            for panel in slice.panels {
                let width = panel.vectors * kernels.isa.lanes
                for lane in 0..<max(min(width, outputs - panel.firstChannel), 0) {
                    for i in 0..<inputs {
                        for tap in 0..<(kernel * kernel) {
                            weights[((panel.firstChannel + lane) * inputs + i) * kernel * kernel + tap] = drawn[panel.offset + (tap * inputs + i) * width + lane]
                        }
                    }
                }
            }
            let packed = PackedWeights(shape, weights: weights, bias: zeros.base, tiles: kernels.tiles)
            let layout = TensorLayout(batch: 1, channels: outputs, height: 6, width: 5)
            let (a, b) = (GuardedMap(layout), GuardedMap(layout))
            ConvolutionOperator(shape, weights: slice, input: input.view, output: a.view, rectified: false, kernels: kernels).run(.whole)
            ConvolutionOperator(shape, weights: packed, input: input.view, output: b.view, rectified: false, kernels: kernels).run(.whole)
            let name = "slice of \(inputs) to \(outputs) channels, \(kernel)x\(kernel), \(kernels.isa.rawValue)"
            tally.expect(a.view.nchw == b.view.nchw, name)
            tally.expect(a.isIntact && b.isIntact && input.isIntact, "\(name) wrote outside")
            tally.count()
        }
    }
}
