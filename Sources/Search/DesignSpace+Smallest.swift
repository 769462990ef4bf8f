import Architecture

extension DesignSpace {
    /// The smallest structure of the space: every block at its least depth, kernel, channels and bottleneck.
    ///
    /// No structure of the space has fewer parameters, MACs, layers or activation bytes.
    public func smallest() -> Structure {
        let grid = ChannelSteps(step: options.channelStep)
        // What the blocks behind need: a wide block cannot stand behind one too narrow for its expansion rule.
        var needs = positions.map { $0.isFrozen ? $0.startOut : grid.ceil($0.channels.lowerBound) }
        for index in needs.indices.dropLast().reversed() where positions[index + 1].expansion < .infinity {
            needs[index] = max(needs[index], grid.ceil(Int((Double(needs[index + 1]) / positions[index + 1].expansion).rounded(.up))))
        }
        var blocks = start.blocks
        for (index, position) in positions.enumerated() {
            if index > 0 { blocks[index].inChannels = blocks[index - 1].outChannels }
            blocks[index].outChannels = position.isMonotone ? max(needs[index], blocks[index].inChannels) : needs[index]
            blocks[index].kernelSize = position.kernelSizes[0]
            blocks[index].depth = position.depths.lowerBound
            if position.isSuper {
                blocks[index].bottleneck = bottleneckBounds(index, outChannels: blocks[index].outChannels, grid: grid).lowerBound
            }
        }
        return Structure(name: start.name, blocks: blocks)
    }
}
