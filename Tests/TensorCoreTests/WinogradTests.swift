import Support
import TensorCore
import Testing

/// Sizes around tiles and microkernels; channels around vectors and panels; batch, halos, epilogues; padding other than "same".
let winogradLadder: [Case] = {
    var cases: [Case] = []
    for k in [3, 5] {
        func add(_ i: Int, _ o: Int, _ h: Int, _ w: Int, _ adjust: (inout Case) -> Void = { _ in }) {
            var c = Case(shape: ConvolutionShape(inChannels: i, outChannels: o, kernelSize: k, padding: k / 2), height: h, width: w)
            adjust(&c)
            cases.append(c)
        }
        for side in Array(1...17) + [23, 30] {
            add(5, 16, side, side) { $0.rectified = true }
            add(8, 16, 18 - min(side, 17), side) { $0.residual = true; $0.outputHalo = 1 }
        }
        for channels in [1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 64, 72, 80] {
            add(3, channels, 5, 7) { $0.rectified = true }
            add(channels, 24, 4, 9) { $0.residual = true; $0.rectified = true }
        }
        add(80, 80, 7, 7) { $0.outputHalo = 2 }
        for batch in [2, 3] { add(16, 48, 6, 5) { $0.batch = batch; $0.residual = true; $0.rectified = true; $0.outputHalo = 1 } }
        for padding in 0..<k { add(9, 17, 11, 13) { $0.shape.padding = padding } }
        add(512, 16, 3, 4)
        add(256, 40, 15, 15)
    }
    return cases
}()

@Suite("Winograd convolution against the double-precision oracle")
struct WinogradTests {
    @Test("Every rung, for every instruction set and variant, blocking and number of members", arguments: InstructionSet.available)
    func ladderMatches(isa: InstructionSet) {
        let kernels = KernelSet.of(isa)
        var executed = 0
        for (index, rung) in winogradLadder.enumerated() {
            for variant in WinogradVariant.allCases where variant.kernelSize == rung.shape.kernelSize {
                check(rung, variant, seed: UInt64(index), kernels: kernels)
                executed += 1
            }
        }
        #expect(executed == 2 * winogradLadder.count && executed > 300)
    }

    private func check(_ rung: Case, _ variant: WinogradVariant, seed: UInt64, kernels: KernelSet) {
        let s = rung.shape
        var random = SplitMix64(seed: seed)
        let input = Map(batch: rung.batch, channels: s.inChannels, height: rung.height, width: rung.width, random: &random)
        let (h, w) = (s.outputSide(rung.height), s.outputSide(rung.width))
        guard h > 0 && w > 0 else { return }
        let residual = rung.residual ? Map(batch: rung.batch, channels: s.outChannels, height: h, width: w, random: &random) : nil
        let weights = random.floats(s.weightCount)
        let bias = random.floats(s.outChannels)

        let inputLayout = input.layout(halo: s.padding + (seed % 3 == 0 ? 1 : 0))
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
        #expect(WinogradVariant.variants(for: s, input: inputLayout).contains(variant))
        let packed = WinogradWeights(s, variant: variant, weights: weights, bias: bias, lanes: kernels.isa.lanes)

        var first: [UInt32]?
        let runs = [
            (1, nil), (2, nil), (3, WinogradBlocking(tiles: 1, panels: 1)), (1, WinogradBlocking(tiles: 5, panels: 2)),
            (5, WinogradBlocking(tiles: 17, panels: 3)),
        ]
        for (members, blocking) in runs {
            let outputMemory = GuardedFloats(count: outputLayout.elementCount)
            let outputView = TensorView(outputLayout, outputMemory.base)
            let op = WinogradOperator(
                s, weights: packed, input: inputView, output: outputView, residual: residualView, rectified: rung.rectified, kernels: kernels,
                scratch: MemberScratch(members: members), blocking: blocking)
            for member in 0..<members { op.run(Share(member: member, of: members)) }
            #expect(outputMemory.isIntact && inputMemory.isIntact && residualMemory.isIntact, "\(rung) \(variant.rawValue) \(kernels.isa) wrote outside")

            var bits: [UInt32] = []
            for n in 0..<rung.batch {
                for y in -rung.outputHalo..<(h + rung.outputHalo) {
                    for x in -rung.outputHalo..<(w + rung.outputHalo) {
                        let inside = y >= 0 && x >= 0 && y < h && x < w
                        for o in 0..<outputLayout.paddedChannels {
                            let actual = outputView.pixel(n, y, x)[o]
                            bits.append(actual.bitPattern)
                            if !inside { #expect(actual == 0, "\(rung) \(variant.rawValue) \(kernels.isa): halo at \(y),\(x)") }
                            if o >= s.outChannels { #expect(actual == 0, "\(rung) \(variant.rawValue) \(kernels.isa): surplus lane \(o)") }
                        }
                    }
                }
            }
            // Bitwise the same for any number of members and any blocking.
            if let first { #expect(bits == first, "\(rung) \(variant.rawValue) \(kernels.isa): \(members) members, \(op.blocking)") } else {
                first = bits
                let ratio = worstError(rung, variant, input, weights, bias, residual, outputView)
                #expect(ratio <= 1, "\(rung) \(variant.rawValue) \(kernels.isa) seed \(seed): error \(ratio) times the bound")
            }
        }
    }

    /// The largest error in units of its bound, (2K + 32)·ε·(|Aᵀ|·(Σ |U|∘(|Bᵀ||d||B|))·|A| + |bias| + |residual|):
    /// 1 rounding in U, at most 12 in Bᵀ·d·B, 2K + 2 in the chain over K channels, 12 in Aᵀ·M·A, 2 in the epilogue, and a few for products of these.
    private func worstError(
        _ rung: Case, _ v: WinogradVariant, _ input: Map, _ weights: [Float], _ bias: [Float], _ residual: Map?, _ output: TensorView
    ) -> Double {
        let s = rung.shape
        let (t, m, r) = (v.tile, v.outputs, v.kernelSize)
        let b = v.inputMatrix.map { $0.map(abs) }
        let a = v.outputMatrix.map { $0.map(abs) }
        let magnitudes = kernelMagnitudes(v, weights, s)
        let (h, w) = (output.layout.height, output.layout.width)
        let tiles = v.tiles(height: h, width: w)
        var worst = 0.0
        for n in 0..<rung.batch {
            for ty in 0..<tiles.rows {
                for tx in 0..<tiles.columns {
                    // |Bᵀ|·|d|·|B| for every channel.
                    var points = [Double](repeating: 0, count: s.inChannels * t * t)
                    for c in 0..<s.inChannels {
                        var half = [Double](repeating: 0, count: t * t)
                        for y in 0..<t {
                            for x in 0..<t {
                                let d = abs(Double(input.at(n, c, ty * m - s.padding + y, tx * m - s.padding + x)))
                                if d != 0 { for i in 0..<t { half[i * t + x] += b[i][y] * d } }
                            }
                        }
                        for i in 0..<t {
                            for j in 0..<t {
                                for x in 0..<t { points[(c * t + i) * t + j] += half[i * t + x] * b[j][x] }
                            }
                        }
                    }
                    for o in 0..<s.outChannels {
                        var products = [Double](repeating: 0, count: t * t)
                        for c in 0..<s.inChannels {
                            for p in 0..<(t * t) { products[p] += points[c * t * t + p] * magnitudes[(o * s.inChannels + c) * t * t + p] }
                        }
                        for y in 0..<min(m, h - ty * m) {
                            for x in 0..<min(m, w - tx * m) {
                                var bound = 0.0
                                for i in 0..<t { for j in 0..<t { bound += a[y][i] * products[i * t + j] * a[x][j] } }
                                let (py, px) = (ty * m + y, tx * m + x)
                                bound += abs(Double(bias[o])) + abs(Double(residual?.at(n, o, py, px) ?? 0))
                                bound *= (2 * Double(s.inChannels) + 32) * epsilon
                                let expected = convolutionOracle(
                                    s, input, weights: weights, bias: bias, residual: residual, rectified: rung.rectified, n: n, o: o, y: py, x: px)
                                let error = abs(Double(output.pixel(n, py, px)[o]) - expected.value)
                                // Not `max`: a NaN must not pass.
                                if !(error <= bound * worst) { worst = error / bound }
                                #expect(r > 0 && !error.isNaN)
                            }
                        }
                    }
                }
            }
        }
        return worst
    }

    /// |G·g·Gᵀ| of every pair of channels.
    private func kernelMagnitudes(_ v: WinogradVariant, _ weights: [Float], _ s: ConvolutionShape) -> [Double] {
        let g = v.kernelMatrix
        let (t, r) = (v.tile, v.kernelSize)
        var result: [Double] = []
        for pair in 0..<(s.outChannels * s.inChannels) {
            for i in 0..<t {
                for j in 0..<t {
                    var sum = 0.0
                    for y in 0..<r { for x in 0..<r { sum += g[i][y] * Double(weights[(pair * r + y) * r + x]) * g[j][x] } }
                    result.append(abs(sum))
                }
            }
        }
        return result
    }

    @Test("The residual may be the output itself", arguments: InstructionSet.available, WinogradVariant.allCases)
    func residualInPlace(isa: InstructionSet, variant: WinogradVariant) {
        var random = SplitMix64(seed: 7)
        let k = variant.kernelSize
        let s = ConvolutionShape(inChannels: 24, outChannels: 40, kernelSize: k, padding: k / 2)
        let input = Map(batch: 1, channels: 24, height: 5, width: 13, random: &random)
        let residual = Map(batch: 1, channels: 40, height: 5, width: 13, random: &random)
        let (weights, bias) = (random.floats(s.weightCount), random.floats(40))
        let inputMemory = FloatBuffer(count: input.layout(halo: k / 2).elementCount)
        let view = TensorView(input.layout(halo: k / 2), inputMemory.base)
        input.write(to: view, count: inputMemory.count)
        let packed = WinogradWeights(s, variant: variant, weights: weights, bias: bias, lanes: isa.lanes)
        func run(inPlace: Bool) -> [UInt32] {
            let layout = residual.layout(halo: 0)
            let (a, b) = (FloatBuffer(count: layout.elementCount), FloatBuffer(count: layout.elementCount))
            residual.write(to: TensorView(layout, a.base), count: layout.elementCount)
            let output = TensorView(layout, inPlace ? a.base : b.base)
            WinogradOperator(
                s, weights: packed, input: view, output: output, residual: TensorView(layout, a.base), rectified: true, kernels: .of(isa),
                scratch: MemberScratch(members: 1)
            ).run(.whole)
            return (0..<5).flatMap { y in (0..<13).flatMap { x in (0..<40).map { output.pixel(0, y, x)[$0].bitPattern } } }
        }
        #expect(run(inPlace: true) == run(inPlace: false))
    }

    @Test("Strides, groups, other kernels and packed images are left to direct convolution")
    func refusals() {
        let layout = TensorLayout(batch: 1, channels: 16, height: 8, width: 8, halo: 2)
        func variants(_ kernel: Int, stride: Int = 1, groups: Int = 1, _ layout: TensorLayout) -> [WinogradVariant] {
            WinogradVariant.variants(
                for: ConvolutionShape(inChannels: 16, outChannels: 16, kernelSize: kernel, stride: stride, padding: kernel / 2, groups: groups), input: layout)
        }
        #expect(variants(3, layout) == [.f43, .f63] && variants(5, layout) == [.f25, .f45])
        #expect(variants(1, layout).isEmpty && variants(7, layout).isEmpty && variants(2, layout).isEmpty)
        #expect(variants(3, stride: 2, layout).isEmpty && variants(3, groups: 16, layout).isEmpty)
        #expect(variants(3, .packed(batch: 1, channels: 3, height: 8, width: 8, halo: 1)).isEmpty)
    }

    @Test("The rule picks what was measured to be the fastest")
    func recommendation() {
        func choice(_ kernel: Int, _ channels: Int, _ side: Int, stride: Int = 1, among: [WinogradVariant] = WinogradVariant.allCases) -> WinogradVariant? {
            WinogradVariant.recommended(
                for: ConvolutionShape(inChannels: channels, outChannels: channels, kernelSize: kernel, stride: stride, padding: kernel / 2),
                input: TensorLayout(batch: 1, channels: channels, height: side, width: side, halo: kernel / 2), among: among)
        }
        for (channels, side) in [(64, 120), (128, 60), (256, 30), (120, 60), (32, 120), (16, 120), (64, 160), (128, 80), (256, 40)] {
            #expect(choice(3, channels, side) == .f63, "3x3 \(channels)@\(side)")
        }
        for (channels, side) in [(512, 15), (512, 20)] { #expect(choice(3, channels, side) == .f43, "3x3 \(channels)@\(side)") }
        for (channels, side) in [(32, 120), (72, 60), (112, 30), (80, 30), (184, 15), (32, 160), (72, 80), (112, 40), (184, 20), (16, 120)] {
            #expect(choice(5, channels, side) == .f45, "5x5 \(channels)@\(side)")
        }
        #expect(choice(3, 64, 120, stride: 2) == nil && choice(1, 64, 120) == nil && choice(3, 64, 120, among: []) == nil)
        #expect(choice(3, 64, 120, among: [.f43]) == .f43)
        #expect(choice(3, 512, 1) == nil, "one pixel reads more transformed weights than weights")
    }
}
