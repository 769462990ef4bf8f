extension Network {
    /// How often the input's side is halved on the way to the last stage, as a factor: 32 for a ResNet.
    public var totalStride: Int {
        stages.last.map { strides[$0.output] } ?? 1
    }

    /// By how much the side of every tensor is smaller than the input's, as a factor, indexed by ``TensorID``.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: layers.count + 1)
        for (index, layer) in layers.enumerated() {
            let input = layer.inputs.first.map { strides[$0] } ?? 1
            // Saturates: a thousand halvings would leave the range of Int.
            strides[index + 1] = min(input * layer.operation.stride, 1 << 40)
            if case .upsampling(let factor) = layer.operation { strides[index + 1] = max(input / factor, 1) }
        }
        return strides
    }

    /// The shape of every tensor, indexed by ``TensorID``: `layers.count + 1` of them, the input first.
    ///
    /// - Parameter resolution: side of the square input in pixels (of the network's own input; see ``imageSide(resolution:)``).
    /// - Throws: `ArchitectureError` (`.doesNotFit`) if the resolution is too small, if a shortcut meets an odd side, or if a figure would
    ///   overflow.
    public func shapes(resolution: Int) throws(ArchitectureError) -> [Shape] {
        try checkRange(resolution)
        try checkSharing()
        var shapes: [Shape] = []
        shapes.reserveCapacity(layers.count + 1)
        shapes.append(Shape(channels: inputChannels, height: resolution, width: resolution))
        for layer in layers {
            let shape = try outputShape(layer, shapes, resolution)
            let macs = layer.operation.macsAsDouble(output: shape)
            let elements = Double(shape.channels) * Double(shape.height) * Double(shape.width)
            guard max(macs, elements) < ResolutionLimits.largestFigure else {
                throw ArchitectureError(
                    .doesNotFit,
                    "network \(quoted(name)) at resolution \(resolution): layer \(layer.name) is too large to count (about \(macs) MACs)")
            }
            shapes.append(shape)
        }
        return shapes
    }

    /// Refuses sides outside the general range and below the network's total stride.
    func checkRange(_ resolution: Int) throws(ArchitectureError) {
        if let error = resolutionFault(resolution, totalStride: totalStride, network: name) { throw error }
    }

    /// Channels of every tensor, which no resolution changes.
    package var channels: [Int] {
        layers.reduce(into: [inputChannels]) { channels, layer in
            switch layer.operation {
            case .convolution(let c): channels.append(c.outChannels)
            case .concatenation: channels.append(channels[layer.inputs[0]] + channels[layer.inputs[1]])
            case .distributionStatistics(let statistics): channels.append(statistics.outChannels)
            default: channels.append(channels[layer.inputs[0]])
            }
        }
    }

    /// For each layer the first one that uses the same weights: itself, where it shares none.
    public var weightOwners: [Int] {
        var first: [String: Int] = [:]
        return layers.indices.map { index in
            guard let name = layers[index].sharedWeights else { return index }
            if let owner = first[name] { return owner }
            first[name] = index
            return index
        }
    }

    /// Refuses layers that share weights and are not alike.
    private func checkSharing() throws(ArchitectureError) {
        for (index, owner) in weightOwners.enumerated() where layers[index].operation != layers[owner].operation {
            throw ArchitectureError(
                .doesNotFit,
                "network \(quoted(name)): layer \(layers[index].name) shares the weights of \(layers[owner].name), which is another operation")
        }
    }

    private func outputShape(_ layer: Layer, _ shapes: [Shape], _ resolution: Int) throws(ArchitectureError) -> Shape {
        let input = shapes[layer.inputs[0]]
        switch layer.operation {
        case .convolution(let convolution):
            guard convolution.inChannels == input.channels else {
                throw ArchitectureError(
                    .doesNotFit,
                    "network \(quoted(name)): layer \(layer.name) wants \(convolution.inChannels) channels and gets \(input.channels)")
            }
            let output = Shape(
                channels: convolution.outChannels, height: convolution.outputSide(input.height), width: convolution.outputSide(input.width))
            return try checkedNonEmpty(output, layer, resolution)
        case .pooling(let pooling):
            let output = Shape(channels: input.channels, height: pooling.outputSide(input.height), width: pooling.outputSide(input.width))
            return try checkedNonEmpty(output, layer, resolution)
        case .add:
            let other = shapes[layer.inputs[1]]
            guard input == other else {
                guard input.channels == other.channels else {
                    throw ArchitectureError(
                        .doesNotFit, "network \(quoted(name)): layer \(layer.name) adds \(input.channels) channels to \(other.channels)")
                }
                throw oddSide(layer.name, input.height, other.height, resolution)
            }
            return input
        case .relu, .squeezeExcitation, .activation:
            return input
        case .globalAverage:
            return Shape(channels: input.channels, height: 1, width: 1)
        case .multiply:
            return try sameShape(layer, input, shapes[layer.inputs[1]], "multiplies")
        case .scale:
            let gates = shapes[layer.inputs[1]]
            guard gates.channels == input.channels, gates.height == 1, gates.width == 1 else {
                throw mismatch(layer, "scales", input, gates)
            }
            return input
        case .scalePixels:
            let weights = shapes[layer.inputs[1]]
            guard weights.channels == 1, weights.height == input.height, weights.width == input.width else {
                throw mismatch(layer, "scales the pixels of", input, weights)
            }
            return input
        case .groupNormalization(let normalization):
            guard normalization.channels == input.channels, normalization.groups > 0, input.channels.isMultiple(of: normalization.groups) else {
                throw ArchitectureError(
                    .doesNotFit,
                    "network \(quoted(name)): layer \(layer.name) normalizes \(normalization.channels) channels in \(normalization.groups) groups and gets "
                        + "\(input.channels): the groups must divide the channels")
            }
            return input
        case .distributionStatistics(let statistics):
            guard statistics.inChannels == input.channels, (1...statistics.bins).contains(statistics.largest) else {
                throw ArchitectureError(
                    .doesNotFit,
                    "network \(quoted(name)): layer \(layer.name) wants \(statistics.sides) distributions over \(statistics.bins) bins, of which "
                        + "\(statistics.largest) are kept, and gets \(input.channels) channels")
            }
            return Shape(channels: statistics.outChannels, height: input.height, width: input.width)
        case .concatenation:
            let other = shapes[layer.inputs[1]]
            guard input.height == other.height, input.width == other.width else { throw mismatch(layer, "joins", input, other) }
            return Shape(channels: input.channels + other.channels, height: input.height, width: input.width)
        case .upsampling(let factor):
            let (height, width) = (input.height.multipliedReportingOverflow(by: factor), input.width.multipliedReportingOverflow(by: factor))
            guard !height.overflow, !width.overflow, max(height.partialValue, width.partialValue) <= ResolutionLimits.sides.upperBound else {
                throw ArchitectureError(
                    .doesNotFit, "network \(quoted(name)): layer \(layer.name) enlarges \(input.height)x\(input.width) by \(factor): too large")
            }
            return Shape(channels: input.channels, height: height.partialValue, width: width.partialValue)
        }
    }

    private func sameShape(_ layer: Layer, _ input: Shape, _ other: Shape, _ verb: String) throws(ArchitectureError) -> Shape {
        guard input == other else { throw mismatch(layer, verb, input, other) }
        return input
    }

    private func mismatch(_ layer: Layer, _ verb: String, _ input: Shape, _ other: Shape) -> ArchitectureError {
        func text(_ shape: Shape) -> String { "\(shape.channels)x\(shape.height)x\(shape.width)" }
        return ArchitectureError(
            .doesNotFit, "network \(quoted(name)): layer \(layer.name) \(verb) maps of \(text(input)) and \(text(other)): another resolution may fit")
    }

    private func checkedNonEmpty(_ shape: Shape, _ layer: Layer, _ resolution: Int) throws(ArchitectureError) -> Shape {
        guard shape.height >= 1, shape.width >= 1 else {
            throw ArchitectureError(
                .doesNotFit,
                "network \(quoted(name)): resolution \(resolution) is too small, nothing is left of the image at layer \(layer.name)")
        }
        return shape
    }

    private func oddSide(_ layer: String, _ side: Int, _ other: Int, _ resolution: Int) -> ArchitectureError {
        oddSideFault(resolution, totalStride: totalStride, network: name, place: "layer \(layer)", side: side, other: other)
    }
}

/// The error for a side outside the general range or below the total stride; nil if it is neither.
func resolutionFault(_ resolution: Int, totalStride: Int, network: String) -> ArchitectureError? {
    guard ResolutionLimits.sides.contains(resolution) else {
        return ArchitectureError(.doesNotFit, "resolution \(resolution): a side is 1 to \(ResolutionLimits.sides.upperBound) pixels")
    }
    guard totalStride <= ResolutionLimits.sides.upperBound else {
        return ArchitectureError(
            .doesNotFit,
            "network \(quoted(network)) divides the side by more than \(ResolutionLimits.sides.upperBound), so no resolution is large enough")
    }
    // Below this the last stages would stand on a single padded pixel and no longer shrink.
    guard resolution >= totalStride else {
        return ArchitectureError(
            .doesNotFit,
            "resolution \(resolution) is too small for network \(quoted(network)): it divides the side by \(totalStride), "
                + "so it needs at least \(totalStride)")
    }
    return nil
}

/// The error for a shortcut whose 2x2 pooling drops a row of an odd side that the convolution beside it keeps.
func oddSideFault(_ resolution: Int, totalStride: Int, network: String, place: String, side: Int, other: Int) -> ArchitectureError {
    let below = resolution / totalStride * totalStride
    return ArchitectureError(
        .doesNotFit,
        "resolution \(resolution) does not fit network \(quoted(network)): \(place) would add \(other)x\(other) to \(side)x\(side); "
            + "use a multiple of \(totalStride), for example \(below) or \(below + totalStride)")
}

extension Network {
    /// How often each output divides the image's side; a space-to-depth network reads an image of half the side.
    package var imageStrides: [Int] { outputs.map { strides[$0] * (isSpaceToDepth ? 2 : 1) } }
}
