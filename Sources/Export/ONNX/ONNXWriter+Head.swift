import Architecture
import Inference

// What stands in a detector's head and is no operator of set 17 by itself.
extension ONNXWriter {
    /// Instance normalization of [N, groups, channels / groups · H · W], back in the map's shape, times weights and plus biases.
    mutating func groupNormalization(
        _ n: GroupNormalization, _ entry: NetworkWeights.Entry, _ name: String, _ input: String, output: String
    ) -> String {
        let shape = graph.append(integers: "\(name).groups", [0, n.groups, -1])
        let grouped = graph.append("Reshape", "\(name).grouped", [input, shape])
        let ones = graph.append(weights: "\(name).ones", shape: [n.groups], [Float](repeating: 1, count: n.groups))
        let zeros = graph.append(weights: "\(name).zeros", shape: [n.groups], [Float](repeating: 0, count: n.groups))
        let normalized = graph.append(
            "InstanceNormalization", "\(name).normalized", [grouped, ones, zeros], [.float("epsilon", Float(GroupNormalization.epsilon))])
        let original = graph.append("Shape", "\(name).shape", [input])
        let map = graph.append("Reshape", "\(name).map", [normalized, original])
        let weight = weights("\(entry.name).weight", shape: [n.channels, 1, 1], entry.weights)
        let bias = weights("\(entry.name).bias", shape: [n.channels, 1, 1], entry.bias)
        let scaled = graph.append("Mul", "\(name).scaled", [map, weight])
        return graph.append("Add", name, [scaled, bias], output: output)
    }

    /// Softmax over the bins, the largest of them, and their mean, as [N, sides · (largest + 1), H, W].
    mutating func distributionStatistics(_ s: DistributionStatistics, _ name: String, _ input: String, output: String) -> String {
        let split = graph.append(integers: "\(name).sides", [0, s.sides, s.bins, -1])
        let sides = graph.append("Reshape", "\(name).split", [input, split])
        let probabilities = graph.append("Softmax", "\(name).softmax", [sides], [.int("axis", 2)])
        let count = graph.append(integers: "\(name).count", [s.largest])
        let largest = graph.append(
            "TopK", "\(name).topk", [probabilities, count], more: ["\(name).bins"], [.int("axis", 2), .int("largest", 1), .int("sorted", 1)])
        let mean = graph.append("ReduceMean", "\(name).mean", [largest], [.ints("axes", [2]), .int("keepdims", 1)])
        let joined = graph.append("Concat", "\(name).joined", [largest, mean], [.int("axis", 2)])
        // The map's own height and width, whatever they are in a run.
        let shape = graph.append("Shape", "\(name).shape", [input], [.int("start", 2)])
        let channels = graph.append(integers: "\(name).channels", [0, s.outChannels])
        let target = graph.append("Concat", "\(name).target", [channels, shape], [.int("axis", 0)])
        return graph.append("Reshape", name, [joined, target], output: output)
    }
}
