import Architecture

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ClosedFormEntropy {
    /// The closed form with the padding's zeros at one resolution: what forward passes give on average.
    ///
    /// With independent weights of variance 1 the mean square at a pixel of the output is inputs / groups · Σ of those at the input's pixels
    /// under the kernel, 0 beyond the border. It begins as 1 everywhere and windows are square, so it stays a product v(y)·v(x) of one
    /// sequence with itself: a layer adds ½ ln(inputs / groups) + ln(mean of v behind / mean of v before). Without padding that is ½ ln(fan-in).
    ///
    /// It is the logarithm of a mean where passes give a mean of logarithms: lower by about 1/(2·outputs) a layer, less over large maps.
    /// - Returns: nil where the main branch has a pooling, whose effect depends on how neighbours are correlated.
    /// - Throws: `EntropyError` (`.badNetwork`) where the resolution leaves a layer without pixels.
    /// - Source: own derivation.
    public func paddedTotal(_ network: Network, resolution: Int) throws(EntropyError) -> Double? {
        let chain = try network.mainBranch(rectified: false)
        var squares = [Double](repeating: 1, count: max(resolution, 0))
        var sum = 0.0
        var total = 0.0
        var stage = 0
        for (index, layer) in chain.layers.enumerated() {
            guard case .convolution(let c) = layer.operation else { return nil }
            let side = c.outputSide(squares.count)
            guard side >= 1, !squares.isEmpty else {
                throw EntropyError(.badNetwork, "network '\(network.name)' at \(resolution) px: nothing is left of the image at layer \(layer.name)")
            }
            let before = Self.mean(squares)
            squares = (0..<side).map { y in
                let first = y * c.stride - c.padding
                return squares[max(first, 0)..<min(first + c.kernelSize, squares.count)].reduce(0, +)
            }
            sum += 0.5 * log(Double(c.inChannels / c.groups)) + log(Self.mean(squares) / before)
            // Only ratios count: long networks would otherwise leave the range of a double.
            let scale = 1 / Self.mean(squares)
            for i in squares.indices { squares[i] *= scale }
            while stage < chain.stages.count, chain.stages[stage].output == index + 1 {
                total += weight(stage: stage, of: chain.stages.count) * (sum + log(Double(chain.stages[stage].channels)))
                stage += 1
            }
        }
        return total
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
