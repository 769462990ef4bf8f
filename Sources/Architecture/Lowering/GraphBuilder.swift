/// Appends layers to a graph and hands out their tensor numbers.
struct GraphBuilder {
    private(set) var layers: [Layer]
    private(set) var stages: [Stage] = []

    /// - Parameter layers: those of a graph that goes on.
    init(layers: [Layer] = []) { self.layers = layers }

    mutating func append(_ layer: Layer) -> TensorID {
        layers.append(layer)
        return layers.count
    }

    mutating func append(_ name: String, _ operation: Operation, _ inputs: [TensorID], isMainBranch: Bool = false, block: Int) -> TensorID {
        append(Layer(name: name, operation: operation, inputs: inputs, isMainBranch: isMainBranch, block: block))
    }

    mutating func endStage(_ output: TensorID, channels: Int, lastBlock: Int) {
        stages.append(Stage(output: output, channels: channels, lastBlock: lastBlock))
    }
}
