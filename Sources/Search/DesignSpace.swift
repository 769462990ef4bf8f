import Architecture

/// The set of structures that a search may visit: a start structure's classes and strides, and bounds on everything else.
///
/// The rules are TinyNAS' (see `BlockRules`), with its faults mended: every block can mutate, the last one too, and the caps are
/// options. Channels chain, lie on a grid, and do not fall from block to block except where the start's do.
public struct DesignSpace: Sendable {
    /// Bounds of one block.
    struct Position: Sendable {
        var kind: BlockKind
        var stride: Int
        /// Side of the block's input feature map.
        var inputSide: Int
        /// The resolution over the strides before, unrounded.
        var idealInputSide: Double
        var rules: BlockRules
        var channels: ClosedRange<Int>
        var kernelSizes: [Int]
        var depths: ClosedRange<Int>
        /// Largest out / in; infinity where there is no rule.
        var expansion: Double
        /// Whether out ≥ in.
        var isMonotone: Bool
        var startOut: Int
        var startBottleneck: Int
        /// Whether nothing but the input channels may change.
        var isFrozen: Bool

        var isSuper: Bool { kind != .convKXBNRELU }
    }

    public let start: Structure
    /// Side of the network's own input.
    public let resolution: Int
    public let options: Options
    let positions: [Position]

    public var blockCount: Int { positions.count }

    /// Whether a block's output is one of the network's outputs, which stay alive to the end: the last four stage ends.
    var keepsOutput: [Bool] {
        let ends = start.stageEnds.suffix(4)
        return start.blocks.indices.map { ends.contains($0) }
    }

    /// Infers the space from a start structure.
    ///
    /// - Parameters:
    ///   - start: gives the classes of blocks and the strides, which stay, and what mutations begin with.
    ///   - resolution: side of the network's own input (for a 12-channel stem, half the image's side).
    ///   - layerBudget: spreads the depth over the blocks (see `Options.spreadsDepth`).
    ///   - options: the grid of channels, the kernel sizes and what else a mutation may choose from.
    /// - Throws: `SearchError` with `.unsuitableStart` or `.badOption`.
    public init(start: Structure, resolution: Int, layerBudget: Int? = nil, options: Options = Options()) throws(SearchError) {
        try options.check()
        // The figures of this one structure hold for the space: its strides, and with them its sides, never change.
        do { _ = try start.cost(resolution: resolution) } catch { throw SearchError(.unsuitableStart, error.message) }
        for (index, block) in start.blocks.enumerated() where block.groups != 1 {
            throw SearchError(
                .unsuitableStart, "\(start.name): block \(index) has \(block.groups) groups; a search needs blocks without groups (depthwise classes are fine)")
        }
        for (index, block) in start.blocks.enumerated() where !BlockKey.fits(block) {
            throw SearchError(
                .unsuitableStart,
                "\(start.name): block \(index) has a size beyond what a search handles: channels up to \(BlockKey.channelMaximum), "
                    + "bottleneck up to \(BlockKey.bottleneckMaximum), kernel up to \(BlockKey.kernelMaximum), depth up to \(BlockKey.depthMaximum)")
        }
        guard start.blocks.count <= Self.blockMaximum else {
            throw SearchError(.unsuitableStart, "\(start.name) has \(start.blocks.count) blocks; a search handles up to \(Self.blockMaximum)")
        }
        self.start = start
        self.resolution = resolution
        self.options = options

        let firstSuper = start.blocks.firstIndex { $0.kind != .convKXBNRELU }
        let superBlocks = start.blocks.count { $0.kind != .convKXBNRELU }
        var side = resolution
        // TinyNAS compares kernels with the exact quotient, not with the rounded side.
        var exactSide = Double(resolution)
        var positions: [Position] = []
        for (index, block) in start.blocks.enumerated() {
            var rules = BlockRules.of(block.kind)
            let isSuper = block.kind != .convKXBNRELU
            let isFirst = index == firstSuper
            if rules.bottleneckBounds.lowerBound == 0 { rules.bottleneckBounds = options.bottleneckMinimum...1 }

            var width = index == 0 && !isSuper ? options.stemMaximum : isFirst ? options.firstWidthMaximum : options.widthMaximum
            var narrow = options.channelStep
            if index < options.channelRanges.count, let range = options.channelRanges[index] {
                width = min(width, range.upperBound)
                narrow = max(narrow, range.lowerBound)
            }
            var depth = isFirst ? options.firstDepthMaximum ?? rules.firstBlockDepth : options.depthMaximum
            if options.spreadsDepth, let layerBudget, isSuper, !isFirst {
                depth = min(depth, max(1, layerBudget / rules.layersPerInnerBlock / max(1, superBlocks - 1)))
            }
            var kernels = isSuper ? options.kernelSizes ?? rules.kernelSizes : []
            kernels = kernels.filter { Double($0) * 1.5 <= exactSide && $0 != block.kernelSize } + [block.kernelSize]
            let ratio = Double(block.outChannels) / Double(block.inChannels)

            let isFrozen = options.frozenBlocks.contains(index)
            if isFrozen { (narrow, width, kernels) = (block.outChannels, block.outChannels, [block.kernelSize]) }

            positions.append(
                Position(
                    kind: block.kind, stride: block.stride, inputSide: side, idealInputSide: exactSide, rules: rules,
                    channels: min(narrow, block.outChannels)...max(width, block.outChannels),
                    kernelSizes: kernels.sorted(),
                    depths: isFrozen ? block.depth...block.depth : 1...(isSuper ? max(depth, block.depth) : 1),
                    expansion: isSuper && !isFirst ? max(options.expansionMaximum, ratio) : .infinity,
                    isMonotone: index > 0 && block.outChannels >= block.inChannels,
                    startOut: block.outChannels, startBottleneck: block.bottleneck, isFrozen: isFrozen))
            side = block.outputSide(side)
            exactSide /= Double(block.stride)
        }
        self.positions = positions
        guard largestMACs < 0x1p60 else {
            throw SearchError(
                .badOption, "the largest network of the space has about \(largestMACs) MACs at resolution \(resolution), too many to count: lower the caps")
        }
    }

    /// Changed blocks are bits of a word, two of them beyond the last index.
    static let blockMaximum = 60

    /// A bound from above: every inner block as four convolutions of the widest channels.
    private var largestMACs: Double {
        var before = Double(start.blocks[0].inChannels)
        var sum = 0.0
        for position in positions {
            let out = Double(position.channels.upperBound)
            let width = max(before, out, position.isSuper ? position.rules.bottleneckBounds.upperBound * out : 0, Double(position.startBottleneck))
            let kernel = Double(position.kernelSizes.last ?? 1)
            let pixels = Double(position.inputSide) * Double(position.inputSide)
            sum += 4 * width * width * kernel * kernel * Double(position.depths.upperBound) * pixels
            before = out
        }
        return sum
    }

    /// What keeps a structure out of the space, in words; nil if it lies inside.
    public func violation(of structure: Structure) -> String? {
        guard structure.blocks.count == positions.count else {
            return "it has \(structure.blocks.count) blocks, the space has \(positions.count)"
        }
        let grid = ChannelSteps(step: options.channelStep)
        for (index, (block, position)) in zip(structure.blocks, positions).enumerated() {
            let place = "block \(index)"
            guard block.kind == position.kind, block.stride == position.stride else {
                return "\(place) is a \(block.kind.rawValue) of stride \(block.stride), not a \(position.kind.rawValue) of stride \(position.stride)"
            }
            let before = index == 0 ? start.blocks[0].inChannels : structure.blocks[index - 1].outChannels
            guard block.inChannels == before else { return "\(place) takes \(block.inChannels) channels, not \(before)" }
            guard position.channels.contains(block.outChannels) else {
                return "\(place) has \(block.outChannels) channels, outside \(position.channels)"
            }
            guard block.outChannels == position.startOut || grid.floor(block.outChannels) == block.outChannels else {
                return "\(place) has \(block.outChannels) channels, not a multiple of \(grid.step)"
            }
            guard position.kernelSizes.contains(block.kernelSize) else { return "\(place) has the kernel size \(block.kernelSize)" }
            guard position.depths.contains(block.depth) else { return "\(place) has \(block.depth) inner blocks, outside \(position.depths)" }
            guard !position.isMonotone || block.outChannels >= block.inChannels else {
                return "\(place) narrows from \(block.inChannels) to \(block.outChannels) channels"
            }
            guard Double(block.outChannels) <= position.expansion * Double(block.inChannels) else {
                return "\(place) widens from \(block.inChannels) to \(block.outChannels) channels, more than \(position.expansion) times"
            }
            if position.isSuper, block.bottleneck != position.startBottleneck || block.outChannels != position.startOut {
                guard grid.floor(block.bottleneck) == block.bottleneck else {
                    return "\(place) has a bottleneck of \(block.bottleneck) channels, not a multiple of \(grid.step)"
                }
                let bounds = bottleneckBounds(index, outChannels: block.outChannels, grid: grid)
                guard bounds.contains(block.bottleneck) else {
                    return "\(place) has a bottleneck of \(block.bottleneck) channels, outside \(bounds)"
                }
            }
        }
        return nil
    }

    public func contains(_ structure: Structure) -> Bool { violation(of: structure) == nil }

    /// The bottleneck's range for a number of output channels: the class' fractions of it, rounded to the grid.
    @inline(__always)
    func bottleneckBounds(_ index: Int, outChannels: Int, grid: ChannelSteps) -> ClosedRange<Int> {
        let position = positions[index]
        if position.isFrozen { return position.startBottleneck...position.startBottleneck }
        let bounds = position.rules.bottleneckBounds
        let fine = ChannelSteps(step: options.channelStep)
        let low = grid.ceil(fine.round(Double(outChannels) * bounds.lowerBound))
        let high = grid.floor(bounds.upperBound == 1 ? outChannels : fine.round(Double(outChannels) * bounds.upperBound))
        return low...max(low, high)
    }

    /// The range of output channels that the neighbours leave; nil if they leave nothing on the grid.
    @inline(__always)
    func channelBounds(_ index: Int, in blocks: [Block], grid: ChannelSteps) -> ClosedRange<Int>? {
        let position = positions[index]
        let input = blocks[index].inChannels
        var low = position.channels.lowerBound
        var high = position.channels.upperBound
        if position.isMonotone { low = max(low, input) }
        if position.expansion < .infinity { high = min(high, Int(position.expansion * Double(input))) }
        if index + 1 < positions.count {
            let next = positions[index + 1]
            let output = blocks[index + 1].outChannels
            if next.isMonotone { high = min(high, output) }
            if next.expansion < .infinity { low = max(low, Int((Double(output) / next.expansion).rounded(.up))) }
        }
        low = grid.ceil(low)
        high = grid.floor(high)
        return low <= high ? low...high : nil
    }
}
