extension GraphBuilder {
    /// The feature pyramid: lateral 1x1 convolutions, each level's map plus the next one's enlarged, 3x3 convolutions, and two levels more by
    /// convolutions of stride 2.
    ///
    /// The additional levels read C5 in RetinaNet and P5 in the others; FCOS has a ReLU before the last one. No normalization.
    /// Source: Lin et al., "Feature Pyramid Networks for Object Detection", 2017, section 3; MMDetection's FPN (`add_extra_convs`).
    ///
    /// - Parameters:
    ///   - maps: C3, C4 and C5 with their channels.
    /// - Returns: P3 to P7.
    mutating func appendPyramid(_ detector: Detector, maps: [TensorID], channels: [Int], block: Int) -> [TensorID] {
        let width = detector.width
        func bare(_ inputs: Int, kernelSize: Int, stride: Int = 1) -> Convolution {
            Convolution(inputs, width, kernelSize: kernelSize, stride: stride)
        }
        // From the top down, so that a lateral convolution adds the finished map above as it writes.
        var merged: [TensorID] = []
        for (level, (map, count)) in zip([3, 4, 5], zip(maps, channels)).reversed() {
            var tensor = append(Layer(biased: "neck.lateral\(level)", bare(count, kernelSize: 1), map, block: block))
            if let above = merged.first {
                let enlarged = append("neck.upsample\(level)", .upsampling(factor: 2), [above], block: block)
                tensor = append("neck.add\(level)", .add, [tensor, enlarged], block: block)
            }
            merged.insert(tensor, at: 0)
        }
        var levels = zip([3, 4, 5], merged).map { level, tensor in
            append(Layer(biased: "neck.output\(level)", bare(width, kernelSize: 3), tensor, block: block))
        }
        let isOnInput = detector.head == .retinanet
        levels.append(
            append(
                Layer(
                    biased: "neck.output6", bare(isOnInput ? channels[2] : width, kernelSize: 3, stride: 2), isOnInput ? maps[2] : levels[2],
                    block: block)))
        let last = detector.head == .fcos ? append("neck.relu7", .relu, [levels[3]], block: block) : levels[3]
        levels.append(append(Layer(biased: "neck.output7", bare(width, kernelSize: 3, stride: 2), last, block: block)))
        return levels
    }
}

extension Layer {
    /// A convolution with a bias of its own and no batch normalization.
    init(biased name: String, _ convolution: Convolution, _ input: TensorID, block: Int, sharedWeights: String? = nil) {
        self.init(name: name, operation: .convolution(convolution), inputs: [input], block: block)
        normalization = .none
        self.sharedWeights = sharedWeights
    }
}
