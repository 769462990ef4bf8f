import Architecture
import Inference
import SwiftProtobuf

/// Writes a network as ONNX, operator set 17: fp32, NCHW, one input "input", its feature maps as outputs "c2", "c3", … or a detector's by their names.
///
/// Names stay: a layer `name` becomes a node `name` with `name.weight` and `name.bias`, as in a weight file and in the PyTorch module; with explicit
/// batch normalization `name.weight` and `name.bn.weight`, `name.bn.bias`, `name.bn.running_mean`, `name.bn.running_var`. A squeeze-and-excitation is a
/// global average, two 1x1 convolutions `name.reduce` and `name.expand`, and a product with their sigmoid. A group normalization, which this operator set lacks,
/// is an instance normalization of the map with its groups as channels, as PyTorch writes it. Weights that layers share stand once, under their own name.
/// Source: ONNX, "Operator Schemas", operator set 17, and its onnx.proto (IR version 8).
public struct ONNXWriter {
    public static let operatorSet = 17
    /// The IR version that came with that operator set.
    static let irVersion = 8
    /// Protocol buffers end at 2 GiB; the rest is for all that is no weight.
    private static let mostWeightBytes = Int(Int32.max) - (16 << 20)

    private let network: Network
    private let weights: NetworkWeights
    private let options: ExportOptions
    var graph: ONNXGraph
    /// The name of every tensor so far.
    private var names: [String]
    /// Weights that stand already: those that layers share.
    private var written: Set<String> = []

    /// The file's bytes; the same network, weights and options give the same ones.
    ///
    /// - Throws: `ExportError`: sizes that do not fit the network, weights that cannot be read, a network beyond the format's 2 GiB.
    public static func bytes(_ network: Network, weights: NetworkWeights, options: ExportOptions) throws(ExportError) -> [UInt8] {
        var writer = ONNXWriter(network, weights, options)
        do { return try writer.model().serializedBytes() } catch let error as ExportError { throw error } catch {
            throw ExportError(.cannotExpress, "network '\(network.name)' cannot be written as ONNX: \(error)")
        }
    }

    private init(_ network: Network, _ weights: NetworkWeights, _ options: ExportOptions) {
        self.network = network
        self.weights = weights
        self.options = options
        graph = ONNXGraph(name: network.name)
        names = ["input"]
    }

    private mutating func model() throws -> ONNXModelProto {
        let count = network.layers.flatMap { $0.operation.weighted($0.name) }.reduce(0) { $0 + $1.convolution.outChannels * ($1.convolution.fanIn + 4) }
        guard count <= ONNXWriter.mostWeightBytes / 4 else {
            throw ExportError(
                .cannotExpress, "network '\(network.name)' has \(count) weights: more than the 2 GiB of an ONNX file hold; export a smaller one")
        }
        let shapes: [Shape]?
        do { shapes = try options.side.map { try network.shapes(resolution: $0) } } catch { throw ExportError(.badNetwork, "\(error)") }
        graph.append(input: value("input", network.inputChannels, shapes?[0], sides: ["height", "width"]))
        for index in network.layers.indices { names.append(try append(layer: index)) }
        for (index, tensor) in network.outputs.enumerated() {
            let name = outputName(index)
            // A map that is two outputs at once has the first one's name.
            if names[tensor] != name { graph.append("Identity", name, [names[tensor]]) }
            let channels = shapes?[tensor].channels ?? network.channels[tensor]
            graph.append(output: value(name, channels, shapes?[tensor], sides: ["\(name)_height", "\(name)_width"]))
        }
        var model = ONNXModelProto()
        model.irVersion = Int64(ONNXWriter.irVersion)
        model.producerName = "zendet"
        model.producerVersion = options.metadata.first { $0.key == "zendet.version" }?.value ?? ""
        model.graph = graph.graph
        var operators = ONNXOperatorSetIdProto()
        operators.version = Int64(ONNXWriter.operatorSet)
        model.opsetImport = [operators]
        model.metadataProps = options.metadata.map { pair in
            var entry = ONNXStringStringEntryProto()
            (entry.key, entry.value) = pair
            return entry
        }
        return model
    }

    private func outputName(_ index: Int) -> String { network.outputNames[index] }

    private func value(_ name: String, _ channels: Int, _ shape: Shape?, sides: [String]) -> ONNXValueInfoProto {
        ONNXValueInfoProto(
            name,
            [
                options.batch.map { .fixed($0) } ?? .named("batch"), .fixed(channels), shape.map { .fixed($0.height) } ?? .named(sides[0]),
                shape.map { .fixed($0.width) } ?? .named(sides[1]),
            ])
    }

    /// Appends a layer's nodes and weights.
    ///
    /// - Returns: the name of its output.
    private mutating func append(layer index: Int) throws(ExportError) -> String {
        let layer = network.layers[index]
        let inputs = layer.inputs.map { names[$0] }
        let output = network.outputs.firstIndex(of: index + 1).map(outputName) ?? layer.name
        let entries: [NetworkWeights.Entry]
        do throws(InferenceError) { entries = try weights.entries(ofLayer: index) } catch { throw ExportError(.badNetwork, error.message) }
        switch layer.operation {
        case .convolution:
            return append(entries[0], inputs[0], node: layer.name, normalized: layer.normalization == .batch, output: output)
        case .relu:
            return graph.append("Relu", layer.name, inputs, output: output)
        case .add:
            return graph.append("Add", layer.name, inputs, output: output)
        case .pooling(let p):
            return graph.append(
                p.kind == .max ? "MaxPool" : "AveragePool", layer.name, inputs, output: output,
                [
                    .ints("kernel_shape", [p.kernelSize, p.kernelSize]), .ints("pads", Array(repeating: p.padding, count: 4)),
                    .ints("strides", [p.stride, p.stride]),
                ])
        case .squeezeExcitation:
            let mean = graph.append("GlobalAveragePool", "\(layer.name).mean", inputs)
            let reduced = append(entries[0], mean, output: entries[0].name)
            let rectified = graph.append("Relu", "\(layer.name).relu", [reduced])
            let expanded = append(entries[1], rectified, output: entries[1].name)
            let gates = graph.append("Sigmoid", "\(layer.name).sigmoid", [expanded])
            return graph.append("Mul", layer.name, [inputs[0], gates], output: output)
        case .globalAverage:
            return graph.append("GlobalAveragePool", layer.name, inputs, output: output)
        case .activation(.sigmoid):
            return graph.append("Sigmoid", layer.name, inputs, output: output)
        case .activation(.clampedLine(let scale, let shift, let low, let high)):
            return clampedLine(layer.name, inputs[0], output: output, scale, shift, low, high)
        case .multiply, .scale, .scalePixels:
            return graph.append("Mul", layer.name, inputs, output: output)
        case .concatenation:
            return graph.append("Concat", layer.name, inputs, output: output, [.int("axis", 1)])
        case .groupNormalization(let n):
            return groupNormalization(n, entries[0], layer.name, inputs[0], output: output)
        case .distributionStatistics(let statistics):
            return distributionStatistics(statistics, layer.name, inputs[0], output: output)
        case .upsampling(let factor):
            let scales = graph.append(weights: "\(layer.name).scales", shape: [4], [1, 1, Float(factor), Float(factor)])
            return graph.append(
                "Resize", layer.name, [inputs[0], "", scales], output: output,
                [.text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"), .text("nearest_mode", "floor")])
        }
    }

    /// A hard sigmoid where the line goes from 0 to 1, else a product, a sum and a clip, without those that do nothing.
    private mutating func clampedLine(
        _ name: String, _ input: String, output: String, _ scale: Float, _ shift: Float, _ low: Float, _ high: Float
    ) -> String {
        var input = input
        if (scale, shift) != (1, 0) {
            if (low, high) == (0, 1) { return graph.append("HardSigmoid", name, [input], output: output, [.float("alpha", scale), .float("beta", shift)]) }
            let isBare = low == -.infinity && high == .infinity
            let factor = graph.append(weights: "\(name).scale", shape: [], [scale])
            if shift == 0, isBare { return graph.append("Mul", name, [input, factor], output: output) }
            input = graph.append("Mul", "\(name).product", [input, factor])
            if shift != 0 {
                let offset = graph.append(weights: "\(name).shift", shape: [], [shift])
                if isBare { return graph.append("Add", name, [input, offset], output: output) }
                input = graph.append("Add", "\(name).sum", [input, offset])
            }
        }
        let bounds = [("low", low), ("high", high)].map { $1.isInfinite ? "" : graph.append(weights: "\(name).\($0)", shape: [], [$1]) }
        return graph.append("Clip", name, [input] + bounds, output: output)
    }

    /// An array of weights; what is shared is appended once.
    mutating func weights(_ name: String, shape: [Int], _ values: [Float]) -> String {
        written.insert(name).inserted ? graph.append(weights: name, shape: shape, values) : name
    }

    /// - Parameter normalized: whether batch normalization stands behind it in training.
    private mutating func append(
        _ entry: NetworkWeights.Entry, _ input: String, node: String? = nil, normalized: Bool = true, output: String
    ) -> String {
        let weight = weights("\(entry.name).weight", shape: entry.convolution.weightShape, entry.weights)
        guard normalized, options.batchNormalization == .explicit else {
            let bias = weights("\(entry.name).bias", shape: [entry.bias.count], entry.bias)
            return graph.append("Conv", node ?? entry.name, [input, weight, bias], output: output, attributes(entry.convolution))
        }
        let plain = graph.append("Conv", entry.name, [input, weight], output: "\(entry.name).conv", attributes(entry.convolution))
        let count = entry.bias.count
        let parameters = [
            ("weight", [Float](repeating: 1, count: count)), ("bias", entry.bias), ("running_mean", [Float](repeating: 0, count: count)),
            ("running_var", [Float](repeating: NeutralBatchNormalization.variance, count: count)),
        ]
        let names = parameters.map { graph.append(weights: "\(entry.name).bn.\($0.0)", shape: [count], $0.1) }
        return graph.append(
            "BatchNormalization", "\(entry.name).bn", [plain] + names, output: output, [.float("epsilon", NeutralBatchNormalization.epsilon)])
    }

    private func attributes(_ c: Convolution) -> [ONNXAttributeProto] {
        [
            .ints("kernel_shape", [c.kernelSize, c.kernelSize]), .ints("pads", Array(repeating: c.padding, count: 4)),
            .ints("strides", [c.stride, c.stride]), .int("group", c.groups),
        ]
    }
}
