extension Structure {
    /// The graph of layers that this structure stands for.
    ///
    /// A stage ends before each block of stride 2 and at the end. In each inner block the shortcut's layers come first, so that the main
    /// branch's last convolution can add the finished shortcut as it writes.
    ///
    /// - Throws: what ``validate()`` throws.
    public func network() throws(ArchitectureError) -> Network {
        try validate()
        var graph = GraphBuilder()
        var tensor: TensorID = 0
        for (index, block) in blocks.enumerated() {
            for inner in 0..<block.depth {
                let prefix = block.kind == .convKXBNRELU ? "block\(index)" : "block\(index).inner\(inner)"
                tensor = graph.append(block.inner(inner), prefix, input: tensor, block: index)
            }
            if index + 1 == blocks.count || blocks[index + 1].stride == 2 {
                graph.endStage(tensor, channels: block.outChannels, lastBlock: index)
            }
        }
        return Network(name: name, inputChannels: blocks[0].inChannels, layers: graph.layers, stages: graph.stages, structure: self)
    }
}

extension GraphBuilder {
    fileprivate mutating func append(_ inner: InnerBlock, _ prefix: String, input: TensorID, block: Int) -> TensorID {
        var shortcut: TensorID?
        if let way = inner.shortcut {
            var tensor = input
            if way.isPooled { tensor = append("\(prefix).shortcut.pool", .pooling(InnerBlock.shortcutPooling), [tensor], block: block) }
            if let projection = way.projection {
                tensor = append("\(prefix).shortcut.projection", .convolution(projection), [tensor], block: block)
            }
            shortcut = tensor
        }
        var tensor = append("\(prefix).conv1", .convolution(inner.first), [input], isMainBranch: true, block: block)
        if let second = inner.second {
            tensor = append("\(prefix).relu1", .relu, [tensor], block: block)
            tensor = append("\(prefix).conv2", .convolution(second), [tensor], isMainBranch: true, block: block)
        }
        if let third = inner.third {
            tensor = append("\(prefix).relu2", .relu, [tensor], block: block)
            if let squeeze = inner.squeezeExcitation {
                tensor = append("\(prefix).se", .squeezeExcitation(squeeze), [tensor], block: block)
            }
            tensor = append("\(prefix).conv3", .convolution(third), [tensor], isMainBranch: true, block: block)
        }
        if let shortcut { tensor = append("\(prefix).add", .add, [tensor, shortcut], block: block) }
        return append("\(prefix).relu", .relu, [tensor], block: block)
    }
}
