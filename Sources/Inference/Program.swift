import Architecture
import TensorCore

/// A network lowered for a resolution and a batch: fused steps over values, without memory or weights.
///
/// A ReLU goes into the operator before it; an addition goes into the convolution that ends the main branch, which then runs at the
/// addition's place, so that the other operand is there.
public struct Program: Sendable {
    /// A feature map between steps.
    public struct Value: Hashable, Sendable {
        public var shape: Shape
        /// Zeros on each side: the largest padding of the steps that read it.
        public var halo = 0
        /// Channels packed, as in an image.
        public var packed = false
        /// Only a few rows exist at a time, between two steps of a chain.
        public var isBand = false
        /// Index of the step that writes it; −1 for the network's input.
        public var firstStep: Int
        /// Index of the last step that reads it; `steps.count` for a network output.
        public var lastStep: Int
    }

    /// What a step reads and writes, as indices into ``values``.
    public struct Operands: Hashable, Sendable {
        public var input: Int
        /// The residual of a convolution, or the second operand of an addition.
        public var second: Int?
        public var output: Int
        /// What scales the weights of a gated convolution.
        public var gates: Int?
        /// Name of the layer that the step came from (its convolution, where one is fused).
        public var name: String
        /// Block that it belongs to.
        public var block: Int
        /// Index of that layer in the network.
        public var layer: Int
        /// Where its weights come from.
        public var weights: WeightsPlace
    }

    /// Where a step's weights come from: what they are drawn by, and what files call them.
    public struct WeightsPlace: Hashable, Sendable {
        /// The layer's own name, or that of weights which several layers share.
        public var name: String
        /// Index of the first layer in the network that uses them.
        public var layer: Int
        public var isShared = false

        init(_ network: Network, layer: Int, owners: [Int]) {
            let shared = network.layers[layer].sharedWeights
            name = shared ?? network.layers[layer].name
            self.layer = owners[layer]
            isShared = shared != nil
        }

        init(name: String, layer: Int) {
            self.name = name
            self.layer = layer
        }
    }

    public let name: String
    public let resolution: Int
    public let batch: Int
    public internal(set) var steps: [Step] = []
    public internal(set) var operands: [Operands] = []
    /// Value 0 is the network's input.
    public internal(set) var values: [Value] = []
    /// The network's outputs, C2–C5 or a detector's.
    public private(set) var outputs: [Int] = []
    public private(set) var outputNames: [String] = []

    public var macs: Int { steps.reduce(0) { $0 + $1.macs } }

    /// Lowers a network.
    ///
    /// - Parameters:
    ///   - readsImage: false for a part of a network that does not begin with its image: few channels are then no reason to pack them.
    ///   - chains: which convolutions run as chains; by default what fits this machine's caches.
    /// - Throws: `ArchitectureError` where the network does not fit the resolution.
    public static func lower(
        _ network: Network, resolution: Int, batch: Int = 1, readsImage: Bool = true, chains: ChainRule = .fitting(.ofThisMachine)
    ) throws(ArchitectureError) -> Program {
        let shapes = try network.shapes(resolution: resolution)
        var program = Program(network, shapes: shapes, resolution: resolution, batch: batch)
        if readsImage { program.markImage() }
        program.foldGates()
        program.formChains(chains)
        return program
    }

    /// The steps between barriers: a chain together, every other step by itself.
    public var units: [Range<Int>] {
        var units: [Range<Int>] = []
        var start = 0
        for index in steps.indices where !steps[index].writesBand {
            units.append(start..<(index + 1))
            start = index + 1
        }
        return units
    }

    /// Puts the steps of a range into another order, which must leave every writer before its readers.
    mutating func move(from range: ClosedRange<Int>, to order: [Int]) {
        let (oldSteps, oldOperands) = (steps, operands)
        for (new, old) in zip(range, order) {
            steps[new] = oldSteps[old]
            operands[new] = oldOperands[old]
        }
        for index in values.indices where values[index].firstStep >= 0 { values[index].firstStep = operands.firstIndex { $0.output == index }! }
        for index in values.indices where values[index].lastStep < steps.count {
            values[index].lastStep = readers(of: index).last ?? values[index].firstStep
        }
    }

    /// The steps that read a value.
    func readers(of value: Int) -> [Int] {
        operands.indices.filter { operands[$0].input == value || operands[$0].second == value || operands[$0].gates == value }
    }

    /// The only step that reads a value, as its main input; nil where there are others, or the value leaves the network.
    func soleReader(of value: Int) -> Int? {
        guard !outputs.contains(value) else { return nil }
        let readers = readers(of: value)
        guard readers.count == 1, operands[readers[0]].input == value else { return nil }
        return readers[0]
    }

    /// How a value lies in memory; of a band, how the whole map would.
    func layout(ofValue index: Int) -> TensorLayout {
        let value = values[index]
        let s = value.shape
        return value.packed
            ? .packed(batch: batch, channels: s.channels, height: s.height, width: s.width, halo: value.halo)
            : TensorLayout(batch: batch, channels: s.channels, height: s.height, width: s.width, halo: value.halo)
    }

    private init(_ network: Network, shapes: [Shape], resolution: Int, batch: Int) {
        name = network.name
        self.resolution = resolution
        self.batch = batch
        let fusion = Fusion(network)
        let owners = network.weightOwners

        // valueOf[tensor]: the value that holds it; a fused tensor is the value of what it was fused into.
        var valueOf = [Int?](repeating: nil, count: shapes.count)
        values.append(Value(shape: shapes[0], firstStep: -1, lastStep: -1))
        valueOf[0] = 0
        for (index, layer) in network.layers.enumerated() {
            guard fusion.absorbedInto[index] == nil else { continue }
            var operation = layer.operation
            var source = index
            var input = layer.inputs[0]
            var second: TensorID?
            if let convolution = fusion.convolutionOfAddition[index] {
                operation = network.layers[convolution].operation
                source = convolution
                input = network.layers[convolution].inputs[0]
                second = layer.inputs[0] == convolution + 1 ? layer.inputs[1] : layer.inputs[0]
            } else if layer.inputs.count > 1 {
                second = layer.inputs[1]
            }
            let rectifier = fusion.rectifierOf[index]
            let step = steps.count
            let output = values.count
            values.append(Value(shape: shapes[index + 1], firstStep: step, lastStep: step))
            valueOf[index + 1] = output
            if let rectifier { valueOf[rectifier + 1] = output }

            let inputValue = valueOf[input]!
            let secondValue = second.map { valueOf[$0]! }
            values[inputValue].lastStep = step
            if let secondValue { values[secondValue].lastStep = step }
            if case .convolution(let c) = operation { values[inputValue].halo = max(values[inputValue].halo, c.padding) }
            let isConvolution = if case .convolution = operation { true } else { false }
            steps.append(
                Step(
                    operation, input: shapes[input], output: shapes[index + 1], batch: batch, rectified: rectifier != nil,
                    residual: isConvolution && second != nil))
            operands.append(
                Operands(
                    input: inputValue, second: secondValue, output: output, name: network.layers[source].name, block: layer.block, layer: source,
                    weights: WeightsPlace(network, layer: source, owners: owners)))
        }
        outputs = network.outputs.map { valueOf[$0]! }
        outputNames = network.outputNames
        for output in outputs { values[output].lastStep = steps.count }
    }

    /// Packs the input where only dense convolutions read it and it has few channels.
    private mutating func markImage() {
        let readers = operands.indices.filter { operands[$0].input == 0 || operands[$0].second == 0 }
        guard values[0].shape.channels < 16, !outputs.contains(0), readers.allSatisfy({ steps[$0].kind == .convolution && operands[$0].second != 0 })
        else { return }
        values[0].packed = true
        for reader in readers { steps[reader].image = true }
    }

    /// One step alone, as a program of its own; a residual becomes a second input, a band a whole map.
    package init(alone step: Step) {
        var step = step
        step.readsBand = false
        step.writesBand = false
        step.gated = false
        name = step.summary
        resolution = step.input.height
        batch = step.batch
        steps = [step]
        let padding = step.convolution?.padding ?? 0
        values = [Value(shape: step.input, halo: padding, packed: step.image, firstStep: -1, lastStep: 1)]
        if let second = step.second { values.append(Value(shape: second, firstStep: -1, lastStep: 1)) }
        values.append(Value(shape: step.output, firstStep: 0, lastStep: 1))
        operands = [
            Operands(
                input: 0, second: step.second == nil ? nil : 1, output: values.count - 1, name: step.summary, block: 0, layer: 0,
                weights: WeightsPlace(name: step.summary, layer: 0))
        ]
        outputs = [values.count - 1]
        outputNames = [step.summary]
    }
}

/// Which layers run inside others.
struct Fusion {
    /// For an addition, the convolution that takes it into its epilogue.
    var convolutionOfAddition: [Int: Int] = [:]
    /// For a layer (or an addition), the ReLU that it applies itself.
    var rectifierOf: [Int: Int] = [:]
    /// For a layer that does not run by itself, the layer that does its work.
    var absorbedInto: [Int: Int] = [:]

    init(_ network: Network) {
        var readers = [Int](repeating: 0, count: network.layers.count + 1)
        for layer in network.layers {
            for input in layer.inputs { readers[input] += 1 }
        }
        for output in network.outputs { readers[output] += 1 }

        func canTakeAddition(_ tensor: TensorID) -> Bool {
            guard tensor > 0, readers[tensor] == 1, case .convolution(let c) = network.layers[tensor - 1].operation else { return false }
            return !c.isDepthwise && absorbedInto[tensor - 1] == nil
        }
        for (index, layer) in network.layers.enumerated() {
            guard case .add = layer.operation, layer.inputs[0] != layer.inputs[1] else { continue }
            let candidates = layer.inputs.filter(canTakeAddition)
            // The main branch's last convolution: its shortcut is then an input like any other.
            guard let chosen = candidates.first(where: { network.layers[$0 - 1].isMainBranch }) ?? candidates.first else { continue }
            convolutionOfAddition[index] = chosen - 1
            absorbedInto[chosen - 1] = index
        }
        for (index, layer) in network.layers.enumerated() {
            guard case .relu = layer.operation, layer.inputs[0] > 0, readers[layer.inputs[0]] == 1 else { continue }
            let producer = layer.inputs[0] - 1
            switch network.layers[producer].operation {
            case .convolution, .add, .squeezeExcitation, .groupNormalization:
                rectifierOf[producer] = index
                absorbedInto[index] = producer
            default: break
            }
        }
    }
}
