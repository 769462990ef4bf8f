/// A one-stage detector to be built around a backbone: a feature pyramid and a head that all its levels share.
///
/// The network ends with what the head gives, before boxes are decoded and suppressed. Sizes, strides and normalizations are those of MMDetection's
/// configurations: retinanet_r50_fpn, fcos_r50_fpn_gn-head-center-normbbox-centeronreg-giou, and the authors' gfocal_r50_fpn_ms2x for GFLV2, which MAE-DET's
/// configurations build on (TinyNAS, configs/detection/models/gfocal_maedet). 80 classes, as COCO has.
public struct Detector: Hashable, Sendable {
    public enum Head: String, Hashable, Sendable, CaseIterable {
        /// Lin et al., "Focal Loss for Dense Object Detection", 2017, section 4: nine anchors, no normalization.
        case retinanet
        /// Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection", 2019, section 3, with its authors' later changes: centerness on the regression's
        /// side, boxes as ReLU times the level's stride.
        case fcos
        /// Li et al., "Generalized Focal Loss V2", 2020, section 3: boxes as distributions, whose shape weighs the scores.
        case gflv2
    }

    public var head: Head
    /// Channels of the pyramid and of the head: 256, but 192 around MAE-DET-S as published.
    public var width: Int

    /// The channels that all three papers use.
    public static let usualWidth = 256
    static let classes = 80

    public init(_ head: Head, width: Int = Detector.usualWidth) {
        self.head = head
        self.width = width
    }

    /// - Throws: `ArchitectureError` `.unknownName`, with the known ones.
    public init(named name: String, width: Int = Detector.usualWidth) throws(ArchitectureError) {
        guard let head = Head(rawValue: name.lowercased()) else {
            throw ArchitectureError(.unknownName, "no detector is called \(quoted(name)); there are \(Head.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.init(head, width: width)
    }

    /// The detector around a backbone, as one network.
    ///
    /// Its outputs are, for each of the levels P3 to P7, "p3.scores", "p3.boxes" and with FCOS "p3.centerness".
    /// - Throws: `ArchitectureError` (`.unsupported`) for a width that the normalization's groups do not divide, and for a backbone whose last three maps do not
    ///   divide the image's side by 8, 16 and 32.
    public func network(around backbone: Network) throws(ArchitectureError) -> DetectorNetwork {
        guard width >= 32, width <= 4096, width.isMultiple(of: DetectorHead.normalizationGroups) else {
            throw ArchitectureError(
                .unsupported, "a detector of \(width) channels: its groups of normalization are \(DetectorHead.normalizationGroups), so use a multiple of that, 32 to 4096")
        }
        let strides = backbone.imageStrides.suffix(3)
        guard Array(strides) == [8, 16, 32] else {
            let found = backbone.imageStrides.map(String.init).joined(separator: ", ")
            throw ArchitectureError(
                .unsupported,
                "network \(quoted(backbone.name)) gives maps that divide the image's side by \(found.isEmpty ? "nothing" : found); a detector reads those of 8, 16 and 32")
        }
        let maps = Array(backbone.outputs.suffix(3))
        let channels = backbone.channels
        var graph = GraphBuilder(layers: backbone.layers)
        let block = (backbone.layers.map(\.block).max() ?? 0) + 1
        let levels = graph.appendPyramid(self, maps: maps, channels: maps.map { channels[$0] }, block: block)
        let headStart = graph.layers.count
        var outputs: [(name: String, tensor: TensorID)] = []
        for (index, tensor) in levels.enumerated() {
            var head = DetectorHead(self, level: index + 3, block: block + 1 + index, after: graph)
            outputs += head.append(tensor)
            graph = head.graph
        }
        var network = Network(
            name: "\(backbone.name)+\(head.rawValue)", inputChannels: backbone.inputChannels, layers: graph.layers, stages: backbone.stages,
            structure: nil)
        network.chosenOutputs = outputs.map(\.tensor)
        network.chosenOutputNames = outputs.map(\.name)
        return DetectorNetwork(
            detector: self, backbone: backbone, network: network, neck: backbone.layers.count..<headStart, head: headStart..<graph.layers.count)
    }
}

/// A detector as one network, and which of its layers belong to which part.
public struct DetectorNetwork: Hashable, Sendable {
    public enum Part: String, Hashable, Sendable, CaseIterable {
        case backbone, neck, head
    }

    public let detector: Detector
    public let backbone: Network
    public let network: Network
    /// Indices of the layers.
    public let neck: Range<Int>
    public let head: Range<Int>

    public func part(ofLayer index: Int) -> Part { neck.contains(index) ? .neck : head.contains(index) ? .head : .backbone }

    /// Multiply–accumulates of each part for one image.
    ///
    /// - Throws: what ``Network/cost(resolution:)`` throws.
    public func macs(resolution: Int) throws(ArchitectureError) -> [Part: Int] {
        _ = try network.cost(resolution: resolution)  // after this the sums below fit
        let shapes = try network.shapes(resolution: resolution)
        return network.layers.indices.reduce(into: [:]) { sums, index in
            sums[part(ofLayer: index), default: 0] += network.layers[index].operation.macs(output: shapes[index + 1])
        }
    }

    /// Trained parameters of each part: shared ones once, the few scales of levels not counted.
    public var params: [Part: Int] {
        let owners = network.weightOwners
        return network.layers.indices.reduce(into: [:]) { sums, index in
            if owners[index] == index { sums[part(ofLayer: index), default: 0] += network.layers[index].params }
        }
    }
}
