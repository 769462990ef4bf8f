import Architecture

/// A network as the table of layers that the written Python modules run.
struct PythonLayers {
    private let network: Network

    /// - Throws: `ExportError` `.cannotExpress` for a network with a detector's head.
    init(_ network: Network) throws(ExportError) {
        if let shared = network.layers.first(where: { $0.sharedWeights != nil }) {
            throw ExportError(
                .cannotExpress, "network '\(network.name)': layer \(shared.name) belongs to a detector's head, which a Python module cannot be written for: write its backbone")
        }
        self.network = network
    }

    /// `INPUT_CHANNELS`, `LAYERS`, `OUTPUTS` and what a neck has to know of them.
    var text: String {
        let layers = network.layers.map { layer in
            let (operation, arguments) = PythonLayers.operation(layer.operation)
            let inputs = layer.inputs.map(String.init).joined(separator: ", ")
            return "    (\"\(layer.name)\", \"\(operation)\", [\(inputs)], [\(arguments.joined(separator: ", "))]),\n"
        }
        return """
            # Channels of the image\(network.isSpaceToDepth ? ": 2x2 pixels moved into channels, see space_to_depth" : "").
            INPUT_CHANNELS = \(network.inputChannels)

            # Name, operation, what is read (0 is the image, i the result of row i), and numbers:
            # conv: channels in and out, kernel size, stride, padding, groups; maxpool and avgpool: kernel size, stride, padding;
            # se (squeeze-and-excitation): channels, reduced channels; clamp: scale, shift, low, high; upsample: factor.
            LAYERS = [
            \(layers.joined())]

            # The rows whose results are the feature maps, with their channels, and how often each divides the image's side.
            OUTPUTS = [\(list(network.outputs))]
            OUT_CHANNELS = [\(list(network.outputs.map { network.channels[$0] }))]
            OUT_STRIDES = [\(list(network.imageStrides))]

            """
    }

    private static func number(_ value: Float) -> String {
        value.isInfinite ? "float(\"\(value > 0 ? "inf" : "-inf")\")" : "\(value)"
    }

    private static func operation(_ operation: Operation) -> (String, [String]) {
        switch operation {
        case .convolution(let c): ("conv", [c.inChannels, c.outChannels, c.kernelSize, c.stride, c.padding, c.groups].map(String.init))
        case .relu: ("relu", [])
        case .add: ("add", [])
        case .pooling(let p): (p.kind == .max ? "maxpool" : "avgpool", [p.kernelSize, p.stride, p.padding].map(String.init))
        case .squeezeExcitation(let s): ("se", [s.channels, s.reducedChannels].map(String.init))
        case .globalAverage: ("average", [])
        case .activation(.sigmoid): ("sigmoid", [])
        case .activation(.clampedLine(let scale, let shift, let low, let high)): ("clamp", [scale, shift, low, high].map(number))
        case .multiply, .scale, .scalePixels: ("multiply", [])
        case .groupNormalization, .distributionStatistics: preconditionFailure("a detector's head is refused")
        case .concatenation: ("concatenate", [])
        case .upsampling(let factor): ("upsample", ["\(factor)"])
        }
    }
}
