import Support
import TensorCore

extension Ladder {
    /// Small caches force the order in which weights stream; large ones the other.
    private static let caches = [CacheSizes(level1: 1 << 10, level2: 2 << 10), CacheSizes(level1: 32 << 10, level2: 8 << 20)]

    /// Every rung, for each loop order and number of members.
    static let convolution = Ladder("convolution", cases: convolutionRungs.count * caches.count) { kernels, tally in
        for (index, rung) in convolutionRungs.enumerated() {
            for cache in caches {
                checkConvolution(rung, seed: UInt64(index), kernels, cache, &tally)
                tally.count()
            }
        }
    }

    private static func checkConvolution(_ rung: Rung, seed: UInt64, _ kernels: KernelSet, _ cache: CacheSizes, _ tally: inout Tally) {
        let s = rung.shape
        let operands = ConvolutionOperands(rung, seed: seed)
        let layout = operands.outputLayout
        let packed = PackedWeights(s, weights: operands.weights, bias: operands.bias, tiles: kernels.tiles)
        var first: [UInt32] = []
        for members in [1, 2, 3] {
            let memory = GuardedFloats(count: layout.elementCount)
            let output = TensorView(layout, memory.base)
            let op = ConvolutionOperator(
                s, weights: packed, input: operands.inputView, output: output, residual: operands.residualView, rectified: rung.rectified,
                kernels: kernels, cache: cache)
            for member in 0..<members { op.run(Share(member: member, of: members)) }
            let name = "\(rung.text) \(kernels.isa.rawValue), seed \(seed)"
            tally.expect(memory.isIntact && operands.isIntact, "\(name) wrote outside")
            let (bits, haloIsZero) = operands.bits(of: output, channels: s.outChannels)
            tally.expect(haloIsZero, "\(name): a halo that is not zero")
            // Bitwise the same for any number of members.
            if members > 1 {
                tally.expect(bits == first, "\(name): \(members) members differ from one")
                continue
            }
            first = bits
            let depth = Double(s.inChannels * s.kernelSize * s.kernelSize)
            for n in 0..<layout.batch {
                for y in 0..<layout.height {
                    for x in 0..<layout.width {
                        for o in 0..<s.outChannels {
                            let (actual, expected) = (Double(output.pixel(n, y, x)[o]), operands.oracle(n, o, y, x))
                            let bound = (2 * depth + 4) * epsilon * expected.magnitude
                            // Not `>`: a NaN must not pass.
                            tally.expect(
                                abs(actual - expected.value) <= bound,
                                "\(name): [\(n),\(o),\(y),\(x)] = \(actual), oracle \(expected.value) ± \(bound)")
                        }
                    }
                }
            }
        }
    }

    /// The residual may be the output itself.
    static let convolutionInPlace = Ladder("convolution in place", cases: 1) { kernels, tally in
        let s = ConvolutionShape(inChannels: 24, outChannels: 40, kernelSize: 1)
        checkInPlace(s, "convolution \(kernels.isa.rawValue)", &tally) { operands, output, residual in
            let packed = PackedWeights(s, weights: operands.weights, bias: operands.bias, tiles: kernels.tiles)
            ConvolutionOperator(
                s, weights: packed, input: operands.inputView, output: output, residual: residual, rectified: true, kernels: kernels
            ).run(.whole)
        }
    }

    /// Runs a convolution with its residual elsewhere and in its output; both must be the same bit by bit.
    static func checkInPlace(
        _ s: ConvolutionShape, _ name: String, _ tally: inout Tally, _ run: (ConvolutionOperands, _ output: TensorView, _ residual: TensorView) -> Void
    ) {
        let operands = ConvolutionOperands(Rung(shape: s, height: 5, width: 13, residual: true, rectified: true), seed: 7)
        let layout = operands.outputLayout
        let (apart, inPlace) = (FloatBuffer(count: layout.elementCount), FloatBuffer(count: layout.elementCount))
        operands.residual?.write(to: TensorView(layout, inPlace.base), count: layout.elementCount)
        if let residual = operands.residualView { run(operands, TensorView(layout, apart.base), residual) }
        run(operands, TensorView(layout, inPlace.base), TensorView(layout, inPlace.base))
        let bits = operands.bits(of: TensorView(layout, apart.base), channels: s.outChannels).bits
        tally.expect(bits == operands.bits(of: TensorView(layout, inPlace.base), channels: s.outChannels).bits, "\(name): the residual in place")
        tally.expect(bits.contains { $0 != 0 }, "\(name): nothing but zeros")
        tally.count()
    }
}
