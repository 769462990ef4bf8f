import Architecture

/// A convolution as an accelerator's operator library names it: the unit that the latency model prices.
///
/// Everything else (pooling, ReLU, addition) costs nothing in the library, which measured convolutions with those fused into them.
public struct AcceleratorOperator: Hashable, Sendable {
    /// Name of the network's layer.
    public var layer: String
    public var isDepthwise: Bool
    public var inChannels: Int
    public var outChannels: Int
    public var kernelSize: Int
    public var stride: Int
    /// Height and width of the input in pixels.
    public var inputSide: Int
    /// The convolution adds a residual as it writes.
    public var addsResidual: Bool

    public init(
        layer: String, isDepthwise: Bool = false, inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int, inputSide: Int,
        addsResidual: Bool = false
    ) {
        self.layer = layer
        self.isDepthwise = isDepthwise
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.kernelSize = kernelSize
        self.stride = stride
        self.inputSide = inputSide
        self.addsResidual = addsResidual
    }
}

extension Network {
    /// The convolutions of the network in graph order.
    ///
    /// Of an addition, the last convolution of the main branch is the one that adds: it is the residual's only reader and writes last.
    ///
    /// - Throws: what ``Network/shapes(resolution:)`` throws.
    public func acceleratorOperators(resolution: Int) throws(ArchitectureError) -> [AcceleratorOperator] {
        let shapes = try shapes(resolution: resolution)
        let adding = addingLayers
        var operators: [AcceleratorOperator] = []
        for (index, layer) in layers.enumerated() {
            guard case .convolution(let convolution) = layer.operation, convolution.groups == 1 || convolution.isDepthwise else { continue }
            operators.append(
                AcceleratorOperator(
                    layer: layer.name, isDepthwise: convolution.isDepthwise, inChannels: convolution.inChannels,
                    outChannels: convolution.outChannels, kernelSize: convolution.kernelSize, stride: convolution.stride,
                    inputSide: shapes[layer.inputs[0]].height, addsResidual: adding.contains(index)))
        }
        return operators
    }

    /// Layers that cost time but have no counterpart in the library: squeeze-and-excitation, grouped convolutions, and what detectors' heads have.
    var layersWithoutCounterpart: [Layer] {
        layers.filter { layer in
            switch layer.operation {
            case .squeezeExcitation: true
            case .convolution(let convolution): convolution.groups > 1 && !convolution.isDepthwise
            case .groupNormalization, .distributionStatistics, .scalePixels: true
            case .relu, .add, .pooling, .globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling: false
            }
        }
    }

    /// Indices of the convolutions whose output is read by an addition alone, one for each addition.
    private var addingLayers: Set<Int> {
        var readers = [Int](repeating: 0, count: layers.count + 1)
        for layer in layers { for input in layer.inputs { readers[input] += 1 } }
        var adding = Set<Int>()
        for layer in layers {
            guard case .add = layer.operation else { continue }
            let candidates = layer.inputs.compactMap { input -> Int? in
                guard input > 0, readers[input] == 1, case .convolution = layers[input - 1].operation else { return nil }
                return input - 1
            }
            if let chosen = candidates.last(where: { layers[$0].isMainBranch }) ?? candidates.last { adding.insert(chosen) }
        }
        return adding
    }
}
