import Support
import TensorCore
import Testing

/// One rung of the ladder.
struct Case: CustomStringConvertible {
    var shape: ConvolutionShape
    var batch = 1
    var height: Int
    var width: Int
    var residual = false
    var rectified = false
    var packed = false
    /// The output has a halo of its own.
    var outputHalo = 0

    var description: String {
        let s = shape
        return
            "\(s.kernelSize)x\(s.kernelSize)/\(s.stride) pad \(s.padding) groups \(s.groups) \(s.inChannels)→\(s.outChannels) over \(batch)x\(height)x\(width)\(residual ? " +res" : "")\(rectified ? " relu" : "")\(packed ? " packed" : "") halo \(outputHalo)"
    }
}

/// Sizes around every tile edge: 1, tile − 1, tile, tile + 1, primes; channels that do not fill a vector; strides; both loop orders.
let ladder: [Case] = {
    var cases: [Case] = []
    func add(_ i: Int, _ o: Int, _ k: Int, _ s: Int, _ h: Int, _ w: Int, _ adjust: (inout Case) -> Void = { _ in }) {
        var c = Case(shape: ConvolutionShape(inChannels: i, outChannels: o, kernelSize: k, stride: s, padding: (k - 1) / 2), height: h, width: w)
        adjust(&c)
        cases.append(c)
    }
    for width in Array(1...17) + [23, 27, 28, 29, 31] { add(5, 16, 1, 1, 2, width) { $0.outputHalo = 1 } }
    for channels in [1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 64, 72, 80] { add(3, channels, 3, 1, 5, 7) { $0.rectified = true } }
    for channels in [1, 2, 3, 8, 13, 16, 19, 40] { add(channels, 24, 3, 1, 4, 9) { $0.residual = true } }
    for kernel in [1, 2, 3, 4, 5, 7] {
        for stride in [1, 2, 3] {
            add(8, 32, kernel, stride, 13, 11) { $0.residual = true; $0.rectified = true }
            add(3, 24, kernel, stride, 15, 16) { $0.packed = true; $0.rectified = true; $0.outputHalo = 2 }
            add(12, 16, kernel, stride, 9, 14) { $0.packed = true }
        }
    }
    for batch in [2, 3] { add(16, 48, 3, 1, 6, 5) { $0.batch = batch; $0.residual = true; $0.outputHalo = 1 } }
    add(16, 32, 1, 1, 7, 7) { $0.batch = 3; $0.residual = true; $0.rectified = true }
    add(6, 12, 3, 1, 7, 7) { $0.shape.groups = 3 }
    add(40, 40, 3, 2, 7, 7) { $0.shape.groups = 5; $0.rectified = true }
    add(512, 16, 1, 1, 3, 5)
    add(512, 16, 3, 1, 4, 4)
    return cases
}()

@Suite("Convolution against the double-precision oracle")
struct ConvolutionTests {
    /// Small caches force the order in which weights stream; large ones the other.
    static let caches = [CacheSizes(level1: 1 << 10, level2: 2 << 10), CacheSizes(level1: 32 << 10, level2: 8 << 20)]

    @Test("Every rung, for every instruction set, loop order and number of members", arguments: InstructionSet.available)
    func ladderMatches(isa: InstructionSet) {
        let kernels = KernelSet.of(isa)
        var executed = 0
        for (index, rung) in ladder.enumerated() {
            for cache in Self.caches {
                check(rung, seed: UInt64(index), kernels: kernels, cache: cache)
                executed += 1
            }
        }
        #expect(executed == ladder.count * Self.caches.count && executed > 200)
    }

    private func check(_ rung: Case, seed: UInt64, kernels: KernelSet, cache: CacheSizes) {
        let s = rung.shape
        var random = SplitMix64(seed: seed)
        let input = Map(batch: rung.batch, channels: s.inChannels, height: rung.height, width: rung.width, random: &random)
        let (h, w) = (s.outputSide(rung.height), s.outputSide(rung.width))
        let residual = rung.residual ? Map(batch: rung.batch, channels: s.outChannels, height: h, width: w, random: &random) : nil
        let weights = random.floats(s.weightCount)
        let bias = random.floats(s.outChannels)

        let inputLayout = input.layout(halo: s.padding, packed: rung.packed)
        let inputMemory = GuardedFloats(count: inputLayout.elementCount, misalignment: 3)
        let inputView = TensorView(inputLayout, inputMemory.base)
        input.write(to: inputView, count: inputLayout.elementCount)
        let outputLayout = TensorLayout(batch: rung.batch, channels: s.outChannels, height: h, width: w, halo: rung.outputHalo)
        let residualLayout = TensorLayout(batch: rung.batch, channels: s.outChannels, height: h, width: w)
        let residualMemory = GuardedFloats(count: residualLayout.elementCount)
        let residualView = residual.map { map in
            let view = TensorView(residualLayout, residualMemory.base)
            map.write(to: view, count: residualLayout.elementCount)
            return view
        }
        let packed = PackedWeights(s, weights: weights, bias: bias, lanes: kernels.isa.lanes)

        var first: [UInt32]?
        for members in [1, 2, 3] {
            let outputMemory = GuardedFloats(count: outputLayout.elementCount)
            let outputView = TensorView(outputLayout, outputMemory.base)
            let op = ConvolutionOperator(
                s, weights: packed, input: inputView, output: outputView, residual: residualView, rectified: rung.rectified, kernels: kernels,
                cache: cache)
            for member in 0..<members { op.run(Share(member: member, of: members)) }
            #expect(outputMemory.isIntact && inputMemory.isIntact && residualMemory.isIntact, "\(rung) \(kernels.isa) wrote outside")

            var bits: [UInt32] = []
            for n in 0..<rung.batch {
                for y in -rung.outputHalo..<(h + rung.outputHalo) {
                    for x in -rung.outputHalo..<(w + rung.outputHalo) {
                        let inside = y >= 0 && x >= 0 && y < h && x < w
                        for o in 0..<s.outChannels {
                            let actual = outputView.pixel(n, y, x)[o]
                            bits.append(actual.bitPattern)
                            guard members == 1 else { continue }
                            guard inside else {
                                #expect(actual == 0, "\(rung) \(kernels.isa): halo at \(y),\(x)")
                                continue
                            }
                            let expected = convolutionOracle(
                                s, input, weights: weights, bias: bias, residual: residual, rectified: rung.rectified, n: n, o: o, y: y, x: x)
                            let depth = Double(s.inChannels * s.kernelSize * s.kernelSize)
                            let bound = (2 * depth + 4) * epsilon * expected.magnitude
                            if !(abs(Double(actual) - expected.value) <= bound) {
                                Issue.record("\(rung) \(kernels.isa) seed \(seed): [\(n),\(o),\(y),\(x)] = \(actual), oracle \(expected.value) ± \(bound)")
                                return
                            }
                        }
                    }
                }
            }
            // Bitwise the same for any number of members.
            if let first { #expect(bits == first, "\(rung) \(kernels.isa): \(members) members differ from one") } else { first = bits }
        }
    }

    @Test("The residual may be the output itself", arguments: InstructionSet.available)
    func residualInPlace(isa: InstructionSet) {
        var random = SplitMix64(seed: 7)
        let s = ConvolutionShape(inChannels: 24, outChannels: 40, kernelSize: 1)
        let input = Map(batch: 1, channels: 24, height: 5, width: 13, random: &random)
        let residual = Map(batch: 1, channels: 40, height: 5, width: 13, random: &random)
        let (weights, bias) = (random.floats(s.weightCount), random.floats(40))
        let inputMemory = FloatBuffer(count: input.layout(halo: 0).elementCount)
        let view = TensorView(input.layout(halo: 0), inputMemory.base)
        input.write(to: view, count: inputMemory.count)
        let packed = PackedWeights(s, weights: weights, bias: bias, lanes: isa.lanes)
        func run(inPlace: Bool) -> [UInt32] {
            let layout = residual.layout(halo: 0)
            let (a, b) = (FloatBuffer(count: layout.elementCount), FloatBuffer(count: layout.elementCount))
            residual.write(to: TensorView(layout, a.base), count: layout.elementCount)
            let output = TensorView(layout, inPlace ? a.base : b.base)
            ConvolutionOperator(
                s, weights: packed, input: view, output: output, residual: TensorView(layout, a.base), rectified: true, kernels: .of(isa)
            ).run(.whole)
            return (0..<5).flatMap { y in (0..<13).flatMap { x in (0..<40).map { output.pixel(0, y, x)[$0].bitPattern } } }
        }
        #expect(run(inPlace: true) == run(inPlace: false))
    }

    @Test("Every registered tile is reached by some width of the ladder", arguments: InstructionSet.available)
    func everyTileIsReached(isa: InstructionSet) {
        let kernels = KernelSet.of(isa)
        let maximum = kernels.convolution[1].count
        #expect(kernels.convolution.count == 2 && kernels.convolution[0].count == (isa == .avx512 ? maximum : 0) && maximum >= 4)
        // A row of w ≤ maximum pixels is one tile of w: the ladder holds every width from 1 to 17.
        let widths = Set(ladder.filter { $0.shape.kernelSize == 1 && $0.shape.stride == 1 && $0.outputHalo > 0 }.map(\.width))
        #expect(widths.isSuperset(of: 1...maximum))
    }
}
