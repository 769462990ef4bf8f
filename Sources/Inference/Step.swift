import Architecture

/// One fused operator of a lowered program: what the engine runs between two barriers, and the unit of the layer table.
///
/// Two equal steps cost the same, whatever network they stand in.
public struct Step: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case convolution, depthwise, pooling, squeezeExcitation, add, relu, globalAverage, activation, multiply, scale, concatenation, upsampling
        case groupNormalization, distributionStatistics, scalePixels
    }

    public var operation: Operation
    /// Shape of the (first) input.
    public var input: Shape
    public var output: Shape
    public var batch: Int
    /// A ReLU is fused.
    public var rectified: Bool
    /// A residual addition is fused.
    public var residual: Bool
    /// The input is an image with packed channels.
    public var image: Bool
    /// The input is a band: a few rows in the cache that the step before in a chain has just written.
    public var readsBand = false
    /// The output is a band that the next step in a chain reads.
    public var writesBand = false
    /// The weights are scaled by the gates of a squeeze-and-excitation, whose output is then the gates alone (1x1).
    public var gated = false

    public init(_ operation: Operation, input: Shape, output: Shape, batch: Int, rectified: Bool, residual: Bool = false, image: Bool = false) {
        self.operation = operation
        self.input = input
        self.output = output
        self.batch = batch
        self.rectified = rectified
        self.residual = residual
        self.image = image
    }

    public var kind: Kind {
        switch operation {
        case .convolution(let c): c.isDepthwise ? .depthwise : .convolution
        case .pooling: .pooling
        case .squeezeExcitation: .squeezeExcitation
        case .add: .add
        case .relu: .relu
        case .globalAverage: .globalAverage
        case .activation: .activation
        case .multiply: .multiply
        case .scale: .scale
        case .concatenation: .concatenation
        case .upsampling: .upsampling
        case .groupNormalization: .groupNormalization
        case .distributionStatistics: .distributionStatistics
        case .scalePixels: .scalePixels
        }
    }

    public var convolution: Convolution? {
        if case .convolution(let c) = operation { c } else { nil }
    }

    /// Shape of the second input; nil for a step with one.
    public var second: Shape? {
        switch operation {
        case .add, .multiply: input
        case .scale: Shape(channels: input.channels, height: 1, width: 1)
        case .scalePixels: Shape(channels: 1, height: input.height, width: input.width)
        case .concatenation: Shape(channels: output.channels - input.channels, height: input.height, width: input.width)
        default: residual ? output : nil
        }
    }

    /// Multiply-accumulates of the whole batch.
    public var macs: Int { operation.macs(output: output) * batch }

    /// Bytes that must move at least: every input, weight and output once; a band stays in the cache.
    public var bytes: Int {
        let inputs = (readsBand ? 0 : input.elementCount) + (residual ? 0 : second?.elementCount ?? 0)
        let outputs = (writesBand ? 0 : output.elementCount) + (residual ? output.elementCount : 0)
        let maps = batch * (inputs + outputs)
        let weights =
            switch operation {
            case .convolution(let c): c.outChannels * (c.fanIn + 1)
            case .squeezeExcitation(let s): 2 * s.channels * s.reducedChannels
            default: 0
            }
        return 4 * (maps + weights)
    }

    /// A short text, for example "conv 3x3/2 64→128 120x120 +res relu".
    public var summary: String {
        var text: String
        switch operation {
        case .convolution(let c):
            text = "\(c.isDepthwise ? "dwconv" : "conv") \(c.kernelSize)x\(c.kernelSize)\(c.stride > 1 ? "/\(c.stride)" : "")"
            if c.groups > 1 && !c.isDepthwise { text += " g\(c.groups)" }
        case .pooling(let p): text = "\(p.kind == .max ? "maxpool" : "avgpool") \(p.kernelSize)x\(p.kernelSize)/\(p.stride)"
        case .squeezeExcitation(let s): text = output.height < input.height ? "se gates \(s.reducedChannels)" : "se \(s.reducedChannels)"
        case .add: text = "add"
        case .relu: text = "relu"
        case .globalAverage: text = "global average"
        case .activation(.sigmoid): text = "sigmoid"
        case .activation(.clampedLine): text = "clamp"
        case .multiply: text = "multiply"
        case .scale: text = "scale"
        case .concatenation: text = "concatenate"
        case .groupNormalization(let n): text = "group norm \(n.groups)"
        case .distributionStatistics(let d): text = "\(d.largest) largest of \(d.bins)"
        case .scalePixels: text = "scale pixels"
        case .upsampling(let factor): text = "upsample \(factor)x"
        }
        text += input.channels == output.channels ? " \(input.channels)" : " \(input.channels)→\(output.channels)"
        text += " \(input.height)x\(input.width)"
        if gated { text += " gated" }
        if residual { text += " +res" }
        if rectified { text += " relu" }
        return text
    }
}
