import Architecture

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The closed-form maximum entropy of a backbone: no weights, no data, no forward pass.
///
/// With weights and inputs N(0,1), no normalization, no ReLU and no shortcut, a convolution multiplies the standard deviation by √(fan-in),
/// so it adds ½ ln(fan-in), with fan-in = inputs / groups · k². A stage's entropy is the sum over all main-branch convolutions up to
/// its end plus ln(channels); the score is Σ αᵢ · stageᵢ.
///
/// The score rises with depth above all: ResNet-101 outranks MAE-DET-M, although M has the higher average precision. It ranks networks
/// of one budget; it predicts no accuracy.
///
/// Numerics: sums in Double; the entry points agree to 1e-12 relative.
///
/// Source: Sun et al., "MAE-DET", arXiv 2111.13336, section 3; the weights are those of TinyNAS (`madnas`, commit 8ccaf88). TinyNAS
/// ignores groups in its fan-in; no published structure has any besides depthwise convolutions, where both agree.
public struct ClosedFormEntropy: Sendable {
    /// αᵢ from the first stage to the last; matched with a network's stages by ``weight(stage:of:)``.
    public let stageWeights: [Double]

    /// - Parameter stageWeights: αᵢ, 0, 0, 1, 1, 6 as in MAE-DET where not given.
    /// - Throws: `EntropyError` (`.badWeights`) if the list is empty, or a weight is negative or not finite, or all are 0.
    public init(stageWeights: [Double] = [0, 0, 1, 1, 6]) throws(EntropyError) {
        self.stageWeights = try Self.checked(stageWeights)
    }

    private init(unchecked stageWeights: [Double]) { self.stageWeights = stageWeights }

    /// With MAE-DET's weights 0, 0, 1, 1, 6.
    public static let maeDet = ClosedFormEntropy(unchecked: [0, 0, 1, 1, 6])

    /// The score of a graph, also of one that is no TinyNAS structure.
    public func score(_ network: Network) -> EntropyScore {
        var blocks: [BlockEntropy] = []
        for layer in network.layers {
            guard layer.isMainBranch, case .convolution(let convolution) = layer.operation else { continue }
            while blocks.count <= layer.block { blocks.append(BlockEntropy(layers: 0, entropy: 0)) }
            blocks[layer.block].layers += 1
            blocks[layer.block].entropy += convolution.entropy
        }
        return score(blocks, network.stages.map { (lastBlock: $0.lastBlock, channels: $0.channels) })
    }

    /// The score of a structure, without building its graph.
    ///
    /// - Precondition: the structure is valid (`Structure/validate()`).
    public func score(_ structure: Structure) -> EntropyScore {
        score(
            structure.blocks.map(\.entropy),
            structure.stageEnds.map { (lastBlock: $0, channels: structure.blocks[$0].outChannels) })
    }

    /// The total of ``score(_:)-(Structure)`` alone; allocates nothing, for the inner loop of a search.
    ///
    /// - Precondition: the structure is valid (`Structure/validate()`).
    public func total(_ structure: Structure) -> Double {
        let blocks = structure.blocks
        let stageCount = 1 + blocks.dropFirst().count { $0.stride == 2 }
        var total = 0.0
        var sum = 0.0
        var stage = 0
        for index in blocks.indices {
            sum += blocks[index].entropy.entropy
            guard index + 1 == blocks.count || blocks[index + 1].stride == 2 else { continue }
            total += weight(stage: stage, of: stageCount) * (sum + log(Double(blocks[index].outChannels)))
            stage += 1
        }
        return total
    }

    /// What one block adds to its stage and to those after it; `Block/entropy` without its count of layers.
    public static func block(_ block: Block) -> Double { block.entropy.entropy }

    private func score(_ blocks: [BlockEntropy], _ ends: [(lastBlock: Int, channels: Int)]) -> EntropyScore {
        var stages: [StageEntropy] = []
        var sum = 0.0
        var next = 0
        var total = 0.0
        for (index, end) in ends.enumerated() {
            while next <= end.lastBlock, next < blocks.count {
                sum += blocks[next].entropy
                next += 1
            }
            let stage = StageEntropy(
                channels: end.channels, entropy: sum + log(Double(end.channels)), weight: weight(stage: index, of: ends.count),
                lastBlock: end.lastBlock)
            total += stage.contribution
            stages.append(stage)
        }
        return EntropyScore(total: total, stages: stages, blocks: blocks)
    }
}

extension Convolution {
    /// ½ ln(fan-in): what one convolution adds to the entropy.
    public var entropy: Double { 0.5 * log(Double(fanIn)) }
}

extension Block {
    /// The block's part: its first inner block, and `depth` − 1 times the others, which are alike.
    public var entropy: BlockEntropy {
        let first = inner(0)
        var entropy = first.entropy
        if depth > 1 { entropy += Double(depth - 1) * inner(1).entropy }
        return BlockEntropy(layers: depth * first.mainBranchCount, entropy: entropy)
    }
}

extension InnerBlock {
    /// Σ ½ ln(fan-in) over the main branch, as one logarithm of the product.
    public var entropy: Double {
        var product = Double(first.fanIn)
        if let second { product *= Double(second.fanIn) }
        if let third { product *= Double(third.fanIn) }
        return 0.5 * log(product)
    }
}
