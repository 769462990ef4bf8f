import Support
import TensorCore
import Testing

/// Wrong operands end the program at the operator's boundary, in release builds too: never a silent wrong answer.
@Suite("Misuse is stopped, in release builds too")
struct MisuseTests {
    private static let weights = [Float](repeating: 1, count: 16 * 16 * 9)

    /// A 3x3 convolution of 16 channels over 8x8 pixels, for exit tests that change one thing.
    private static func convolve(halo: Int = 1, outputSide: Int = 8, aliased: Bool = false, channels: Int = 16) {
        let shape = ConvolutionShape(inChannels: 16, outChannels: 16, kernelSize: 3, padding: 1)
        let input = TensorLayout(batch: 1, channels: channels, height: 8, width: 8, halo: halo)
        let output = TensorLayout(batch: 1, channels: 16, height: outputSide, width: outputSide)
        let memory = FloatBuffer(count: input.elementCount + output.elementCount)
        let packed = PackedWeights(shape, weights: weights, bias: weights, tiles: KernelSet.of(.best).tiles)
        let op = ConvolutionOperator(
            shape, weights: packed, input: TensorView(input, memory.base),
            output: TensorView(output, memory.base + (aliased ? 16 : input.elementCount)), rectified: true, kernels: .of(.best))
        op.run(.whole)
        withExtendedLifetime(memory) {}
    }

    @Test func asItShouldBe() { Self.convolve() }

    @Test func haloSmallerThanThePadding() async { await #expect(processExitsWith: .failure) { Self.convolve(halo: 0) } }

    @Test func outputOfAnotherSize() async { await #expect(processExitsWith: .failure) { Self.convolve(outputSide: 9) } }

    @Test func otherChannels() async { await #expect(processExitsWith: .failure) { Self.convolve(channels: 24) } }

    @Test func outputOverTheInput() async { await #expect(processExitsWith: .failure) { Self.convolve(aliased: true) } }

    @Test func bufferWhoseBytesOverflow() async {
        await #expect(processExitsWith: .failure) { _ = FloatBuffer(count: Int.max / 2) }
    }

    @Test func mapWhoseSizeOverflows() async {
        await #expect(processExitsWith: .failure) {
            _ = FloatBuffer(count: TensorLayout(batch: 1 << 30, channels: 1 << 20, height: 1 << 20, width: 1 << 20).elementCount)
        }
    }

    @Test func chainThatSkipsRows() async {
        await #expect(processExitsWith: .failure) {
            let shape = ConvolutionShape(inChannels: 16, outChannels: 16, kernelSize: 1, stride: 2)
            let layouts = [8, 4, 2].map { TensorLayout(batch: 1, channels: 16, height: $0, width: $0) }
            let weights = [Float](repeating: 1, count: 256)
            let packed = PackedWeights(shape, weights: weights, bias: weights, tiles: KernelSet.of(.best).tiles)
            let stages = (0..<2).map {
                RowConvolution(shape, weights: .dense(packed), input: layouts[$0], output: layouts[$0 + 1], rectified: false, kernels: .of(.best))
            }
            let memory = layouts.map { FloatBuffer(count: $0.elementCount) }
            let chain = ConvolutionChain(
                stages, input: TensorView(layouts[0], memory[0].base), output: TensorView(layouts[2], memory[2].base), scratch: MemberScratch(members: 1))
            chain.run(.whole)
        }
    }
}
