import Inference
import TensorCore

/// What of its network changes a step's time, beside the step itself.
public struct StepSurroundings: Hashable, Sendable {
    /// The map that the step reads or writes has a border of zeros for another reader: its rows are then computed one by one.
    public var hasHalo: Bool
    /// Bytes that one run of the network touches: all weights, and the maps of its largest step. What of them the caches cannot hold until the next run comes
    /// from memory again. Nil where no network is known.
    public var footprintBytes: Double?

    public init(hasHalo: Bool = false, footprintBytes: Double? = nil) {
        self.hasHalo = hasHalo
        self.footprintBytes = footprintBytes
    }
}

extension Program {
    /// Whether a step's input or output map has a border of zeros.
    public func hasHalo(_ step: Int) -> Bool { values[operands[step].input].halo > 0 || values[operands[step].output].halo > 0 }

    /// See ``StepSurroundings/footprintBytes``.
    ///
    /// - Parameter methods: of each step, nil where it is no dense convolution.
    func footprintBytes(_ methods: [ConvolutionMethod?]) -> Double {
        var (weights, maps) = (0.0, 0.0)
        for (step, method) in zip(steps, methods) {
            weights += step.packedWeightBytes(method)
            maps = max(maps, step.inputBytes + step.outputBytes * (step.residual ? 2 : 1))
        }
        return weights + maps
    }
}

extension Step {
    /// Bytes of the input map, padded channels included; none of a band.
    var inputBytes: Double { readsBand ? 0 : 4 * Double(batch * input.height * input.width * (image ? input.channels : TensorLayout.padded(input.channels))) }

    /// Bytes of the output map, padded channels included; none of a band.
    var outputBytes: Double { writesBand ? 0 : 4 * Double(batch * output.height * output.width * TensorLayout.padded(output.channels)) }

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
