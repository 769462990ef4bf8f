/// A network's entropy with its parts. All entropies are natural logarithms of a standard deviation.
public struct EntropyScore: Hashable, Sendable {
    /// Σ weight · entropy over the stages.
    public var total: Double
    public var stages: [StageEntropy]
    /// One for each block of the structure, or for each inner block of a ResNet, in order.
    public var blocks: [BlockEntropy]

    public init(total: Double, stages: [StageEntropy], blocks: [BlockEntropy]) {
        self.total = total
        self.stages = stages
        self.blocks = blocks
    }
}

/// A stage's part of a score.
public struct StageEntropy: Hashable, Sendable {
    public var channels: Int
    /// Sum of all blocks up to the stage's end, plus ln(channels); unweighted.
    public var entropy: Double
    public var weight: Double
    /// weight · entropy.
    public var contribution: Double
    /// Index of the stage's last block in ``EntropyScore/blocks``.
    public var lastBlock: Int

    public init(channels: Int, entropy: Double, weight: Double, lastBlock: Int) {
        self.channels = channels
        self.entropy = entropy
        self.weight = weight
        contribution = weight * entropy
        self.lastBlock = lastBlock
    }
}

/// A block's part of a score.
public struct BlockEntropy: Hashable, Sendable {
    /// Main-branch convolutions in the block.
    public var layers: Int
    /// Σ ½ ln(fan-in) over these convolutions.
    public var entropy: Double

    public init(layers: Int, entropy: Double) {
        self.layers = layers
        self.entropy = entropy
    }
}
