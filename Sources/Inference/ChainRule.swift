import Architecture
import TensorCore

/// Which convolutions run as a chain, row by row, so that the maps between them never leave the cache.
///
/// A chain holds a depthwise convolution (what is bound by memory: a dense 3x3 is better off with Winograd) with the direct convolutions
/// before and after it whose maps nothing else reads, as long as its bands and its weights fit into the second-level cache.
/// Source: own derivation.
public enum ChainRule: Hashable, Sendable {
    /// Every operator by itself.
    case never
    /// Wherever a chain is possible, whatever it takes: for timing layers in a chain.
    case always
    /// Where bands and weights fit.
    case fitting(CacheSizes)
}

extension Program {
    /// Finds the chains: orders each one's steps side by side, and takes the memory from the maps inside.
    mutating func formChains(_ rule: ChainRule) {
        guard rule != .never else { return }
        var index = 0
        while index < steps.count {
            let chain = longestChain(from: index, rule)
            if chain.count > 1 && chain.contains(where: { steps[$0].kind == .depthwise }) {
                index = join(chain)
            } else {
                index += 1
            }
        }
    }

    /// The steps, in order, that a chain from `first` on can hold.
    private func longestChain(from first: Int, _ rule: ChainRule) -> [Int] {
        guard canBeStage(first, isFirst: true) else { return [] }
        var chain = [first]
        while let next = soleReader(of: operands[chain.last!].output), canBeStage(next, isFirst: false) {
            if case .fitting(let cache) = rule, strips(chain + [next], cache) == nil { break }
            chain.append(next)
        }
        return chain
    }

    /// The strips in which a chain of steps runs; nil where its bands fit the cache in none.
    func strips(_ chain: some Sequence<Int>, _ cache: CacheSizes) -> Int? {
        let stages = chain.map { index in
            ChainStage(
                ConvolutionShape(steps[index].convolution!), input: layout(ofValue: operands[index].input),
                output: layout(ofValue: operands[index].output))
        }
        return ConvolutionChain.strips(stages, room: ConvolutionChain.room(cache))
    }

    /// Convolutions that run direct and skip no rows; a dense one over several rows only as a stem, since elsewhere Winograd is faster.
    private func canBeStage(_ index: Int, isFirst: Bool) -> Bool {
        let step = steps[index]
        guard let c = step.convolution, c.kernelSize >= c.stride else { return false }
        return c.isDepthwise || (c.groups == 1 && (c.kernelSize == 1 || (isFirst && step.image)))
    }

    /// The only step that reads a value as its main input; nil where there are others, or the value leaves the network.
    private func soleReader(of value: Int) -> Int? {
        guard !outputs.contains(value) else { return nil }
        let readers = operands.indices.filter { operands[$0].input == value || operands[$0].second == value }
        guard readers.count == 1, operands[readers[0]].input == value else { return nil }
        return readers[0]
    }

    /// Moves a chain's steps to the place of its last one.
    ///
    /// - Returns: the step after the chain.
    private mutating func join(_ chain: [Int]) -> Int {
        for (writer, reader) in zip(chain, chain.dropFirst()) {
            steps[writer].writesBand = true
            steps[reader].readsBand = true
            values[operands[writer].output].isBand = true
        }
        let end = chain.last!
        let others = (chain[0]...end).filter { !chain.contains($0) }
        move(from: chain[0]...end, to: others + chain)
        return end + 1
    }
}
