import Architecture

/// Weights in memory, by the names of the network's layers as in a ``WeightFile``, with batch normalization folded: what an ONNX file gives.
public struct WeightArrays: Sendable {
    /// Where they came from, for errors.
    public let source: String
    private var pairs: [String: (weights: [Float], bias: [Float])] = [:]

    public init(source: String) { self.source = source }

    public var names: [String] { pairs.keys.sorted() }

    /// Takes weights [out][in / groups][kernel][kernel] and biases [out] of a convolution.
    public mutating func set(_ name: String, weights: [Float], bias: [Float]) { pairs[name] = (weights, bias) }

    /// - Throws: `InferenceError` `.malformedFile` unless there are that many weights of that name.
    func read(_ name: String, _ c: Convolution) throws(InferenceError) -> (weights: [Float], bias: [Float]) {
        guard let pair = pairs[name] else { throw InferenceError(.malformedFile, "\(source): has no weights for '\(name)'") }
        let (weights, bias) = (c.outChannels * c.fanIn, c.outChannels)
        guard pair.weights.count == weights, pair.bias.count == bias else {
            throw InferenceError(
                .malformedFile,
                "\(source): '\(name)' has \(pair.weights.count) weights and \(pair.bias.count) biases; \(weights) and \(bias) are needed")
        }
        return pair
    }
}
