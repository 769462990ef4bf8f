import Support
import TensorCore

extension Ladder {
    /// Every rung, for each variant, blocking and number of members.
    static let winograd = Ladder("Winograd convolution", cases: 2 * winogradRungs.count) { kernels, tally in
        for (index, rung) in winogradRungs.enumerated() {
            for variant in WinogradVariant.allCases where variant.kernelSize == rung.shape.kernelSize {
                checkWinograd(rung, variant, seed: UInt64(index), kernels, &tally)
                tally.count()
            }
        }
    }

    private static func checkWinograd(_ rung: Rung, _ variant: WinogradVariant, seed: UInt64, _ kernels: KernelSet, _ tally: inout Tally) {
        let s = rung.shape
        let operands = ConvolutionOperands(rung, seed: seed, surplusHalo: seed % 3 == 0 ? 1 : 0)
        let layout = operands.outputLayout
        let name = "\(rung.text) \(variant.rawValue) \(kernels.isa.rawValue), seed \(seed)"
        tally.expect(WinogradVariant.variants(for: s, input: operands.inputView.layout).contains(variant), "\(name): not among the variants")
        let packed = WinogradWeights(s, variant: variant, weights: operands.weights, bias: operands.bias, tiles: kernels.tiles)
        let runs: [(members: Int, blocking: WinogradBlocking?)] = [
            (1, nil), (2, nil), (3, WinogradBlocking(tiles: 1, panels: 1)), (1, WinogradBlocking(tiles: 5, panels: 2)),
            (5, WinogradBlocking(tiles: 17, panels: 3)),
        ]
        var first: [UInt32] = []
        for (index, (members, blocking)) in runs.enumerated() {
            let memory = GuardedFloats(count: layout.elementCount)
            let output = TensorView(layout, memory.base)
            let op = WinogradOperator(
                s, weights: packed, input: operands.inputView, output: output, residual: operands.residualView, rectified: rung.rectified,
                kernels: kernels, scratch: MemberScratch(members: members), blocking: blocking)
            for member in 0..<members { op.run(Share(member: member, of: members)) }
            tally.expect(memory.isIntact && operands.isIntact, "\(name) wrote outside")
            let (bits, haloIsZero) = operands.bits(of: output, channels: layout.paddedChannels)
            tally.expect(haloIsZero, "\(name): a halo that is not zero")
            // Bitwise the same for any number of members and any blocking.
            if index > 0 {
                tally.expect(bits == first, "\(name): \(members) members, \(op.blocking.tiles) tiles, \(op.blocking.panels) panels")
                continue
            }
            first = bits
            tally.expect(surplusIsZero(output), "\(name): a surplus lane that is not zero")
            let worst = worstWinogradError(operands, variant, output)
            tally.expect(worst <= 1, "\(name): error \(worst) times the bound")
        }
    }

    private static func surplusIsZero(_ view: TensorView) -> Bool {
        let layout = view.layout
        for n in 0..<layout.batch {
            for y in 0..<layout.height {
                for x in 0..<layout.width {
                    for o in layout.channels..<layout.paddedChannels where view.pixel(n, y, x)[o] != 0 { return false }
                }
            }
        }
        return true
    }

    /// The residual may be the output itself.
    static let winogradInPlace = Ladder("Winograd convolution in place", cases: WinogradVariant.allCases.count) { kernels, tally in
        for variant in WinogradVariant.allCases {
            let s = ConvolutionShape(inChannels: 24, outChannels: 40, kernelSize: variant.kernelSize, padding: variant.kernelSize / 2)
            checkInPlace(s, "\(variant.rawValue) \(kernels.isa.rawValue)", &tally) { operands, output, residual in
                let packed = WinogradWeights(s, variant: variant, weights: operands.weights, bias: operands.bias, tiles: kernels.tiles)
                WinogradOperator(
                    s, weights: packed, input: operands.inputView, output: output, residual: residual, rectified: true, kernels: kernels,
                    scratch: MemberScratch(members: 1)
                ).run(.whole)
            }
        }
    }
}
