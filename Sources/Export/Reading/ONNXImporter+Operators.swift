import Architecture

extension ONNXImporter {
    /// The operators that are read, for the error that names another one.
    static let known = [
        "Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Constant", "Conv", "Dropout", "Flatten", "Gemm", "GlobalAveragePool", "HardSigmoid",
        "HardSwish", "Identity", "MaxPool", "Mul", "ReduceMean", "Relu", "Reshape", "Resize", "Sigmoid", "Squeeze", "Unsqueeze",
    ]

    /// Appends what a node computes.
    ///
    /// - Throws: `ExportError` naming the node: `.unsupported` for what is not run here, `.malformed` for what contradicts itself.
    mutating func append(_ node: ONNXNode) throws(ExportError) {
        guard node.proto.domain.isEmpty || node.proto.domain == "ai.onnx" else {
            throw node.unsupported("is of the domain \(quoted(node.proto.domain)); only ONNX' own operators are run here")
        }
        switch node.operation {
        case "Conv": try convolution(node)
        case "Gemm": try dense(node)
        case "BatchNormalization": try batchNormalization(node)
        case "Relu": try activation(node, .relu)
        case "Sigmoid": try activation(node, .activation(.sigmoid))
        case "HardSigmoid":
            let (scale, shift) = (node.float("alpha", default: 0.2), node.float("beta", default: 0.5))
            try activation(node, .activation(.clampedLine(scale: scale, shift: shift, low: 0, high: 1)))
        case "Clip": try clip(node)
        case "HardSwish": try hardSwish(node)
        case "Add": try addition(node)
        case "Mul": try product(node)
        case "Concat": try concatenation(node)
        case "MaxPool", "AveragePool": try pooling(node)
        case "GlobalAveragePool": try globalAverage(node)
        case "ReduceMean": try mean(node)
        case "Resize": try resizing(node)
        case "Identity", "Dropout": try bind(node, map(node, 0))
        case "Constant": try constant(node)
        case "Flatten", "Reshape", "Squeeze", "Unsqueeze":
            // One pixel has the same values in any of these shapes.
            let map = try map(node, 0)
            guard map.isVector else { throw node.unsupported("reshapes a feature map; that is run only where the map has one pixel") }
            try bind(node, map)
        default:
            throw node.unsupported("is an operator that is not run here; these are: \(ONNXImporter.known.joined(separator: ", "))")
        }
    }

    private mutating func activation(_ node: ONNXNode, _ operation: Operation) throws(ExportError) {
        let map = try map(node, 0)
        if case .activation(.clampedLine(let scale, let shift, let low, let high)) = operation {
            guard scale.isFinite, shift.isFinite, low <= high else { throw node.malformed("clamps to [\(low), \(high)] after \(scale)·x + \(shift)") }
        }
        try append(node, operation, [map.tensor], channels: map.channels, isVector: map.isVector)
    }

    /// Bounds are inputs since set 11, attributes before.
    private mutating func clip(_ node: ONNXNode) throws(ExportError) {
        var bounds = [node.float("min", default: -.infinity), node.float("max", default: .infinity)]
        for place in 0..<2 {
            guard let name = node.input(place + 1) else { continue }
            guard constants.contains(name), try constants.shape(name).reduce(1, *) == 1 else { throw node.unsupported("has no constant as its bound") }
            bounds[place] = try constants.floats(name)[0]
        }
        try activation(node, bounds == [0, .infinity] ? .relu : .activation(.clampedLine(scale: 1, shift: 0, low: bounds[0], high: bounds[1])))
    }

    /// x · max(0, min(1, x/6 + 1/2)).
    private mutating func hardSwish(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        appendInner(node, .activation(.clampedLine(scale: 1 / 6, shift: 0.5, low: 0, high: 1)), [map.tensor])
        try append(node, .multiply, [map.tensor, layers.count], channels: map.channels, isVector: map.isVector)
    }

    private mutating func addition(_ node: ONNXNode) throws(ExportError) {
        let (a, b) = (try map(node, 0), try map(node, 1))
        guard a.channels == b.channels, a.isVector == b.isVector else { throw node.unsupported("adds maps of different shapes") }
        try append(node, .add, [a.tensor, b.tensor], channels: a.channels, isVector: a.isVector)
    }

    private mutating func product(_ node: ONNXNode) throws(ExportError) {
        let (a, b) = (try map(node, 0), try map(node, 1))
        guard a.channels == b.channels else { throw node.unsupported("multiplies maps of \(a.channels) and \(b.channels) channels") }
        guard a.isVector != b.isVector else {
            return try append(node, .multiply, [a.tensor, b.tensor], channels: a.channels, isVector: a.isVector)
        }
        let (map, gates) = a.isVector ? (b, a) : (a, b)
        if let pairs = squeezeExcitation(map.tensor, gates.tensor) {
            let reduced = pairs[0].bias.count
            removeLastLayers(5)
            return try append(
                node, .squeezeExcitation(SqueezeExcitation(channels: map.channels, reducedChannels: reduced)), [map.tensor], channels: map.channels,
                weights: pairs)
        }
        try append(node, .scale, [map.tensor, gates.tensor], channels: map.channels)
    }

    /// The weights of a squeeze-and-excitation whose gates are the last five layers, which nothing else reads; nil if they are none.
    private func squeezeExcitation(_ map: TensorID, _ gates: TensorID) -> [(weights: [Float], bias: [Float])]? {
        let first = layers.count - 5
        guard first >= 0, gates == layers.count, layers[first].inputs == [map] else { return nil }
        guard layers[(first + 1)...].enumerated().allSatisfy({ $1.inputs == [first + 1 + $0] }), (first..<layers.count).allSatisfy(isReadOnce) else {
            return nil
        }
        guard case .globalAverage = layers[first].operation, case .convolution = layers[first + 1].operation, case .relu = layers[first + 2].operation,
            case .convolution = layers[first + 3].operation, case .activation(.sigmoid) = layers[first + 4].operation
        else { return nil }
        // On one pixel every convolution is a dense layer if its kernel is 1x1.
        for index in [first + 1, first + 3] {
            guard case .convolution(let c) = layers[index].operation, c.kernelSize == 1, c.groups == 1, c.stride == 1 else { return nil }
        }
        return [weights[first + 1][0], weights[first + 3][0]]
    }

    private mutating func concatenation(_ node: ONNXNode) throws(ExportError) {
        let axis = node.integer("axis", default: 1)
        guard axis == 1 || axis == -3 else { throw node.unsupported("joins along axis \(axis); 1, the channels, is run here") }
        guard node.inputs.count >= 1, node.inputs.count <= 64 else { throw node.unsupported("joins \(node.inputs.count) maps; 1 to 64 are run here") }
        var joined = try map(node, 0)
        guard node.inputs.count > 1 else { return try bind(node, joined) }
        for index in 1..<node.inputs.count {
            let next = try map(node, index)
            guard next.isVector == joined.isVector else { throw node.unsupported("joins maps of different sizes") }
            let channels = joined.channels + next.channels
            if index + 1 < node.inputs.count {
                guard ONNXImporter.channels.contains(channels) else { throw node.unsupported("has \(channels) channels or more") }
                appendInner(node, .concatenation, [joined.tensor, next.tensor])
                joined = Map(tensor: layers.count, channels: channels, isVector: joined.isVector)
            } else {
                try append(node, .concatenation, [joined.tensor, next.tensor], channels: channels, isVector: joined.isVector)
            }
        }
    }

    private mutating func globalAverage(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        guard !map.isVector else { return try bind(node, map) }
        try append(node, .globalAverage, [map.tensor], channels: map.channels, isVector: true)
    }

    /// A mean over height and width is a global average.
    private mutating func mean(_ node: ONNXNode) throws(ExportError) {
        var axes = node.integers("axes")
        if let name = node.input(1), constants.contains(name) { axes = try constants.integers(name) }
        guard let axes, axes.sorted() == [2, 3] || axes.sorted() == [-2, -1] else {
            throw node.unsupported(
                "is a mean over the axes \(axes?.prefix(8).map(String.init).joined(separator: ", ") ?? "that it does not tell"); 2, 3 are run here")
        }
        try globalAverage(node)
    }

    private mutating func constant(_ node: ONNXNode) throws(ExportError) {
        guard let name = node.proto.output.first, !name.isEmpty, !constants.contains(name) else {
            throw node.malformed("writes nothing, or what is written already")
        }
        guard let tensor = node.tensor("value") else { throw node.unsupported("holds no tensor") }
        constants.add(tensor, name: name)
    }
}
