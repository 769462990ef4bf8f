import Support
import TensorCore

extension Ladder {
    private static let channelCounts = [2, 8, 16, 17, 40, 72]
    private static let kernelSizes = [1, 3, 5, 7]
    private static let strides = [1, 2]
    /// Around the tiles of 8, 7, 4 and 1 pixels, which overlap at the end of a row.
    private static let widths = [1, 2, 4, 5, 7, 8, 10, 13, 14, 27]

    static let depthwise = Ladder(
        "depthwise convolution", cases: channelCounts.count * kernelSizes.count * strides.count * widths.count
    ) { kernels, tally in
        for channels in channelCounts {
            for kernel in kernelSizes {
                for stride in strides {
                    for width in widths {
                        let s = ConvolutionShape(
                            inChannels: channels, outChannels: channels, kernelSize: kernel, stride: stride, padding: kernel / 2, groups: channels)
                        let rung = Rung(shape: s, batch: 2, height: 6, width: width, rectified: true, outputHalo: 1)
                        checkDepthwise(rung, seed: UInt64(channels * 1000 + kernel * 100 + stride * 50 + width), kernels, &tally)
                        tally.count()
                    }
                }
            }
        }
    }

    private static func checkDepthwise(_ rung: Rung, seed: UInt64, _ kernels: KernelSet, _ tally: inout Tally) {
        let s = rung.shape
        let operands = ConvolutionOperands(rung, seed: seed)
        let layout = operands.outputLayout
        let memory = GuardedFloats(count: layout.elementCount)
        let output = TensorView(layout, memory.base)
        let op = DepthwiseOperator(
            s, weights: DepthwiseWeights(s, weights: operands.weights, bias: operands.bias), input: operands.inputView, output: output,
            rectified: rung.rectified, kernels: kernels)
        for member in 0..<2 { op.run(Share(member: member, of: 2)) }
        let name = "depthwise \(rung.text) \(kernels.isa.rawValue), seed \(seed)"
        tally.expect(memory.isIntact && operands.isIntact, "\(name) wrote outside")
        tally.expect(operands.bits(of: output, channels: s.outChannels).haloIsZero, "\(name): a halo that is not zero")
        for n in 0..<layout.batch {
            for y in 0..<layout.height {
                for x in 0..<layout.width {
                    for c in 0..<s.outChannels {
                        let expected = operands.oracle(n, c, y, x)
                        let bound = (2 * Double(s.kernelSize * s.kernelSize) + 2) * epsilon * expected.magnitude
                        tally.expect(abs(Double(output.pixel(n, y, x)[c]) - expected.value) <= bound, "\(name): [\(n),\(c),\(y),\(x)]")
                    }
                }
            }
        }
    }
}
