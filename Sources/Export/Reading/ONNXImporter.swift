import Architecture
import Inference

/// Turns an ONNX graph into a network, node by node in the file's order, which must be topological: a cycle is a node that reads what no earlier one writes.
struct ONNXImporter {
    /// A value of the graph, as far as it is a feature map.
    struct Map {
        var tensor: TensorID
        var channels: Int
        /// One pixel: the result of a global average, or of what follows it.
        var isVector: Bool
    }

    let source: String
    var constants: ONNXTensors
    var layers: [Layer] = []
    /// Weights and biases of each layer so far; two pairs for a squeeze-and-excitation.
    var weights: [[(weights: [Float], bias: [Float])]] = []
    /// How often each value is read.
    private(set) var readers: [String: Int] = [:]
    /// Side of the input that the file was written for.
    private(set) var side: Int?
    private var maps: [String: Map] = [:]
    /// The graph's names of each layer's result; none for a layer inside of a node.
    private var namesOfLayer: [[String]] = []
    private var outputs: [TensorID] = []
    private var inputChannels = 0
    private var names: Set<String> = []
    private var weightCount = 0

    /// A network of more layers, channels or weights than these is no backbone.
    static let mostLayers = 20_000
    static let channels = 1...131_072
    static let mostWeights = 1 << 29

    init(source: String) {
        self.source = source
        constants = ONNXTensors(source: source, external: ONNXExternalData(source: source))
    }

    mutating func read(_ graph: ONNXGraphProto) throws(ExportError) {
        for tensor in graph.initializer {
            guard !tensor.name.isEmpty, !constants.contains(tensor.name) else {
                throw malformed("has two initializers \(quoted(tensor.name)), or one without a name")
            }
            constants.add(tensor, name: tensor.name)
        }
        for node in graph.node { for input in node.input where !input.isEmpty { readers[input, default: 0] += 1 } }
        for output in graph.output { readers[output.name, default: 0] += 1 }
        // Older files list initializers among the inputs.
        try read(inputs: graph.input.filter { !constants.contains($0.name) })
        for (index, proto) in graph.node.enumerated() {
            let node = try ONNXNode(proto, index: index, source: source)
            try append(node)
            guard layers.count <= ONNXImporter.mostLayers else { throw malformed("has more than \(ONNXImporter.mostLayers) layers") }
        }
        guard !graph.output.isEmpty else { throw malformed("has no output") }
        for output in graph.output {
            guard let map = maps[output.name] else { throw malformed("has the output \(quoted(output.name)), which no node writes") }
            outputs.append(map.tensor)
        }
        guard !layers.isEmpty else { throw malformed("computes nothing") }
    }

    /// The network, and its weights by the names of its layers.
    ///
    /// - Parameter metadata: a file of zendet's names the network it was; if it is the same, layer by layer, its blocks and stages are known.
    func finish(name: String, metadata: [String: String]) throws(ExportError) -> (Network, WeightArrays) {
        let parts = ONNXTopology(layers: layers, inputChannels: inputChannels, output: outputs.max() ?? 0)
        var network = Network(name: name, inputChannels: inputChannels, layers: parts.layers, stages: parts.stages, structure: nil)
        if let known = ONNXImporter.known(metadata, like: network), known.outputs == outputs {
            network = known
            network.name = name
        } else {
            network.chosenOutputs = outputs
        }
        var arrays = WeightArrays(source: source)
        for (layer, pairs) in zip(network.layers, weights) {
            for ((name, _), pair) in zip(layer.operation.weighted(layer.name), pairs) { arrays.set(name, weights: pair.weights, bias: pair.bias) }
        }
        return (network, arrays)
    }

    /// The network that the metadata speak of, if it has these very operations and connections.
    private static func known(_ metadata: [String: String], like network: Network) -> Network? {
        var candidate: Network?
        if let text = metadata["zendet.structure"], text.utf8.count < 1 << 20 {
            candidate = try? StructureFile.parse(Array(text.utf8), source: "metadata").first?.network()
        } else if let name = metadata["zendet.network"] {
            candidate = Zoo.network(named: name)
        }
        guard let candidate, candidate.inputChannels == network.inputChannels, candidate.layers.count == network.layers.count else { return nil }
        let isSame = zip(candidate.layers, network.layers).allSatisfy { $0.operation == $1.operation && $0.inputs == $1.inputs }
        return isSame ? candidate : nil
    }

    private mutating func read(inputs: [ONNXValueInfoProto]) throws(ExportError) {
        guard inputs.count == 1, let input = inputs.first else { throw unsupported("has \(inputs.count) inputs; a backbone has one, an image") }
        let dimensions = input.type.tensorType.shape.dim
        guard input.type.tensorType.elemType == 1, dimensions.count == 4 else {
            throw unsupported("has the input \(quoted(input.name)), which is no fp32 map of shape [N, C, H, W]")
        }
        guard ONNXImporter.channels.contains(Int(dimensions[1].dimValue)) else {
            throw unsupported("leaves the channels of its input \(quoted(input.name)) open; 1 to \(ONNXImporter.channels.upperBound) are needed")
        }
        inputChannels = Int(dimensions[1].dimValue)
        let sides = dimensions[2...].map { Int($0.dimValue) }
        if sides[0] == sides[1], (1...65_536).contains(sides[0]) { side = sides[0] }
        maps[input.name] = Map(tensor: 0, channels: inputChannels, isVector: false)
    }

    // MARK: What the operators need

    /// The map at a place among a node's inputs.
    func map(_ node: ONNXNode, _ index: Int) throws(ExportError) -> Map {
        guard let name = node.input(index) else { throw node.malformed("has no input \(index + 1)") }
        if let map = maps[name] { return map }
        guard !constants.contains(name) else { throw node.unsupported("reads the constant \(quoted(name)) where a feature map is read here") }
        throw node.malformed("reads \(quoted(name)), which no earlier node writes: the graph has a cycle, or is cut")
    }

    /// Binds a node's output to a map.
    mutating func bind(_ node: ONNXNode, _ map: Map) throws(ExportError) {
        let outputs = node.proto.output.filter { !$0.isEmpty }
        // Further outputs (masks, running statistics) are fine as long as nobody reads them.
        guard let output = outputs.first, outputs.dropFirst().allSatisfy({ readers[$0] == nil }) else {
            throw node.unsupported("has \(outputs.count) outputs; one is run here")
        }
        guard maps[output] == nil, !constants.contains(output) else { throw node.malformed("writes \(quoted(output)), which is written already") }
        maps[output] = map
        if map.tensor > 0 { namesOfLayer[map.tensor - 1].append(output) }
    }

    /// Appends a layer for a node and binds the node's output to it.
    mutating func append(
        _ node: ONNXNode, _ operation: Operation, _ inputs: [TensorID], channels: Int, isVector: Bool = false,
        weights pairs: [(weights: [Float], bias: [Float])] = [], weightName: String? = nil
    ) throws(ExportError) {
        weightCount += pairs.reduce(0) { $0 + $1.weights.count + $1.bias.count }
        guard weightCount <= ONNXImporter.mostWeights else { throw node.unsupported("is the one with which the weights pass 2 GiB") }
        guard ONNXImporter.channels.contains(channels) else {
            throw node.unsupported("has \(channels) channels; 1 to \(ONNXImporter.channels.upperBound) are run here")
        }
        appendInner(node, operation, inputs, weights: pairs, weightName: weightName)
        try bind(node, Map(tensor: layers.count, channels: channels, isVector: isVector))
    }

    /// Appends a layer inside of a node: its result has no name in the graph.
    mutating func appendInner(
        _ node: ONNXNode, _ operation: Operation, _ inputs: [TensorID], weights pairs: [(weights: [Float], bias: [Float])] = [], weightName: String? = nil
    ) {
        layers.append(Layer(name: freshName(node, weightName), operation: operation, inputs: inputs, block: 0))
        weights.append(pairs)
        namesOfLayer.append([])
    }

    /// Whether one node alone reads a layer's result, under whatever name.
    func isReadOnce(_ layer: Int) -> Bool { namesOfLayer[layer].allSatisfy { readers[$0] == 1 } }

    /// Takes back layers that turned out to be the inside of one.
    mutating func removeLastLayers(_ count: Int) {
        for layer in layers.suffix(count) { names.remove(layer.name) }
        layers.removeLast(count)
        weightCount -= weights.suffix(count).joined().reduce(0) { $0 + $1.weights.count + $1.bias.count }
        weights.removeLast(count)
        // Nothing reads these names again: each was read once.
        for name in namesOfLayer.suffix(count).joined() { maps[name] = nil }
        namesOfLayer.removeLast(count)
    }

    /// Puts a scale and a shift of every output channel into a convolution.
    mutating func fold(_ scale: [Double], _ shift: [Double], into layer: Int) {
        let size = weights[layer][0].weights.count / scale.count
        for channel in scale.indices {
            for index in (channel * size)..<((channel + 1) * size) {
                weights[layer][0].weights[index] = Float(Double(weights[layer][0].weights[index]) * scale[channel])
            }
            weights[layer][0].bias[channel] = Float(Double(weights[layer][0].bias[channel]) * scale[channel] + shift[channel])
        }
    }

    /// The name that the layer's weights suggest, else the node's, without what other formats could not take, and unlike all before.
    private mutating func freshName(_ node: ONNXNode, _ weightName: String?) -> String {
        var name = node.proto.name
        if let weightName, weightName.hasSuffix(".weight") { name = String(weightName.dropLast(7)) }
        name = String(name.prefix(120).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
        name = name.split(separator: ".").joined(separator: ".")
        if name.isEmpty { name = "\(node.operation.lowercased().prefix(20).filter(\.isLetter))\(layers.count)" }
        var fresh = name
        var number = 1
        while !names.insert(fresh).inserted {
            number += 1
            fresh = "\(name)_\(number)"
        }
        return fresh
    }

    func malformed(_ what: String) -> ExportError { ExportError(.malformed, "\(source): \(what)") }
    func unsupported(_ what: String) -> ExportError { ExportError(.unsupported, "\(source): \(what)") }
}
