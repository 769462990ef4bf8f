/// A backbone as a graph of layers: what it computes, before anything is said of how fast it runs.
///
/// Layers stand in topological order. Batch normalization is folded: every convolution carries a bias. A layer's input is named by
/// a ``TensorID``: 0 is the network's input, i + 1 is the output of `layers[i]`. Shapes are not stored, they follow from a
/// resolution (see ``Network/shapes(resolution:)``).
public struct Network: Hashable, Sendable {
    /// The name a person knows it by ("resnet50"), or the file it came from.
    public var name: String
    /// 3 for an RGB image; 12 for a space-to-depth image at half the side.
    public var inputChannels: Int
    public var layers: [Layer]
    /// The stages in order; a stage ends before each block of stride 2 and at the end of the network.
    public var stages: [Stage]
    /// The TinyNAS structure that this network was built from; nil for networks that the notation cannot express (torchvision's ResNets).
    public var structure: Structure?
    /// What it gives, where that is not the ends of its stages: networks from other tools.
    public var chosenOutputs: [TensorID]?
    /// The names of the outputs, where they are not C2, C3, …: those of a detector.
    public var chosenOutputNames: [String]?

    public init(name: String, inputChannels: Int, layers: [Layer], stages: [Stage], structure: Structure?) {
        self.name = name
        self.inputChannels = inputChannels
        self.layers = layers
        self.stages = stages
        self.structure = structure
    }

    /// The feature maps a detector reads: the last four stages (C2–C5), or all of them where there are fewer than five; or what was chosen.
    public var outputs: [TensorID] { chosenOutputs ?? stages.suffix(4).map(\.output) }

    /// The name of each of ``outputs``: "c2", "c3", … unless others were chosen.
    public var outputNames: [String] { chosenOutputNames ?? outputs.indices.map { "c\($0 + 2)" } }

    /// True if the network reads an image whose 2x2 pixels were moved into channels (12 of them, at half the side).
    public var isSpaceToDepth: Bool { inputChannels == 12 }

    /// The side of the RGB image for an input of side `resolution`: twice that for a space-to-depth network.
    public func imageSide(resolution: Int) -> Int { isSpaceToDepth ? 2 * resolution : resolution }
}

/// A value in the graph: 0 is the network's input, i + 1 the output of `layers[i]`.
public typealias TensorID = Int

/// One operator with its inputs.
public struct Layer: Hashable, Sendable {
    /// Unique in the network and stable, for example "block2.inner0.conv1".
    public var name: String
    public var operation: Operation
    public var inputs: [TensorID]
    /// True for the convolutions on the main branch (not shortcut projections, not squeeze-and-excitation): the ones that entropy and depth count.
    public var isMainBranch: Bool
    /// Index of the block in the structure (or of the stage's inner block in a ResNet); groups layers in reports.
    public var block: Int
    /// Name of its weights where layers share them, as a detector's head does on all levels; nil: they are its own, by its own name.
    public var sharedWeights: String?
    /// What the trained network has behind a convolution, for the count of its parameters.
    public var normalization = Normalization.batch

    public init(name: String, operation: Operation, inputs: [TensorID], isMainBranch: Bool = false, block: Int) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
        self.isMainBranch = isMainBranch
        self.block = block
    }
}

/// What a trained network has behind a convolution.
public enum Normalization: Hashable, Sendable {
    /// A batch normalization, folded here: a scale and a shift for each output channel.
    case batch
    /// Nothing: the convolution has a bias of its own.
    case none
    /// A normalization that is a layer of its own; the convolution's bias is zero and no parameter.
    case separate
}

/// What a layer computes.
public enum Operation: Hashable, Sendable {
    /// Convolution with bias (folded batch normalization).
    case convolution(Convolution)
    case relu
    /// Element-wise sum of two inputs of one shape.
    case add
    case pooling(Pooling)
    /// The mean over height and width: a map of one pixel.
    case globalAverage
    /// A function of each value.
    case activation(Activation)
    /// Element-wise product of two inputs of one shape.
    case multiply
    /// A map times gates, the second input: one pixel, whose channels scale the map's.
    case scale
    /// The channels of two inputs of one size, one after the other.
    case concatenation
    /// Each pixel `factor` times in both directions.
    case upsampling(factor: Int)
    /// Each group of channels of each image with mean 0 and variance 1, then a scale and a shift for each channel.
    case groupNormalization(GroupNormalization)
    /// What is told by the shape of distributions over bins: the largest probabilities and their mean.
    case distributionStatistics(DistributionStatistics)
    /// A map times weights, the second input: one channel, whose pixels scale the map's.
    case scalePixels
    /// x · sigmoid(W₂ · relu(W₁ · mean(x) + b₁) + b₂), the mean over height and width.
    case squeezeExcitation(SqueezeExcitation)
}

/// A square convolution. Weights are [outChannels][inChannels / groups][kernelSize][kernelSize].
public struct Convolution: Hashable, Sendable {
    public var inChannels: Int
    public var outChannels: Int
    public var kernelSize: Int
    public var stride: Int
    public var padding: Int
    public var groups: Int

    /// `padding` defaults to (kernelSize − 1) / 2.
    public init(_ inChannels: Int, _ outChannels: Int, kernelSize: Int, stride: Int = 1, padding: Int? = nil, groups: Int = 1) {
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding ?? (kernelSize - 1) / 2
        self.groups = groups
    }

    /// Inputs that one output value sums over: (inChannels / groups) · kernelSize².
    public var fanIn: Int { inChannels / groups * kernelSize * kernelSize }
    public var isDepthwise: Bool { groups > 1 && groups == inChannels && groups == outChannels }
}

/// A square pooling window. Average pooling is unpadded and drops a last odd row and column, as PyTorch does by default.
public struct Pooling: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case average, max }
    public var kind: Kind
    public var kernelSize: Int
    public var stride: Int
    public var padding: Int

    public init(_ kind: Kind, kernelSize: Int, stride: Int, padding: Int = 0) {
        self.kind = kind
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding
    }
}

/// A function of one value, other than the ReLU, which runs inside other operators.
public enum Activation: Hashable, Sendable {
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// max(low, min(high, scale · x + shift)): a hard sigmoid, a ReLU6, a clip.
    case clampedLine(scale: Float, shift: Float, low: Float, high: Float)
}

/// The two fully connected layers of a squeeze-and-excitation block.
public struct SqueezeExcitation: Hashable, Sendable {
    public var channels: Int
    public var reducedChannels: Int

    public init(channels: Int, reducedChannels: Int) {
        self.channels = channels
        self.reducedChannels = reducedChannels
    }
}

/// A group normalization: (x − mean) / √(variance + ε) over a group's channels and pixels, then times a weight and plus a bias for each channel.
///
/// Source: Wu and He, "Group Normalization", 2018, section 3.
public struct GroupNormalization: Hashable, Sendable {
    public var channels: Int
    public var groups: Int

    /// ε, as in PyTorch.
    public static let epsilon = 1e-5

    public init(channels: Int, groups: Int) {
        self.channels = channels
        self.groups = groups
    }

    /// Its weights and biases, as those of a convolution that scales each channel by itself.
    public var affine: Convolution { Convolution(channels, channels, kernelSize: 1, groups: channels) }
}

/// The statistics of the distributions of a box's sides: for each side a softmax over its bins, of which the largest are kept, in descending
/// order, and their mean.
///
/// Source: Li et al., "Generalized Focal Loss V2", 2020, section 3.2 (arXiv 2011.12885).
public struct DistributionStatistics: Hashable, Sendable {
    public var sides: Int
    /// Bins of one side's distribution.
    public var bins: Int
    /// How many of the largest probabilities are kept.
    public var largest: Int

    public init(sides: Int, bins: Int, largest: Int) {
        self.sides = sides
        self.bins = bins
        self.largest = largest
    }

    public var inChannels: Int { sides * bins }
    public var outChannels: Int { sides * (largest + 1) }
}

/// The end of a stage: a feature map that a detector may read.
public struct Stage: Hashable, Sendable {
    public var output: TensorID
    public var channels: Int
    /// Index of the last block of the stage.
    public var lastBlock: Int

    public init(output: TensorID, channels: Int, lastBlock: Int) {
        self.output = output
        self.channels = channels
        self.lastBlock = lastBlock
    }
}
