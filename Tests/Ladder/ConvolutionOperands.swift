import Support
import TensorCore

/// What one rung computes with, drawn from a seed: maps in guarded memory, weights and bias.
final class ConvolutionOperands {
    let rung: Rung
    let input: Map
    let residual: Map?
    let weights: [Float]
    let bias: [Float]
    let inputView: TensorView
    let residualView: TensorView?
    let outputLayout: TensorLayout
    private let inputMemory: GuardedFloats
    private let residualMemory: GuardedFloats

    /// - Parameter surplusHalo: a halo of the input beyond the padding.
    init(_ rung: Rung, seed: UInt64, surplusHalo: Int = 0) {
        let s = rung.shape
        self.rung = rung
        var random = SplitMix64(seed: seed)
        input = Map(batch: rung.batch, channels: s.inChannels, height: rung.height, width: rung.width, random: &random)
        let (h, w) = (s.outputSide(rung.height), s.outputSide(rung.width))
        residual = rung.residual ? Map(batch: rung.batch, channels: s.outChannels, height: h, width: w, random: &random) : nil
        weights = random.floats(s.weightCount)
        bias = random.floats(s.outChannels)

        let inputLayout = input.layout(halo: s.padding + surplusHalo, packed: rung.packed)
        inputMemory = GuardedFloats(count: inputLayout.elementCount, misalignment: 3)
        inputView = TensorView(inputLayout, inputMemory.base)
        input.write(to: inputView, count: inputLayout.elementCount)
        outputLayout = TensorLayout(batch: rung.batch, channels: s.outChannels, height: h, width: w, halo: rung.outputHalo)
        let residualLayout = TensorLayout(batch: rung.batch, channels: s.outChannels, height: h, width: w)
        residualMemory = GuardedFloats(count: residualLayout.elementCount)
        residualView = residual == nil ? nil : TensorView(residualLayout, residualMemory.base)
        if let residual, let residualView { residual.write(to: residualView, count: residualLayout.elementCount) }
    }

    var isIntact: Bool { inputMemory.isIntact && residualMemory.isIntact }

    /// Value and Σ|terms| of one output.
    func oracle(_ n: Int, _ o: Int, _ y: Int, _ x: Int) -> (value: Double, magnitude: Double) {
        convolutionOracle(
            rung.shape, input, weights: weights, bias: bias, residual: residual, rectified: rung.rectified, n: n, o: o, y: y, x: x)
    }

    /// The bits of the first `channels` channels of an output with its halo, and whether the halo is zero.
    func bits(of view: TensorView, channels: Int) -> (bits: [UInt32], haloIsZero: Bool) {
        let layout = view.layout
        var bits: [UInt32] = []
        var haloIsZero = true
        for n in 0..<layout.batch {
            for y in -layout.halo..<(layout.height + layout.halo) {
                for x in -layout.halo..<(layout.width + layout.halo) {
                    let inside = y >= 0 && x >= 0 && y < layout.height && x < layout.width
                    let pixel = view.pixel(n, y, x)
                    for o in 0..<channels {
                        bits.append(pixel[o].bitPattern)
                        if !inside && pixel[o] != 0 { haloIsZero = false }
                    }
                }
            }
        }
        return (bits, haloIsZero)
    }
}
