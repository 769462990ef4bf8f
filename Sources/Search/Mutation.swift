import Architecture

/// How far a mutation may jump.
public enum MutationStyle: Hashable, Sendable {
    /// Any field, channels by the space's ratios: the reference's ordinary mutation.
    case coarse
    /// Output and bottleneck channels by one or two steps of the grid, depth by one: the polish.
    case minor
}

/// Changes blocks of a structure inside a design space.
///
/// A mutation repairs what it disturbs: the next block's input follows, the bottleneck is brought into its bounds. The result always
/// lies inside the space.
struct Mutation: Sendable {
    let space: DesignSpace
    let grid: ChannelSteps

    enum Field { case channels, kernel, bottleneck, depth }
    /// The fields that can take more than one value, by position; every position that has one is mutated with equal chance.
    private let fields: [[Field]]
    private let mutable: [Int]

    init(space: DesignSpace, grid: ChannelSteps) {
        self.space = space
        self.grid = grid
        fields = space.positions.map { position in
            var fields: [Field] = []
            if position.channels.lowerBound < position.channels.upperBound { fields.append(.channels) }
            if position.kernelSizes.count > 1 { fields.append(.kernel) }
            if position.isSuper, !position.isFrozen { fields.append(.bottleneck) }
            if position.depths.count > 1 { fields.append(.depth) }
            return fields
        }
        mutable = fields.indices.filter { [fields] in !fields[$0].isEmpty }
    }

    var isEmpty: Bool { mutable.isEmpty }

    /// Mutates `count` times. Returns the changed positions as bits; 0 if nothing changed.
    @inline(__always)
    func mutate(_ blocks: inout [Block], count: Int, style: MutationStyle, using generator: inout KeyedGenerator) -> UInt64 {
        var changed: UInt64 = 0
        for _ in 0..<count {
            // A field at its bound may refuse; another draw then finds one that does not.
            for _ in 0..<8 {
                let index = generator.pick(mutable)
                let bits = mutateOnce(&blocks, index: index, style: style, using: &generator)
                guard bits != 0 else { continue }
                changed |= bits
                break
            }
        }
        return changed
    }

    private func mutateOnce(_ blocks: inout [Block], index: Int, style: MutationStyle, using generator: inout KeyedGenerator) -> UInt64 {
        let field = generator.pick(fields[index])
        switch field {
        case .channels: return mutateChannels(&blocks, index: index, style: style, using: &generator)
        case .bottleneck: return mutateBottleneck(&blocks, index: index, style: style, using: &generator)
        case .kernel:
            let sizes = space.positions[index].kernelSizes
            let now = sizes.firstIndex(of: blocks[index].kernelSize) ?? 0
            // Any other size, each with equal chance.
            let other = generator.next(below: sizes.count - 1)
            blocks[index].kernelSize = sizes[other < now ? other : other + 1]
            return 1 << UInt64(index)
        case .depth:
            let depths = space.positions[index].depths
            let step = generator.pick(BlockRules.depthSteps)
            let depth = blocks[index].depth + (style == .minor ? step.signum() : step)
            let clamped = min(max(depth, depths.lowerBound), depths.upperBound)
            guard clamped != blocks[index].depth else { return 0 }
            blocks[index].depth = clamped
            return 1 << UInt64(index)
        }
    }

    private func mutateChannels(_ blocks: inout [Block], index: Int, style: MutationStyle, using generator: inout KeyedGenerator) -> UInt64 {
        let position = space.positions[index]
        let old = blocks[index].outChannels
        let wanted = moved(old, ratios: position.rules.channelRatios, style: style, using: &generator)
        guard let bounds = space.channelBounds(index, in: blocks, grid: grid) else { return 0 }
        let new = min(max(wanted, bounds.lowerBound), bounds.upperBound)
        guard new != old else { return 0 }
        blocks[index].outChannels = new
        if position.isSuper {
            var bottleneck = blocks[index].bottleneck
            // A depthwise block keeps its expansion, as in the reference; a dense one keeps its bottleneck.
            if !position.rules.bottleneckRatios.isEmpty { bottleneck = grid.round(Double(bottleneck) / Double(old) * Double(new)) }
            let range = space.bottleneckBounds(index, outChannels: new, grid: grid)
            blocks[index].bottleneck = min(max(bottleneck, range.lowerBound), range.upperBound)
        }
        guard index + 1 < blocks.count else { return 1 << UInt64(index) }
        blocks[index + 1].inChannels = new
        return 3 << UInt64(index)
    }

    private func mutateBottleneck(_ blocks: inout [Block], index: Int, style: MutationStyle, using generator: inout KeyedGenerator) -> UInt64 {
        let rules = space.positions[index].rules
        let old = blocks[index].bottleneck
        let out = blocks[index].outChannels
        let wanted =
            rules.bottleneckRatios.isEmpty || style == .minor
            ? moved(old, ratios: rules.channelRatios, style: style, using: &generator)
            : grid.round(Double(out) * generator.pick(rules.bottleneckRatios))
        let bounds = space.bottleneckBounds(index, outChannels: out, grid: grid)
        let new = min(max(wanted, bounds.lowerBound), bounds.upperBound)
        guard new != old else { return 0 }
        blocks[index].bottleneck = new
        return 1 << UInt64(index)
    }

    /// A channel count times a ratio, or a few grid steps away; never the same one.
    @inline(__always)
    private func moved(_ channels: Int, ratios: [Double], style: MutationStyle, using generator: inout KeyedGenerator) -> Int {
        switch style {
        case .coarse:
            let ratio = generator.pick(ratios)
            let rounded = grid.round(Double(channels) * ratio)
            if rounded != channels { return rounded }
            return ratio > 1 ? grid.above(channels) : grid.below(channels)
        case .minor:
            let draw = generator.next(below: 4)
            var moved = channels
            for _ in 0...(draw >> 1) { moved = draw & 1 == 0 ? grid.above(moved) : grid.below(moved) }
            return moved
        }
    }
}

extension DesignSpace {
    /// One mutant of a structure of this space, for one individual of one seed.
    ///
    /// - Parameters:
    ///   - structure: what is changed; it stays as it is.
    ///   - seed: what the changes are drawn from, with `individual`.
    ///   - individual: which mutant of that seed.
    ///   - count: how many fields change; the reference changes two.
    ///   - style: how far a field may move.
    ///   - grid: the channel counts that are allowed; nil for those of the space.
    public func mutant(
        of structure: Structure, seed: UInt64, individual: UInt64, count: Int = 2, style: MutationStyle = .coarse, grid: ChannelSteps? = nil
    ) -> Structure {
        var generator = KeyedGenerator(seed: seed, individual: individual)
        var blocks = structure.blocks
        let mutation = Mutation(space: self, grid: grid ?? ChannelSteps(step: options.channelStep))
        if !mutation.isEmpty { _ = mutation.mutate(&blocks, count: count, style: style, using: &generator) }
        return Structure(name: structure.name, blocks: blocks)
    }
}
