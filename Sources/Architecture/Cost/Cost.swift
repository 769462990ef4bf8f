/// What a network costs at one resolution, for one image in fp32.
public struct Cost: Hashable, Sendable {
    /// Trained parameters, batch normalization's scale and shift included, classifier excluded.
    public var params: Int
    /// Multiply–accumulates of all convolutions and squeeze-and-excitation layers, at the true feature sizes.
    public var macs: Int
    /// FLOPs as TinyNAS counts them: MACs and a few element-wise terms, with the side halved in floating point.
    public var referenceFLOPs: Double
    /// Convolutions on the main branch: shortcuts and squeeze-and-excitation do not count.
    public var layers: Int
    /// The most bytes of feature maps alive at one moment of the execution; see ``Network/cost(resolution:)``.
    public var peakActivationBytes: Int

    public init(params: Int, macs: Int, referenceFLOPs: Double, layers: Int, peakActivationBytes: Int) {
        self.params = params
        self.macs = macs
        self.referenceFLOPs = referenceFLOPs
        self.layers = layers
        self.peakActivationBytes = peakActivationBytes
    }
}

extension Network {
    /// Parameters, MACs, reference FLOPs, layers and peak activation memory at `resolution`, in time linear in the layers.
    ///
    /// Peak activation memory: layers run in order, batch 1, 4 bytes a value. Bias, ReLU and the sum with a shortcut are part of the
    /// convolution before them and take no memory of their own. While an operator runs, its inputs, its output and everything that is
    /// still needed later are alive, among them the feature maps of ``outputs``, which stay to the end. Weights, padding and scratch
    /// memory of an engine are not counted.
    ///
    /// - Throws: what ``shapes(resolution:)`` throws.
    public func cost(resolution: Int) throws(ArchitectureError) -> Cost {
        let shapes = try shapes(resolution: resolution)
        var cost = Cost(params: 0, macs: 0, referenceFLOPs: 0, layers: 0, peakActivationBytes: 0)
        var idealSides = [Double](repeating: Double(resolution), count: shapes.count)
        var macs = 0.0
        var params = 0.0
        let owners = weightOwners
        for (index, layer) in layers.enumerated() {
            let output = shapes[index + 1]
            idealSides[index + 1] = idealSides[layer.inputs[0]] / Double(layer.operation.stride)
            macs += layer.operation.macsAsDouble(output: output)
            // What several layers share is counted once.
            let own = owners[index] == index ? layer.params : 0
            params += Double(own)
            // Wrapping sums: the totals in Double decide below whether they can be kept.
            cost.macs &+= layer.operation.macs(output: output)
            cost.params &+= own
            cost.referenceFLOPs += layer.referenceFLOPs(channels: output.channels, side: idealSides[index + 1])
            if layer.isMainBranch { cost.layers += 1 }
        }
        try checkCountable(name, resolution, macs: macs, params: params)
        cost.peakActivationBytes = 4 * peakActivationElements(shapes)
        return cost
    }
}

func checkCountable(_ name: String, _ resolution: Int, macs: Double, params: Double) throws(ArchitectureError) {
    guard macs < ResolutionLimits.largestFigure, params < ResolutionLimits.largestFigure else {
        throw ArchitectureError(
            .doesNotFit,
            "network \(quoted(name)) at resolution \(resolution) is too large to count: about \(macs) MACs and \(params) parameters")
    }
}
