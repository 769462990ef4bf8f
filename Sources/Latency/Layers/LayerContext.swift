import Architecture
import Inference

/// A layer with what comes before it in a network, so that it is timed where it finds its data.
///
/// A layer run alone again and again reads its input from the nearest cache, whereas in a network the layer before has just written it,
/// its output goes to memory that other layers used since, and its weights were pushed out by theirs. So a small network is built: a
/// producer writes the input (and the residual), then the layer runs, and only its own time counts. A layer of a chain gets the neighbours that
/// make it part of one.
package struct LayerContext {
    package let program: Program
    /// Index of the layer among the program's steps.
    package let step: Int

    /// - Returns: nil for a layer that cannot be placed so (an image layer is the first of its network; a map that is not square).
    package init?(_ step: Step) {
        guard !step.image, step.input.height == step.input.width else { return nil }
        var graph = Graph()
        let inputChannels: Int
        let output: TensorID
        if step.residual {
            // As at the end of a residual block: one map is both the residual and what the layers before made the input from.
            inputChannels = step.output.channels
            let map = graph.add(.relu, [0])
            let residual = step.output.height == step.input.height ? map : graph.add(.pooling(Pooling(.average, kernelSize: 2, stride: 2)), [map])
            let input = graph.input(of: step, from: map, channels: inputChannels)
            output = graph.add(.add, [graph.add(step.operation, [input], isMainBranch: true), residual])
        } else {
            inputChannels = step.input.channels
            let map = graph.add(.relu, [0])
            let input = step.readsBand ? graph.input(of: step, from: map, channels: inputChannels) : map
            output = graph.add(step.operation, step.kind == .add ? [input, graph.add(.relu, [0])] : [input], isMainBranch: true)
        }
        var end = step.rectified ? graph.add(.relu, [output]) : output
        if step.writesBand { end = graph.consumer(of: step, end) }
        let network = Network(
            name: step.summary, inputChannels: inputChannels, layers: graph.layers,
            stages: [Stage(output: end, channels: step.output.channels, lastBlock: 0)], structure: nil)
        // The lowering decides what is fused with what: the layer must come out of it as it was.
        let chains: ChainRule = step.readsBand || step.writesBand ? .always : .never
        guard let program = try? Program.lower(network, resolution: step.input.height, batch: step.batch, chains: chains),
            let index = program.steps.lastIndex(of: step)
        else { return nil }
        self.program = program
        self.step = index
    }

    /// The layers of the small network.
    private struct Graph {
        var layers: [Layer] = []

        mutating func add(_ operation: Operation, _ inputs: [TensorID], isMainBranch: Bool = false) -> TensorID {
            layers.append(Layer(name: "\(layers.count)", operation: operation, inputs: inputs, isMainBranch: isMainBranch, block: 0))
            return layers.count
        }

        /// The step's input made from a map: as it is, or by the layers before it in a chain.
        mutating func input(of step: Step, from map: TensorID, channels: Int) -> TensorID {
            let inputs = step.input.channels
            guard step.readsBand || channels != inputs else { return add(.relu, [map]) }
            let wide = add(.convolution(Convolution(channels, inputs, kernelSize: 1)), [map])
            guard step.readsBand, step.kind != .depthwise else { return wide }
            return add(.convolution(Convolution(inputs, inputs, kernelSize: 3, groups: inputs)), [wide])
        }

        /// What reads the step's output row by row.
        mutating func consumer(of step: Step, _ output: TensorID) -> TensorID {
            let channels = step.output.channels
            return add(
                .convolution(
                    step.kind == .depthwise
                        ? Convolution(channels, channels, kernelSize: 1) : Convolution(channels, channels, kernelSize: 3, groups: channels)),
                [output])
        }
    }
}
