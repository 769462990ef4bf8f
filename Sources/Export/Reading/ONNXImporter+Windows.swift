import Architecture

// Operators with windows and weights.
extension ONNXImporter {
    /// Largest kernel side and stride; far beyond any backbone's.
    private static let mostKernel = 127

    /// The window of a node: square, with one stride and one padding.
    private struct Window {
        var kernelSize: Int
        var stride: Int
        var padding: Int
    }

    private func window(_ node: ONNXNode, kernel: [Int]?) throws(ExportError) -> Window {
        guard let kernel = kernel ?? node.integers("kernel_shape"), kernel.count == 2, kernel[0] == kernel[1], (1...Self.mostKernel).contains(kernel[0]) else {
            throw node.unsupported("has no square window of 1 to \(Self.mostKernel) pixels in two dimensions")
        }
        if let named = node.integers("kernel_shape"), named != kernel { throw node.malformed("has kernel_shape \(named.prefix(8)) and weights of \(kernel)") }
        let strides = node.integers("strides") ?? [1, 1]
        guard strides.count == 2, strides[0] == strides[1], (1...Self.mostKernel).contains(strides[0]) else {
            throw node.unsupported("has the strides \(strides.prefix(8)); two equal ones are run here")
        }
        guard (node.integers("dilations") ?? []).allSatisfy({ $0 == 1 }) else { throw node.unsupported("is dilated; dilations of 1 are run here") }
        var pads = node.integers("pads") ?? [0, 0, 0, 0]
        switch node.text("auto_pad") ?? "NOTSET" {
        case "NOTSET", "": break
        case "VALID": pads = [0, 0, 0, 0]
        case let rule:
            guard rule == "SAME_UPPER" || rule == "SAME_LOWER", strides[0] == 1, kernel[0] % 2 == 1 else {
                throw node.unsupported("pads by the rule \(quoted(rule)), which is run only for stride 1 and an odd window")
            }
            pads = Array(repeating: kernel[0] / 2, count: 4)
        }
        guard pads.count == 4, pads.allSatisfy({ $0 == pads[0] }), (0..<kernel[0]).contains(pads[0]) else {
            throw node.unsupported("has the pads \(pads.prefix(8)); four equal ones below the window's side are run here")
        }
        return Window(kernelSize: kernel[0], stride: strides[0], padding: pads[0])
    }

    mutating func convolution(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        let weightName = try weightName(node)
        let shape = try constants.shape(weightName)
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            throw node.unsupported("has weights of shape \(shape); [out, in / groups, k, k] is run here")
        }
        let window = try window(node, kernel: Array(shape[2...]))
        let groups = node.integer("group", default: 1)
        guard groups > 0, map.channels % groups == 0, shape[0] % groups == 0, map.channels / groups == shape[1] else {
            throw node.malformed("reads \(map.channels) channels in \(groups) groups with weights of shape \(shape)")
        }
        // A vector has one pixel of one image: padding would add others.
        guard !map.isVector || (window.kernelSize == 1 && window.padding == 0) else { throw node.unsupported("has a window over one pixel") }
        let c = Convolution(
            map.channels, shape[0], kernelSize: window.kernelSize, stride: window.stride, padding: window.padding, groups: groups)
        let pair = (weights: try constants.floats(weightName), bias: try bias(node, 2, count: shape[0]))
        try append(node, .convolution(c), [map.tensor], channels: shape[0], isVector: map.isVector, weights: [pair], weightName: weightName)
    }

    /// A fully connected layer behind a global average: a 1x1 convolution on one pixel.
    mutating func dense(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        guard map.isVector else { throw node.unsupported("reads a feature map; behind a global average alone it is run here") }
        guard node.float("alpha", default: 1) == 1, node.float("beta", default: 1) == 1 else { throw node.unsupported("has alpha or beta other than 1") }
        try node.demand("transA", 0)
        let weightName = try weightName(node)
        let shape = try constants.shape(weightName)
        let isTransposed = node.integer("transB", default: 0) != 0
        guard shape.count == 2, shape.allSatisfy({ $0 > 0 }), shape[isTransposed ? 1 : 0] == map.channels else {
            throw node.malformed("reads \(map.channels) values with weights of shape \(shape)")
        }
        let outputs = shape[isTransposed ? 0 : 1]
        var values = try constants.floats(weightName)
        if !isTransposed {
            let rows = values
            for output in 0..<outputs { for input in 0..<map.channels { values[output * map.channels + input] = rows[input * outputs + output] } }
        }
        let pair = (weights: values, bias: try bias(node, 2, count: outputs))
        try append(
            node, .convolution(Convolution(map.channels, outputs, kernelSize: 1)), [map.tensor], channels: outputs, isVector: true, weights: [pair],
            weightName: weightName)
    }

    private func weightName(_ node: ONNXNode) throws(ExportError) -> String {
        guard let name = node.input(1) else { throw node.malformed("has no weights") }
        guard constants.contains(name) else { throw node.unsupported("has the weights \(quoted(name)), which are no constant of the file") }
        return name
    }

    private func bias(_ node: ONNXNode, _ place: Int, count: Int) throws(ExportError) -> [Float] {
        guard let name = node.input(place) else { return [Float](repeating: 0, count: count) }
        guard constants.contains(name) else { throw node.unsupported("has a bias that is no constant") }
        guard try constants.shape(name).filter({ $0 != 1 }) == (count == 1 ? [] : [count]) else {
            throw node.malformed("has a bias of shape \(try constants.shape(name)); [\(count)] is needed")
        }
        return try constants.floats(name)
    }

    /// γ·(x − mean) / √(variance + ε) + β goes into the convolution before it; where there is none, or others read it, into one of 1x1 of its own.
    mutating func batchNormalization(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        try node.demand("training_mode", 0)
        var parameters: [[Double]] = []
        for place in 1...4 {
            guard let name = node.input(place), constants.contains(name), try constants.shape(name) == [map.channels] else {
                throw node.malformed("has no constant of \(map.channels) values as its input \(place + 1)")
            }
            parameters.append(try constants.floats(name).map(Double.init))
        }
        let epsilon = Double(node.float("epsilon", default: 1e-5))
        guard parameters[3].allSatisfy({ $0 + epsilon > 0 }) else { throw node.malformed("has a variance that is not positive") }
        let scale = (0..<map.channels).map { parameters[0][$0] / (parameters[3][$0] + epsilon).squareRoot() }
        let shift = (0..<map.channels).map { parameters[1][$0] - parameters[2][$0] * scale[$0] }
        if map.tensor > 0, isReadOnce(map.tensor - 1), case .convolution = layers[map.tensor - 1].operation {
            fold(scale, shift, into: map.tensor - 1)
            return try bind(node, map)
        }
        let c = Convolution(map.channels, map.channels, kernelSize: 1, groups: map.channels)
        try append(
            node, .convolution(c), [map.tensor], channels: map.channels, isVector: map.isVector, weights: [(scale.map { Float($0) }, shift.map { Float($0) })])
    }

    mutating func pooling(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        guard !map.isVector else { throw node.unsupported("has a window over one pixel") }
        try node.demand("ceil_mode", 0)
        try node.demand("storage_order", 0)
        let window = try window(node, kernel: nil)
        let isMaximum = node.operation == "MaxPool"
        guard isMaximum ? 2 * window.padding <= window.kernelSize : window.padding == 0 else {
            throw node.unsupported("has a padding of \(window.padding); \(isMaximum ? "at most half the window" : "none for an average") is run here")
        }
        let pooling = Pooling(isMaximum ? .max : .average, kernelSize: window.kernelSize, stride: window.stride, padding: window.padding)
        try append(node, .pooling(pooling), [map.tensor], channels: map.channels)
    }

    /// Nearest-neighbour enlargement by one whole factor.
    mutating func resizing(_ node: ONNXNode) throws(ExportError) {
        let map = try map(node, 0)
        let (mode, rounding, transform) = (
            node.text("mode") ?? "nearest", node.text("nearest_mode") ?? "round_prefer_floor", node.text("coordinate_transformation_mode") ?? "half_pixel"
        )
        // Other pairs of rules round to other pixels for some factors.
        guard !map.isVector, mode == "nearest",
            transform == "asymmetric" && rounding == "floor" || transform == "half_pixel" && rounding == "round_prefer_floor"
        else {
            throw node.unsupported("resizes by \(quoted(mode)), \(quoted(transform)), \(quoted(rounding)); nearest, asymmetric, floor is run here")
        }
        guard let name = node.input(2), constants.contains(name), try constants.shape(name) == [4] else {
            throw node.unsupported("does not say by constant factors how it resizes [N, C, H, W]")
        }
        let scales = try constants.floats(name)
        guard scales[0] == 1, scales[1] == 1, scales[2] == scales[3], scales[2] >= 1, scales[2] <= 64, scales[2] == scales[2].rounded() else {
            throw node.unsupported("resizes by the factors \(scales); whole ones up to 64, equal for height and width, are run here")
        }
        guard scales[2] > 1 else { return try bind(node, map) }
        try append(node, .upsampling(factor: Int(scales[2])), [map.tensor], channels: map.channels)
    }
}
