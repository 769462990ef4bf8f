import Foundation

/// The time of one operator on an accelerator, as a closed formula of its sizes.
///
/// A device of S multiprocessors computes the output in tiles of T pixels × N channels, one tile on each at a time, and every tile sums
/// over K products:
///
///     waves(x)     = w·⌈x⌉ + (1 − w)·max(x, 1)                          w: `waveRounding`
///     compute      = softmin over tiles and splits s of
///                    waves(s·⌈P/T⌉·⌈C/N⌉ / S) · T·N·(K/s + K₀) / rate   (+ for s > 1: s·P·C·8 bytes / bandwidth + `splitMilliseconds`)
///     memory       = bytes·(f·input + output·(1 + residual) + weights) / bandwidth
///     milliseconds = launch·(1 + residual·`residualLaunchShare`) + misaligned·softmax(compute, memory)
///
/// P = batch·⌈side/stride⌉² output pixels, C output channels, K = input channels, padded by `paddingExponent`, times the kernel's area.
/// Sums are split for operators without a residual only. A family with a `winogradFactor` may also compute on output blocks that are
/// rounded up, at that many times the rate. Depthwise: compute = P·C·(k² + K₀) / rate, without tiles.
///
/// Units: milliseconds, bytes, multiply-accumulates. Numerics: Double; sizes may be fractional, as they are at interpolated ratios.
/// Source: own derivation; the soft minimum stands for the runtime's choice among kernels.
struct TiledRoofline: Sendable {
    let model: LatencyModelDescription
    let elementBytes: Double
    let channelPadding: Double

    /// The sizes of an operator in Double.
    struct Sizes: Hashable {
        var batch: Double
        var inChannels: Double
        var outChannels: Double
        var side: Double
        var addsResidual: Bool
    }

    func milliseconds(_ family: OperatorCoefficients, _ sizes: Sizes) -> Double {
        let stride = Double(family.stride)
        let outSide = (sizes.side / stride).rounded(.up)
        let pixels = sizes.batch * outSide * outSide
        // A kernel smaller than its stride reads only the pixels it uses.
        let readSide = family.kernelSize < family.stride ? outSide : sizes.side
        let input = sizes.batch * readSide * readSide * sizes.inChannels * family.inputFactor
        // 1e9 bytes a second are 1e6 bytes a millisecond.
        let bandwidth = family.bandwidthGBPerSecond * 1e6
        let aligned = outSide.truncatingRemainder(dividingBy: 4) == 0
        let misaligned = aligned ? 1 : family.misalignedFactor
        let area = Double(family.kernelSize * family.kernelSize)

        let compute: Double
        let memory: Double
        if family.kind == .depthwise {
            memory = elementBytes * (input + pixels * sizes.inChannels) / bandwidth
            compute = pixels * sizes.inChannels * (area + family.depthOffset) / (family.tileRatesGMACPerSecond[0] * 1e6)
        } else {
            let output = pixels * sizes.outChannels * (sizes.addsResidual ? 2 : 1)
            memory = elementBytes * (input + output + sizes.inChannels * area * sizes.outChannels) / bandwidth
            compute = tiled(family, sizes, outSide: outSide, pixels: pixels, area: area, bandwidth: bandwidth)
        }
        let launch = family.launchMilliseconds * (1 + (sizes.addsResidual ? family.residualLaunchShare : 0))
        let blend = model.rooflineBlend
        return launch + misaligned * pow(pow(compute, blend) + pow(memory, blend), 1 / blend)
    }

    private func tiled(
        _ family: OperatorCoefficients, _ sizes: Sizes, outSide: Double, pixels: Double, area: Double, bandwidth: Double
    ) -> Double {
        let padded = (sizes.inChannels / channelPadding).rounded(.up) * channelPadding
        let depth = sizes.inChannels * pow(padded / sizes.inChannels, family.paddingExponent ?? 0) * area
        let rounding = family.waveRounding ?? 0
        let splits = sizes.addsResidual ? [1] : model.splits
        // The soft minimum: the sum of t^-blend is dominated by the fastest way.
        var sum = 0.0
        func add(pixels counted: Double, speed: Double) {
            for (tile, rate) in zip(model.tiles, family.tileRatesGMACPerSecond) {
                let height = Double(tile.pixels)
                let width = Double(tile.channels)
                let tiles = (counted / height).rounded(.up) * (sizes.outChannels / width).rounded(.up)
                for split in splits {
                    let parts = Double(split)
                    let load = tiles * parts / Double(model.multiprocessors)
                    let waves = rounding * load.rounded(.up) + (1 - rounding) * max(load, 1)
                    var time = waves * height * width * (depth / parts + family.depthOffset) / (rate * speed * 1e6)
                    // Partial sums are four bytes, written and read once.
                    if split > 1 { time += parts * pixels * sizes.outChannels * 8 / bandwidth + (family.splitMilliseconds ?? 0) }
                    sum += pow(time, -model.tileBlend)
                }
            }
        }
        add(pixels: pixels, speed: 1)
        if let factor = family.winogradFactor {
            let height = Double(model.winogradBlock.height)
            let width = Double(model.winogradBlock.width)
            let rounded = (outSide / height).rounded(.up) * height * (outSide / width).rounded(.up) * width
            add(pixels: sizes.batch * rounded, speed: factor)
        }
        return pow(sum, -1 / model.tileBlend)
    }
}
