import Architecture

/// Where the weights of a network come from.
public enum WeightSource: Sendable {
    /// Drawn from the executable's seed: the latency does not depend on them.
    case random
    /// Given, to compare outputs with another engine.
    case file(WeightFile)
    /// The same, already in memory.
    case arrays(WeightArrays)
}

/// Weights in an .npz file, by the names of the network's layers, with batch normalization folded.
///
/// A convolution `name` has `name.weight` of shape [out, in / groups, kernel, kernel] and `name.bias` of shape [out]; a squeeze-and-excitation
/// layer has them for `name.reduce` and `name.expand`, with 1x1 kernels; a group normalization has a weight of shape [channels, 1, 1, 1]. Layers that share
/// weights have one pair, under the name of what they share.
public struct WeightFile: Sendable {
    private let file: NPZFile

    /// - Throws: `InferenceError` `.missingFile` or `.malformedFile`.
    public init(path: String) throws(InferenceError) { file = try NPZFile(path: path) }

    /// Weights [out][fanIn] and biases of a convolution.
    func read(_ name: String, _ c: Convolution) throws(InferenceError) -> (weights: [Float], bias: [Float]) {
        (try file.read(name + ".weight", shape: c.weightShape), try file.read(name + ".bias", shape: [c.outChannels]))
    }

    /// Fails unless the file has what these convolutions need and nothing else.
    ///
    /// - Throws: `InferenceError` `.malformedFile` naming the array.
    func check(_ network: String, _ convolutions: [(name: String, convolution: Convolution)]) throws(InferenceError) {
        var needed: Set<String> = []
        for (name, convolution) in convolutions {
            try file.check(name + ".weight", shape: convolution.weightShape)
            try file.check(name + ".bias", shape: [convolution.outChannels])
            needed.formUnion([name + ".weight", name + ".bias"])
        }
        if let surplus = file.names.first(where: { !needed.contains($0) }) {
            throw InferenceError(.malformedFile, "\(file.path): has an array '\(surplus)', which \(network) does not need: weights of another network?")
        }
    }
}

/// The weights of one layer, convolution by convolution in a fixed order.
struct LayerWeights {
    private var random: RandomWeights
    private let source: WeightSource
    private var names: [String]

    init(_ source: WeightSource, seed: UInt64, _ place: Program.WeightsPlace, _ operation: Operation) {
        random = RandomWeights(seed: seed, step: place.layer)
        self.source = source
        names = operation.weighted(place.name).map(\.name).reversed()
    }

    /// The weights of the layer's next convolution.
    mutating func convolution(_ c: Convolution, residual: Bool) throws(InferenceError) -> (weights: [Float], bias: [Float]) {
        switch source {
        case .random: random.convolution(c, residual: residual)
        case .file(let file): try file.read(names.removeLast(), c)
        case .arrays(let arrays): try arrays.read(names.removeLast(), c)
        }
    }
}

extension WeightSource {
    /// Fails unless given weights are what the layers need, and nothing else.
    ///
    /// - Throws: `InferenceError` `.malformedFile` naming the array.
    func check(_ network: String, _ layers: [(name: String, operation: Operation)]) throws(InferenceError) {
        let convolutions = layers.flatMap { $0.operation.weighted($0.name) }
        switch self {
        case .random: break
        case .file(let file): try file.check(network, convolutions)
        case .arrays(let arrays):
            for (name, convolution) in convolutions { _ = try arrays.read(name, convolution) }
            let needed = Set(convolutions.map(\.name))
            if let surplus = arrays.names.first(where: { !needed.contains($0) }) {
                throw InferenceError(.malformedFile, "\(arrays.source): has weights for '\(surplus)', which \(network) does not have: another network?")
            }
        }
    }
}
