import Architecture

/// A small change of one block: what it would add to the closed-form score, and what it would cost.
public struct WhatIf: Hashable, Sendable {
    public enum Change: Hashable, Sendable {
        /// One more inner block.
        case depth
        /// Wider output: an eighth more channels, at least 8, on multiples of 8. The next block reads them.
        case width
        /// Wider inside, by the same rule.
        case bottleneck
        /// A 5x5 kernel in place of a smaller one.
        case kernel
    }

    public var block: Int
    public var change: Change
    /// "L 4 → 5", "out 272 → 312".
    public var summary: String
    /// The structure after the change.
    public var structure: Structure
    public var scoreGain: Double
    public var macs: Int
    public var params: Int
}

extension ClosedFormEntropy {
    /// Every change of every block that the notation allows, in the order of the blocks.
    ///
    /// - Returns: changes whose network still fits the resolution.
    /// - Throws: `ArchitectureError` if the structure itself does not fit.
    public func whatIfs(_ structure: Structure, resolution: Int) throws(ArchitectureError) -> [WhatIf] {
        let cost = try structure.cost(resolution: resolution)
        let score = total(structure)
        var found: [WhatIf] = []
        for index in structure.blocks.indices {
            for (change, changed, summary) in structure.changes(index) {
                guard let after = try? changed.cost(resolution: resolution) else { continue }
                found.append(
                    WhatIf(
                        block: index, change: change, summary: summary, structure: changed, scoreGain: total(changed) - score,
                        macs: after.macs - cost.macs, params: after.params - cost.params))
            }
        }
        return found
    }
}

extension Structure {
    fileprivate func changes(_ index: Int) -> [(WhatIf.Change, Structure, String)] {
        let block = blocks[index]
        let isSuper = block.kind != .convKXBNRELU
        var found: [(WhatIf.Change, Structure, String)] = []
        func add(_ change: WhatIf.Change, _ summary: String, _ edit: (inout Structure) -> Void) {
            var changed = self
            edit(&changed)
            found.append((change, changed, summary))
        }
        if isSuper { add(.depth, "L \(block.depth) → \(block.depth + 1)") { $0.blocks[index].depth += 1 } }
        let out = Self.wider(block.outChannels)
        add(.width, "out \(block.outChannels) → \(out)") {
            $0.blocks[index].outChannels = out
            if index + 1 < blocks.count { $0.blocks[index + 1].inChannels = out }
        }
        if isSuper {
            let bottleneck = Self.wider(block.bottleneck)
            add(.bottleneck, "btn \(block.bottleneck) → \(bottleneck)") { $0.blocks[index].bottleneck = bottleneck }
        }
        if isSuper, block.kernelSize < 5 { add(.kernel, "k \(block.kernelSize) → 5") { $0.blocks[index].kernelSize = 5 } }
        return found
    }

    /// An eighth more, at least 8, on the next multiple of 8.
    private static func wider(_ channels: Int) -> Int { (channels + max(8, channels / 8) + 7) / 8 * 8 }
}
