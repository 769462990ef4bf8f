import Architecture
import Inference
import TensorCore

/// What of its network changes a step's time, beside the step itself.
public struct StepSurroundings: Hashable, Sendable {
    /// The map that the step reads or writes has a border of zeros for another reader: its rows are then computed one by one.
    public var hasHalo: Bool
    /// Bytes that one run of the network touches: all weights, and the maps of its largest step. What of them the caches cannot hold until the next run comes
    /// from memory again. Nil where no network is known.
    public var footprintBytes: Double?
    /// Bytes of maps that were read or written since the first of the input map was written, its writer's included: so far back it lies in what caches remember.
    /// Nil where no network is known; see ``StepTerms``.
    public var inputAgeBytes: Double?
    /// The same of the residual map.
    public var residualAgeBytes: Double?

    public init(hasHalo: Bool = false, footprintBytes: Double? = nil, inputAgeBytes: Double? = nil, residualAgeBytes: Double? = nil) {
        self.hasHalo = hasHalo
        self.footprintBytes = footprintBytes
        self.inputAgeBytes = inputAgeBytes
        self.residualAgeBytes = residualAgeBytes
    }
}

extension Program {
    /// Whether a step's input or output map has a border of zeros.
    public func hasHalo(_ step: Int) -> Bool { values[operands[step].input].halo > 0 || values[operands[step].output].halo > 0 }

    /// What of the program changes a step's time.
    ///
    /// - Parameter footprintBytes: see there; nil for a part of a network.
    func surroundings(ofStep index: Int, footprintBytes: Double? = nil) -> StepSurroundings {
        let (step, operands) = (steps[index], operands[index])
        return StepSurroundings(
            hasHalo: hasHalo(index), footprintBytes: footprintBytes, inputAgeBytes: ageBytes(ofValue: operands.input, at: index),
            residualAgeBytes: step.residual ? operands.second.map { ageBytes(ofValue: $0, at: index) } : nil)
    }

    /// Bytes of maps that were read or written since the first of a value was. What wrote the network's input is taken to have read as much.
    private func ageBytes(ofValue value: Int, at step: Int) -> Double {
        let writer = values[value].firstStep
        let between = (writer < 0 ? 0 : firstOfUnit(writer))..<firstOfUnit(step)
        let before = writer < 0 ? 2 * values[value].shape.mapBytes(batch: batch, packed: values[value].packed) : 0
        return steps[between].reduce(before) { $0 + $1.mapBytes }
    }

    /// The first step of a step's chain, or itself.
    private func firstOfUnit(_ step: Int) -> Int {
        var first = step
        while first > 0, steps[first - 1].writesBand { first -= 1 }
        return first
    }

    /// See ``StepSurroundings/footprintBytes``.
    ///
    /// - Parameter methods: of each step, nil where it is no dense convolution.
    package func footprintBytes(_ methods: [ConvolutionMethod?]) -> Double {
        var (weights, maps) = (0.0, 0.0)
        for (step, method) in zip(steps, methods) {
            weights += step.packedWeightBytes(method)
            maps = max(maps, step.inputBytes + step.outputBytes * (step.residual ? 2 : 1))
        }
        return weights + maps
    }
}

extension Shape {
    /// Bytes of a map, with the channels that pad it unless they are packed.
    fileprivate func mapBytes(batch: Int, packed: Bool = false) -> Double {
        4 * Double(batch * height * width * (packed ? channels : TensorLayout.padded(channels)))
    }
}

extension Step {
    /// Bytes of the input map, padded channels included; none of a band.
    var inputBytes: Double { readsBand ? 0 : input.mapBytes(batch: batch, packed: image) }

    /// Bytes of all input maps but the residual: an addition has two.
    var operandBytes: Double { inputBytes * (kind == .add ? 2 : 1) }

    /// Bytes of the output map, padded channels included; none of a band.
    var outputBytes: Double { writesBand ? 0 : output.mapBytes(batch: batch) }

    /// Bytes of the residual map.
    var residualBytes: Double { residual ? output.mapBytes(batch: batch) : 0 }

    /// Bytes of all maps that it reads and writes.
    var mapBytes: Double { operandBytes + outputBytes + residualBytes }

    /// Bytes of the weights as a method stores them.
    func packedWeightBytes(_ method: ConvolutionMethod?) -> Double {
        switch operation {
        case .convolution(let c):
            let inputs = c.isDepthwise ? 1 : c.inChannels
            let taps = method.flatMap { $0 == .direct ? nil : $0.weightsPerChannel(self) } ?? c.kernelSize * c.kernelSize
            return 4 * Double(taps * inputs * TensorLayout.padded(c.outChannels))
        case .squeezeExcitation(let s): return 8 * Double(s.channels * s.reducedChannels)
        default: return 0
        }
    }
}
