import Support
import TensorCore
import Testing

@Suite("Statistics of maps against two passes in double precision")
struct MomentsTests {
    /// Mean and population variance of some values, by the definition.
    private func twoPass(_ values: [Double]) -> (mean: Double, variance: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
    }

    private func values(_ map: Map, channel: Int) -> [Double] {
        (0..<map.batch).flatMap { n in (0..<map.height).flatMap { y in (0..<map.width).map { x in Double(map.at(n, channel, y, x)) } } }
    }

    @Test("Channels and whole maps, also far from zero", arguments: InstructionSet.available)
    func oracle(isa: InstructionSet) {
        var executed = 0
        for (batch, channels, height, width) in [(1, 1, 1, 1), (1, 16, 2, 2), (2, 3, 5, 7), (1, 17, 40, 30), (3, 130, 4, 4), (1, 300, 1, 9), (1, 20, 2, 1100)] {
            for (offset, scale) in [(Float(0), Float(1)), (1e4, 1), (-3, 1e-20), (0, 1e18)] {
                var random = SplitMix64(seed: UInt64(channels * 100 + height))
                var map = Map(batch: batch, channels: channels, height: height, width: width, random: &random)
                map.values = map.values.map { offset * scale + $0 * scale }
                let layout = map.layout(halo: 1)
                let memory = GuardedFloats(count: layout.elementCount, fill: 0)
                let view = TensorView(layout, memory.base)
                map.write(to: view, count: layout.elementCount)
                let op = MomentsOperator(view, kernels: .of(isa))
                op.run(.whole)
                var all: [Double] = []
                for c in 0..<channels {
                    let expected = twoPass(values(map, channel: c))
                    let own = op.channel(c)
                    let magnitude = abs(expected.mean) + expected.variance.squareRoot()
                    #expect(abs(own.mean - expected.mean) <= 1e-13 * magnitude, "\(isa) channel \(c) of \(channels)")
                    #expect(isClose(own.variance, expected.variance, relative: 1e-10), "\(isa) channel \(c): \(own.variance), not \(expected.variance)")
                    all += values(map, channel: c)
                }
                let (expected, own) = (twoPass(all), op.whole())
                #expect(
                    isClose(own.variance, expected.variance, relative: 1e-10),
                    "\(isa) \(channels)x\(height)x\(width): \(own.variance), not \(expected.variance)")
                #expect(memory.isIntact)
                executed += 1
            }
        }
        #expect(executed == 7 * 4)
    }

    @Test("Bitwise the same for any number of members", arguments: InstructionSet.available)
    func members(isa: InstructionSet) {
        var random = SplitMix64(seed: 5)
        let map = Map(batch: 2, channels: 270, height: 70, width: 33, random: &random)
        let layout = map.layout(halo: 0)
        let memory = FloatBuffer(count: layout.elementCount)
        let view = TensorView(layout, memory.base)
        map.write(to: view, count: layout.elementCount)
        func results(_ members: Int) -> [Double] {
            let op = MomentsOperator(view, kernels: .of(isa))
            for member in 0..<members { op.run(Share(member: member, of: members)) }
            return [op.whole().mean, op.whole().variance] + (0..<270).flatMap { [op.channel($0).mean, op.channel($0).variance] }
        }
        let alone = results(1)
        for members in [2, 3, 5, 16, 64] { #expect(results(members) == alone) }
    }

    @Test("A constant map has no variance, and values beyond fp32 show", arguments: InstructionSet.available)
    func edges(isa: InstructionSet) {
        let layout = TensorLayout(batch: 1, channels: 5, height: 3, width: 3)
        let memory = FloatBuffer(count: layout.elementCount)
        let view = TensorView(layout, memory.base)
        let op = MomentsOperator(view, kernels: .of(isa))
        view.write(nchw: [Float](repeating: 0.1, count: 45))
        op.run(.whole)
        #expect(op.whole().variance == 0 && op.channel(4).variance == 0 && op.whole().mean == Double(Float(0.1)))
        view.write(nchw: (0..<45).map { $0 == 7 ? .infinity : 1 })
        op.run(.whole)
        #expect(!op.whole().variance.isFinite)
        #expect(view.nchw[7] == .infinity && view.nchw[8] == 1)
    }

    @Test("Scaling in place, with a residual or a shift and a ReLU", arguments: InstructionSet.available)
    func affine(isa: InstructionSet) {
        for channels in [3, 16, 40] {
            var random = SplitMix64(seed: UInt64(channels))
            let (map, other) = (
                Map(batch: 2, channels: channels, height: 3, width: 5, random: &random), Map(batch: 2, channels: channels, height: 3, width: 5, random: &random)
            )
            let (scale, shift) = (random.floats(48), random.floats(48))
            for hasResidual in [false, true] {
                for rectified in [false, true] {
                    let (layout, plain) = (map.layout(halo: 1), other.layout(halo: 0))
                    let (memory, second) = (GuardedFloats(count: layout.elementCount, fill: 0), FloatBuffer(count: plain.elementCount))
                    let (view, residual) = (TensorView(layout, memory.base), TensorView(plain, second.base))
                    map.write(to: view, count: layout.elementCount)
                    other.write(to: residual, count: plain.elementCount)
                    let op = AffineOperator(view, residual: hasResidual ? residual : nil, rectified: rectified, kernels: .of(isa))
                    for member in 0..<2 { op.run(Share(member: member, of: 2), scale: scale, shift: hasResidual ? nil : shift) }
                    for n in 0..<2 {
                        for c in 0..<channels {
                            for y in 0..<3 {
                                for x in 0..<5 {
                                    let (a, s) = (Double(map.at(n, c, y, x)), Double(scale[c]))
                                    let b = Double(hasResidual ? other.at(n, c, y, x) : shift[c])
                                    let expected = rectified ? max(a * s + b, 0) : a * s + b
                                    #expect(abs(Double(view.pixel(n, y, x)[c]) - expected) <= 2 * epsilon * (abs(a * s) + abs(b)))
                                }
                            }
                        }
                    }
                    #expect(memory.isIntact && view.pixel(0, -1, -1)[0] == 0)
                }
            }
        }
    }
}

@Suite("Weights that are a slice of drawn numbers")
struct WeightSliceTests {
    @Test("A slice computes what the same numbers packed compute", arguments: InstructionSet.available)
    func slice(isa: InstructionSet) {
        var executed = 0
        for (inputs, outputs, kernel) in [(5, 16, 1), (3, 40, 3), (20, 33, 3), (16, 7, 5)] {
            let shape = ConvolutionShape(inChannels: inputs, outChannels: outputs, kernelSize: kernel, padding: kernel / 2)
            var random = SplitMix64(seed: UInt64(inputs))
            let map = Map(batch: 1, channels: inputs, height: 6, width: 5, random: &random)
            let layout = map.layout(halo: kernel / 2)
            let input = FloatBuffer(count: layout.elementCount)
            map.write(to: TensorView(layout, input.base), count: layout.elementCount)
            let start = 48
            let pool = FloatBuffer(count: start + PackedWeights.sliceCount(shape) + 5)
            for i in 0..<pool.count { pool.base[i] = random.floats(1)[0] }
            let zeros = FloatBuffer(count: TensorLayout.padded(outputs))
            let sliced = PackedWeights(shape, slice: pool, start: start, bias: zeros, lanes: isa.lanes)
            // The same numbers as OIHW: panel [tap][input][lane] read back.
            var weights = [Float](repeating: 0, count: shape.weightCount)
            for panel in sliced.panels {
                let width = panel.vectors * isa.lanes
                for lane in 0..<max(min(width, outputs - panel.firstChannel), 0) {
                    for i in 0..<inputs {
                        for tap in 0..<(kernel * kernel) {
                            weights[((panel.firstChannel + lane) * inputs + i) * kernel * kernel + tap] =
                                pool.base[panel.offset + (tap * inputs + i) * width + lane]
                        }
                    }
                }
            }
            let packed = PackedWeights(shape, weights: weights, bias: zeros.base, lanes: isa.lanes)
            let target = TensorLayout(batch: 1, channels: outputs, height: 6, width: 5)
            let results = [sliced, packed].map { source -> [Float] in
                let memory = FloatBuffer(count: target.elementCount)
                let out = TensorView(target, memory.base)
                ConvolutionOperator(
                    shape, weights: source, input: TensorView(layout, input.base), output: out, rectified: false, kernels: .of(isa)
                ).run(.whole)
                return out.nchw
            }
            #expect(results[0] == results[1])
            executed += 1
        }
        #expect(executed == 4)
    }
}
