import TensorCore
import Testing

@Suite("Choice of a Winograd variant")
struct WinogradTests {
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
