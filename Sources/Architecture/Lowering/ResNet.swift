/// The residual networks of torchvision, as backbones: the classifier is left out, C1 to C5 are the stages.
///
/// Source: He et al., "Deep Residual Learning for Image Recognition", 2015, in torchvision's variant with the stride in the 3x3
/// convolution. C1 is the stem before its max pool. Names are torchvision's, with the ReLUs numbered.
public enum ResNet {
    /// The depths that torchvision has.
    public static let depths = [18, 34, 50, 101, 152]

    /// Inner blocks of the four residual stages.
    private static let blockCounts = [18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]]

    /// The backbone of `depth` layers; nil if torchvision has none of that depth.
    public static func network(depth: Int) -> Network? {
        guard let counts = blockCounts[depth] else { return nil }
        var graph = GraphBuilder()
        var tensor = graph.append("conv1", .convolution(Convolution(3, 64, kernelSize: 7, stride: 2)), [0], isMainBranch: true, block: 0)
        tensor = graph.append("relu", .relu, [tensor], block: 0)
        graph.endStage(tensor, channels: 64, lastBlock: 0)
        tensor = graph.append("maxpool", .pooling(Pooling(.max, kernelSize: 3, stride: 2, padding: 1)), [tensor], block: 1)
        var channels = 64
        var block = 1
        for (stage, count) in counts.enumerated() {
            let width = 64 << stage
            let out = depth < 50 ? width : 4 * width
            for index in 0..<count {
                let prefix = "layer\(stage + 1).\(index)"
                let stride = stage > 0 && index == 0 ? 2 : 1
                tensor = graph.residualBlock(prefix, tensor, channels, width, out, stride: stride, block: block)
                channels = out
                block += 1
            }
            graph.endStage(tensor, channels: out, lastBlock: block - 1)
        }
        return Network(name: "resnet\(depth)", inputChannels: 3, layers: graph.layers, stages: graph.stages, structure: nil)
    }
}

extension GraphBuilder {
    /// torchvision's Bottleneck where `out` is four times `width`, its BasicBlock where they are equal.
    fileprivate mutating func residualBlock(
        _ prefix: String, _ input: TensorID, _ channels: Int, _ width: Int, _ out: Int, stride: Int, block: Int
    ) -> TensorID {
        var shortcut = input
        if stride == 2 || channels != out {
            let projection = Convolution(channels, out, kernelSize: 1, stride: stride)
            shortcut = append("\(prefix).downsample", .convolution(projection), [input], block: block)
        }
        let convolutions =
            out == width
            ? [Convolution(channels, width, kernelSize: 3, stride: stride), Convolution(width, width, kernelSize: 3)]
            : [
                Convolution(channels, width, kernelSize: 1), Convolution(width, width, kernelSize: 3, stride: stride),
                Convolution(width, out, kernelSize: 1),
            ]
        var tensor = input
        for (index, convolution) in convolutions.enumerated() {
            tensor = append("\(prefix).conv\(index + 1)", .convolution(convolution), [tensor], isMainBranch: true, block: block)
            if index + 1 < convolutions.count { tensor = append("\(prefix).relu\(index + 1)", .relu, [tensor], block: block) }
        }
        tensor = append("\(prefix).add", .add, [tensor, shortcut], block: block)
        return append("\(prefix).relu", .relu, [tensor], block: block)
    }
}
