import Architecture
import Inference

/// A layer with what comes before it in a network, so that it is timed where it finds its data.
///
/// A layer run alone again and again reads its input from the nearest cache, whereas in a network the layer before has just written it,
/// its output goes to memory that other layers used since, and its weights were pushed out by theirs. So a small network is built: a
/// producer writes the input (and the residual), then the layer runs, and only its own time counts.
package struct LayerContext {
    package let network: Network
    /// Index of the layer among the network's steps.
    package let step: Int
    /// Side of the network's input.
    package let resolution: Int

    /// - Returns: nil for a layer that cannot be placed so (an image layer is the first of its network; a map that is not square).
    package init?(_ step: Step) {
        guard !step.image, step.input.height == step.input.width else { return nil }
        var layers: [Layer] = []
        func add(_ operation: Operation, _ inputs: [TensorID], isMainBranch: Bool = false) -> TensorID {
            layers.append(Layer(name: "\(layers.count)", operation: operation, inputs: inputs, isMainBranch: isMainBranch, block: 0))
            return layers.count
        }
        let inputChannels: Int
        let output: TensorID
        if step.residual {
            // As at the end of a residual block: one map is both the residual and what the layers before made the input from.
            inputChannels = step.output.channels
            let map = add(.relu, [0])
            let residual = step.output.height == step.input.height ? map : add(.pooling(Pooling(.average, kernelSize: 2, stride: 2)), [map])
            let input = step.input.channels == inputChannels
                ? add(.relu, [map]) : add(.convolution(Convolution(inputChannels, step.input.channels, kernelSize: 1)), [map])
            output = add(.add, [add(step.operation, [input], isMainBranch: true), residual])
        } else {
            inputChannels = step.input.channels
            let input = add(.relu, [0])
            output = add(step.operation, step.kind == .add ? [input, add(.relu, [0])] : [input], isMainBranch: true)
        }
        let end = step.rectified ? add(.relu, [output]) : output
        resolution = step.input.height
        network = Network(
            name: step.summary, inputChannels: inputChannels, layers: layers,
            stages: [Stage(output: end, channels: step.output.channels, lastBlock: 0)], structure: nil)
        // The lowering decides what is fused with what: the layer must come out of it as it was.
        guard let program = try? Program.lower(network, resolution: resolution, batch: step.batch), program.steps.last == step else { return nil }
        self.step = program.steps.count - 1
    }
}
