import Architecture

/// What a graph of layers does not say of itself: which convolutions are the main branch, and where its stages end.
///
/// The main branch is the longest way back from the last output: at a sum, a product or a concatenation, the operand with more convolutions behind it.
/// A stage ends with the last map of a size on the way to that output.
/// Source: own derivation; for the zoo's networks it gives the branches and stages that they were built with,
/// but for the first layers of depthwise blocks without a shortcut, which it counts with the stage before.
struct ONNXTopology {
    /// With main branches marked, and the number of the stage as the block.
    let layers: [Layer]
    let stages: [Stage]

    /// - Parameter output: the last output's tensor.
    init(layers: [Layer], inputChannels: Int, output: TensorID) {
        let network = Network(name: "", inputChannels: inputChannels, layers: layers, stages: [], structure: nil)
        let (strides, channels) = (network.strides, network.channels)
        let isMap = ONNXTopology.maps(layers)
        var marked = layers
        var way: [TensorID] = []
        let depths = ONNXTopology.depths(layers)
        var tensor = output
        while tensor > 0 {
            way.append(tensor)
            if case .convolution = layers[tensor - 1].operation, isMap[tensor] { marked[tensor - 1].isMainBranch = true }
            // The first of several equals: `max` takes the last, and a shortcut is often an operator's second input.
            tensor = layers[tensor - 1].inputs.reversed().max { (depths[$0], isMap[$0] ? 1 : 0) < (depths[$1], isMap[$1] ? 1 : 0) } ?? 0
        }
        way.reverse()
        let open = ONNXTopology.insideBlocks(layers, way, depths)
        let ends = way.filter { isMap[$0] && !open.contains($0) }
        var stages: [Stage] = []
        for (index, tensor) in ends.enumerated() {
            let next = index + 1 < ends.count ? ends[index + 1] : nil
            guard next.map({ strides[$0] > strides[tensor] }) ?? true else { continue }
            stages.append(Stage(output: tensor, channels: channels[tensor], lastBlock: stages.count))
        }
        if stages.isEmpty { stages.append(Stage(output: output, channels: channels[output], lastBlock: 0)) }
        var stage = 0
        for index in marked.indices {
            while stage < stages.count - 1, index + 1 > stages[stage].output { stage += 1 }
            marked[index].block = stage
        }
        self.layers = marked
        self.stages = stages
    }

    /// The tensors on the way that something is passed around: none of them is where a stage ends.
    private static func insideBlocks(_ layers: [Layer], _ way: [TensorID], _ depths: [Int]) -> Set<TensorID> {
        let place = Dictionary(uniqueKeysWithValues: way.enumerated().map { ($1, $0) })
        var inside: Set<TensorID> = []
        for (index, tensor) in way.enumerated() where index > 0 {
            for input in layers[tensor - 1].inputs where input != way[index - 1] {
                var root = input
                while root > 0, place[root] == nil { root = layers[root - 1].inputs.max { depths[$0] < depths[$1] } ?? 0 }
                let passed = way[((place[root] ?? -1) + 1)..<index]
                // What comes back enlarged is a neck's, and passes around whole stages.
                let isNeck = passed.contains { if case .upsampling = layers[$0 - 1].operation { true } else { false } }
                if !isNeck { inside.formUnion(passed) }
            }
        }
        return inside
    }

    /// Convolutions on the longest way to each tensor.
    private static func depths(_ layers: [Layer]) -> [Int] {
        layers.reduce(into: [0]) { depths, layer in
            let before = layer.inputs.map { depths[$0] }.max() ?? 0
            if case .convolution = layer.operation { depths.append(before + 1) } else { depths.append(before) }
        }
    }

    /// Whether each tensor is a map with more than one pixel.
    private static func maps(_ layers: [Layer]) -> [Bool] {
        layers.reduce(into: [true]) { maps, layer in
            switch layer.operation {
            case .globalAverage: maps.append(false)
            default: maps.append(maps[layer.inputs[0]])
            }
        }
    }
}
