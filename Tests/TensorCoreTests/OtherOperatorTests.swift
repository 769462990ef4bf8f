import Support
import TensorCore
import Testing

@Suite("Depthwise, pooling and element-wise operators against plain loops")
struct OtherOperatorTests {
    /// A view over fresh memory that holds the map.
    private func view(_ map: Map, halo: Int, _ keep: inout [FloatBuffer]) -> TensorView {
        let layout = map.layout(halo: halo)
        let memory = FloatBuffer(count: layout.elementCount)
        keep.append(memory)
        let view = TensorView(layout, memory.base)
        map.write(to: view, count: layout.elementCount)
        return view
    }

    private func output(_ layout: TensorLayout, _ memory: GuardedFloats) -> TensorView { TensorView(layout, memory.base) }

    @Test("Depthwise convolution", arguments: InstructionSet.available)
    func depthwise(isa: InstructionSet) {
        var executed = 0
        for channels in [2, 8, 16, 17, 40, 72] {
            for kernel in [3, 5, 7] {
                for stride in [1, 2] {
                    for width in [1, 2, 4, 5, 7, 8, 10, 13, 27] {
                        var random = SplitMix64(seed: UInt64(channels * 1000 + kernel * 100 + stride * 50 + width))
                        var keep: [FloatBuffer] = []
                        let s = ConvolutionShape(
                            inChannels: channels, outChannels: channels, kernelSize: kernel, stride: stride, padding: kernel / 2, groups: channels)
                        let input = Map(batch: 2, channels: channels, height: 6, width: width, random: &random)
                        let (weights, bias) = (random.floats(s.weightCount), random.floats(channels))
                        let layout = TensorLayout(batch: 2, channels: channels, height: s.outputSide(6), width: s.outputSide(width), halo: 1)
                        let memory = GuardedFloats(count: layout.elementCount)
                        let out = output(layout, memory)
                        let op = DepthwiseOperator(
                            s, weights: DepthwiseWeights(s, weights: weights, bias: bias), input: view(input, halo: kernel / 2, &keep), output: out, rectified: true,
                            kernels: .of(isa))
                        for member in 0..<2 { op.run(Share(member: member, of: 2)) }
                        #expect(memory.isIntact)
                        var worst = 0.0
                        for n in 0..<2 {
                            for c in 0..<channels {
                                for y in 0..<layout.height {
                                    for x in 0..<layout.width {
                                        let e = convolutionOracle(
                                            s, input, weights: weights, bias: bias, residual: nil, rectified: true, n: n, o: c, y: y, x: x)
                                        let bound = (2 * Double(kernel * kernel) + 2) * epsilon * e.magnitude
                                        worst = max(worst, abs(Double(out.pixel(n, y, x)[c]) - e.value) / bound)
                                    }
                                }
                            }
                        }
                        #expect(worst <= 1, "\(isa) depthwise \(kernel)x\(kernel)/\(stride) \(channels) channels, width \(width)")
                        #expect(out.pixel(0, -1, -1)[0] == 0 && out.pixel(1, layout.height, layout.width)[channels - 1] == 0)
                        executed += 1
                    }
                }
            }
        }
        #expect(executed == 6 * 3 * 2 * 9)
    }

    @Test("Maximum pooling ignores the border, also for negative values", arguments: InstructionSet.available)
    func maximum(isa: InstructionSet) {
        for (side, channels) in [(8, 16), (7, 5), (1, 3), (9, 40)] {
            var random = SplitMix64(seed: UInt64(side))
            var keep: [FloatBuffer] = []
            var input = Map(batch: 2, channels: channels, height: side, width: side, random: &random)
            input.values = input.values.map { $0 - 2 }
            let shape = PoolingShape(.maximum, kernelSize: 3, stride: 2, padding: 1)
            let layout = TensorLayout(batch: 2, channels: channels, height: shape.outputSide(side), width: shape.outputSide(side))
            let memory = GuardedFloats(count: layout.elementCount)
            let out = output(layout, memory)
            PoolingOperator(shape, input: view(input, halo: 1, &keep), output: out, kernels: .of(isa)).run(.whole)
            for n in 0..<2 {
                for c in 0..<channels {
                    for y in 0..<layout.height {
                        for x in 0..<layout.width {
                            var best = -Float.infinity
                            for v in max(2 * y - 1, 0)..<min(2 * y + 2, side) {
                                for u in max(2 * x - 1, 0)..<min(2 * x + 2, side) { best = max(best, input.at(n, c, v, u)) }
                            }
                            #expect(out.pixel(n, y, x)[c] == best)
                        }
                    }
                }
            }
            #expect(memory.isIntact)
        }
    }

    @Test("Average pooling drops an odd last row and column", arguments: InstructionSet.available)
    func average(isa: InstructionSet) {
        for side in [2, 5, 8] {
            var random = SplitMix64(seed: UInt64(side))
            var keep: [FloatBuffer] = []
            let input = Map(batch: 1, channels: 24, height: side, width: side, random: &random)
            let shape = PoolingShape(.average, kernelSize: 2, stride: 2)
            let layout = TensorLayout(batch: 1, channels: 24, height: side / 2, width: side / 2)
            let memory = GuardedFloats(count: layout.elementCount)
            let out = output(layout, memory)
            PoolingOperator(shape, input: view(input, halo: 2, &keep), output: out, kernels: .of(isa)).run(.whole)
            for c in 0..<24 {
                for y in 0..<layout.height {
                    for x in 0..<layout.width {
                        let four = [(0, 0), (0, 1), (1, 0), (1, 1)].map { Double(input.at(0, c, 2 * y + $0.0, 2 * x + $0.1)) }
                        let bound = 5 * epsilon * four.reduce(0) { $0 + abs($1) } / 4
                        #expect(abs(Double(out.pixel(0, y, x)[c]) - four.reduce(0, +) / 4) <= bound)
                    }
                }
            }
            #expect(memory.isIntact)
        }
    }

    @Test("Global average, gate and scale", arguments: InstructionSet.available)
    func squeeze(isa: InstructionSet) {
        var random = SplitMix64(seed: 3)
        var keep: [FloatBuffer] = []
        let (channels, side) = (40, 6)
        let input = Map(batch: 2, channels: channels, height: side, width: side, random: &random)
        let source = view(input, halo: 0, &keep)
        let vector = TensorLayout(batch: 2, channels: channels, height: 1, width: 1)
        let memory = GuardedFloats(count: vector.elementCount)
        let gates = output(vector, memory)
        let mean = GlobalAverageOperator(input: source, output: gates, kernels: .of(isa))
        for member in 0..<3 { mean.run(Share(member: member, of: 3)) }
        SigmoidOperator(gates).run(.whole)
        let scaled = GuardedFloats(count: source.layout.elementCount)
        let out = output(source.layout, scaled)
        ScaleOperator(input: source, gates: gates, output: out, rectified: true, kernels: .of(isa)).run(.whole)
        for n in 0..<2 {
            for c in 0..<channels {
                var sum = 0.0
                for y in 0..<side { for x in 0..<side { sum += Double(input.at(n, c, y, x)) } }
                let gate = Double(gates.pixel(n, 0, 0)[c])
                #expect(gate > 0 && gate < 1)
                let expected = 1 / (1 + exponential(-sum / Double(side * side)))
                #expect(abs(gate - expected) <= 64 * epsilon, "gate \(c)")
                for y in 0..<side {
                    for x in 0..<side {
                        let e = max(Double(input.at(n, c, y, x)) * gate, 0)
                        #expect(abs(Double(out.pixel(n, y, x)[c]) - e) <= 2 * epsilon * abs(e) + 1e-30)
                    }
                }
            }
        }
        #expect(memory.isIntact && scaled.isIntact)
    }

    /// eˣ by its series, for |x| ≤ 1.
    private func exponential(_ x: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for i in 1..<30 {
            term *= x / Double(i)
            sum += term
        }
        return sum
    }

    @Test("Addition and ReLU alone", arguments: InstructionSet.available)
    func add(isa: InstructionSet) {
        var random = SplitMix64(seed: 5)
        var keep: [FloatBuffer] = []
        let a = Map(batch: 2, channels: 24, height: 3, width: 5, random: &random)
        let b = Map(batch: 2, channels: 24, height: 3, width: 5, random: &random)
        for (second, rectified) in [(true, true), (true, false), (false, true)] {
            let layout = a.layout(halo: 1)
            let memory = GuardedFloats(count: layout.elementCount)
            let out = output(layout, memory)
            let op = AddOperator(view(a, halo: 0, &keep), second ? view(b, halo: 2, &keep) : nil, output: out, rectified: rectified, kernels: .of(isa))
            for member in 0..<2 { op.run(Share(member: member, of: 2)) }
            for n in 0..<2 {
                for c in 0..<24 {
                    for y in 0..<3 {
                        for x in 0..<5 {
                            let sum = a.at(n, c, y, x) + (second ? b.at(n, c, y, x) : 0)
                            #expect(out.pixel(n, y, x)[c] == (rectified ? max(sum, 0) : sum))
                        }
                    }
                }
            }
            #expect(memory.isIntact)
        }
    }

    @Test("Shares divide all units, each once, nearly equally")
    func shares() {
        for total in [0, 1, 2, 7, 64, 1000] {
            for count in 1...5 {
                let ranges = (0..<count).map { Share(member: $0, of: count).range(of: total) }
                #expect(ranges.flatMap(Array.init) == Array(0..<total))
                let sizes = ranges.map(\.count)
                #expect(sizes.max()! - sizes.min()! <= 1)
            }
        }
    }
}
