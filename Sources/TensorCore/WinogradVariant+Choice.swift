extension WinogradVariant {
    /// The variant that is likely the fastest for a convolution, nil where direct convolution is: a rule for as long as nothing was measured.
    ///
    /// Costs are counted in multiply-adds of direct convolution: the products, the transforms with what they wait for, and the transformed weights,
    /// which come from memory once. Held against every layer of Benchmarks/convolution.
    /// - Parameters:
    ///   - shape: the convolution's sizes.
    ///   - input: the layout of the map it reads, whose size says how many tiles there are.
    ///   - allowed: leave out variants whose errors are too large, or all of them to turn Winograd off.
    public static func recommended(
        for shape: ConvolutionShape, input: TensorLayout, among allowed: [WinogradVariant] = allCases
    ) -> WinogradVariant? {
        let direct = directCost(shape, input: input)
        let candidates = variants(for: shape, input: input).filter(allowed.contains).map { ($0, $0.cost(shape, input: input)) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 < direct else { return nil }
        return best.0
    }

    /// Multiply-adds of direct convolution, those of padded channels among them.
    package static func directCost(_ shape: ConvolutionShape, input: TensorLayout) -> Double {
        let pixels = Double(input.batch * shape.outputSide(input.height) * shape.outputSide(input.width))
        return pixels * Double(shape.inChannels * shape.kernelSize * shape.kernelSize) * Double(TensorLayout.padded(shape.outChannels))
    }

    /// Multiply-adds of direct convolution that take about as long.
    public func cost(_ shape: ConvolutionShape, input: TensorLayout) -> Double {
        let grid = tiles(height: shape.outputSide(input.height), width: shape.outputSide(input.width))
        return cost(
            tiles: Double(input.batch * grid.rows * grid.columns), inputs: Double(shape.inChannels),
            outputs: Double(TensorLayout.padded(shape.outChannels)))
    }

    /// The same for a number of tiles, input channels and output channels.
    package func cost(tiles: Double, inputs: Double, outputs: Double) -> Double {
        // For each tile and channel, measured with maps larger than the caches (two to three times the transform in the first-level cache).
        let transform: (input: Double, output: Double) =
            switch self {
            case .f25: (350, 180)
            case .f43: (350, 300)
            case .f45: (800, 450)
            case .f63: (800, 600)
            }
        // Reading the weights of a point takes about as long as multiplying eight tiles with them.
        return (tiles + 8) * Double(tile * tile) * inputs * outputs + tiles * (inputs * transform.input + outputs * transform.output)
    }
}
