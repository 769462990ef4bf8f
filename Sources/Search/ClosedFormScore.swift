import Architecture
import Entropy

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The closed-form entropy as a score: a sum over blocks, since a stage's entropy is the sum of its blocks' and those before.
public struct ClosedFormScore: AdditiveScore {
    public let entropy: ClosedFormEntropy
    public var name: String { "closed-form entropy" }

    public init(_ entropy: ClosedFormEntropy) { self.entropy = entropy }

    public func score(_ structure: Structure) -> Double { entropy.total(structure) }

    /// A block counts in its own stage and in all that follow; the one that ends a stage adds the stage's ln(channels).
    public func term(_ block: Block, index: Int, strides: [Int]) -> Double {
        let ends = strides.indices.filter { $0 + 1 == strides.count || strides[$0 + 1] == 2 }
        let own = ClosedFormEntropy.block(block)
        var term = 0.0
        for (stage, end) in ends.enumerated() where end >= index {
            let weight = entropy.weight(stage: stage, of: ends.count)
            term += weight * (end == index ? own + log(Double(block.outChannels)) : own)
        }
        return term
    }
}
