import Architecture

/// The weights of a network's layers by themselves, as an executable would have them: for files that leave the house, and for checks.
public struct NetworkWeights: Sendable {
    /// What one convolution has: a layer of its own, one of the two dense layers of a squeeze-and-excitation, or the weights and biases of a group
    /// normalization as those of ``Architecture/GroupNormalization/affine``.
    public struct Entry: Sendable {
        /// As in a weight file: "block2.inner0.conv1", or "block2.inner0.se.reduce".
        public var name: String
        public var convolution: Convolution
        /// [out][in / groups][kernel][kernel]
        public var weights: [Float]
        /// [out]
        public var bias: [Float]
    }

    private let network: Network
    private let source: WeightSource
    private let seed: UInt64
    /// Convolutions that an addition is fused into: random weights are smaller there.
    private let residual: Set<Int>
    private let owners: [Int]

    /// - Parameter seed: what random weights are drawn from.
    /// - Throws: `InferenceError` where given weights do not fit the network.
    public init(_ network: Network, source: WeightSource = .random, seed: UInt64 = 0) throws(InferenceError) {
        try source.check(network.name, network.layers.map { ($0.sharedWeights ?? $0.name, $0.operation) })
        self.network = network
        self.source = source
        self.seed = seed
        residual = Set(Fusion(network).convolutionOfAddition.values)
        owners = network.weightOwners
    }

    /// What a layer has, in order, under the names of its weights; empty for a layer without weights.
    ///
    /// - Throws: `InferenceError` where a file cannot be read.
    public func entries(ofLayer index: Int) throws(InferenceError) -> [Entry] {
        let operation = network.layers[index].operation
        let place = Program.WeightsPlace(network, layer: index, owners: owners)
        var drawn = LayerWeights(source, seed: seed, place, operation)
        return try operation.weighted(place.name).map { (name, convolution) throws(InferenceError) in
            let (weights, bias) = try drawn.convolution(convolution, residual: residual.contains(index) && !place.isShared)
            return Entry(name: name, convolution: convolution, weights: weights, bias: bias)
        }
    }
}

extension Operation {
    /// The convolutions that need weights, with their names, in the order in which operators ask for them.
    public func weighted(_ layer: String) -> [(name: String, convolution: Convolution)] {
        switch self {
        case .convolution(let c): [(layer, c)]
        case .groupNormalization(let n): [(layer, n.affine)]
        case .squeezeExcitation(let s):
            [
                ("\(layer).reduce", Convolution(s.channels, s.reducedChannels, kernelSize: 1)),
                ("\(layer).expand", Convolution(s.reducedChannels, s.channels, kernelSize: 1)),
            ]
        default: []
        }
    }
}

extension Convolution {
    /// [out][in / groups][kernel][kernel]
    public var weightShape: [Int] { [outChannels, inChannels / groups, kernelSize, kernelSize] }
}
