/// A detector's head on one level of the pyramid; its weights are the same on all.
///
/// Two towers of four 3x3 convolutions, for classes and for boxes, and what reads them.
struct DetectorHead {
    static let normalizationGroups = 32
    private static let depth = 4
    private static let anchors = 9
    /// The bins of a box side's distribution, 0 to 16, and how many of the largest probabilities weigh the scores.
    /// Source: "Generalized Focal Loss", 2020, section 3 (n = 16); "Generalized Focal Loss V2", section 4.1 (k = 4, 64 hidden channels).
    private static let statistics = DistributionStatistics(sides: 4, bins: 17, largest: 4)
    private static let qualityChannels = 64

    private let detector: Detector
    private let level: Int
    private let block: Int
    /// The graph so far, with the head at its end.
    private(set) var graph: GraphBuilder

    init(_ detector: Detector, level: Int, block: Int, after graph: GraphBuilder) {
        self.graph = graph
        self.detector = detector
        self.level = level
        self.block = block
    }

    /// - Returns: the outputs with their names.
    mutating func append(_ input: TensorID) -> [(name: String, tensor: TensorID)] {
        let classes = tower("class", input)
        let boxes = tower("box", input)
        let outputs: [(String, TensorID)]
        switch detector.head {
        case .retinanet:
            outputs = [
                ("scores", convolution("scores", Detector.classes * DetectorHead.anchors, classes)),
                ("boxes", convolution("boxes", 4 * DetectorHead.anchors, boxes)),
            ]
        case .fcos:
            let sides = convolution("sides", 4, boxes)
            // The level's learned scale stands in the same factor as its stride.
            let line = Activation.clampedLine(scale: Float(1 << level), shift: 0, low: 0, high: .infinity)
            outputs = [
                ("scores", convolution("scores", Detector.classes, classes)), ("boxes", layer("boxes", .activation(line), [sides])),
                ("centerness", convolution("centerness", 1, boxes)),
            ]
        case .gflv2:
            let sides = convolution("sides", DetectorHead.statistics.inChannels, boxes)
            let scaled = layer("boxes", .activation(.clampedLine(scale: 1, shift: 0, low: -.infinity, high: .infinity)), [sides])
            let statistics = layer("statistics", .distributionStatistics(DetectorHead.statistics), [scaled])
            let hidden = DetectorHead.qualityChannels
            let first = pointwise("quality1", DetectorHead.statistics.outChannels, hidden, statistics)
            let second = pointwise("quality2", hidden, 1, layer("quality1.relu", .relu, [first]))
            let quality = layer("quality", .activation(.sigmoid), [second])
            let logits = convolution("logits", Detector.classes, classes)
            let probabilities = layer("probabilities", .activation(.sigmoid), [logits])
            outputs = [("scores", layer("scores", .scalePixels, [probabilities, quality])), ("boxes", scaled)]
        }
        return outputs.map { ("p\(level).\($0.0)", $0.1) }
    }

    /// Four 3x3 convolutions with their ReLUs, normalized by groups but in RetinaNet.
    private mutating func tower(_ name: String, _ input: TensorID) -> TensorID {
        let isNormalized = detector.head != .retinanet
        var tensor = input
        for index in 1...DetectorHead.depth {
            let part = "\(name)\(index)"
            tensor = convolution(part, detector.width, tensor, normalization: isNormalized ? .separate : .none)
            if isNormalized {
                let normalization = GroupNormalization(channels: detector.width, groups: DetectorHead.normalizationGroups)
                tensor = layer("\(part).norm", .groupNormalization(normalization), [tensor], isShared: true)
            }
            tensor = layer("\(part).relu", .relu, [tensor])
        }
        return tensor
    }

    private mutating func convolution(_ part: String, _ outputs: Int, _ input: TensorID, normalization: Normalization = .none) -> TensorID {
        var layer = Layer(
            biased: name(part), Convolution(detector.width, outputs, kernelSize: 3), input, block: block, sharedWeights: "head.\(part)")
        layer.normalization = normalization
        return graph.append(layer)
    }

    private mutating func pointwise(_ part: String, _ inputs: Int, _ outputs: Int, _ input: TensorID) -> TensorID {
        graph.append(Layer(biased: name(part), Convolution(inputs, outputs, kernelSize: 1), input, block: block, sharedWeights: "head.\(part)"))
    }

    private mutating func layer(_ part: String, _ operation: Operation, _ inputs: [TensorID], isShared: Bool = false) -> TensorID {
        var layer = Layer(name: name(part), operation: operation, inputs: inputs, block: block)
        if isShared { layer.sharedWeights = "head.\(part)" }
        return graph.append(layer)
    }

    private func name(_ part: String) -> String { "head.p\(level).\(part)" }
}
