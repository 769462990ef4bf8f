import Architecture

/// Latency tables from the layers of a block: of prices, or of lower bounds where the source has them.
extension SeparatedTable {
    /// - Parameter limit: what a dearer layer costs exactly does not matter.
    /// - Throws: what the source throws; `SearchError` with `.notSeparable` for a layer that goes by none of the block's channel counts.
    init(_ axes: BlockAxes, _ source: any LayerwiseLatencySource, limit: Double) throws {
        self.init(axes)
        for (group, kernels) in axes.kernelGroups.enumerated() {
            let kernel = kernels.lowerBound
            let parts = LayerParts(axes, source, kernel: kernel, limit: limit)
            let one = try parts.layers(isSquare: false, depth: 1)
            for layer in one { try add(layer, to: \.last, parts, group, hasKernel: layer.isOwn) }
            for layer in try parts.layers(isSquare: true, depth: 1) { try add(layer, to: \.square, parts, group, hasKernel: layer.isOwn) }
            guard axes.depths > 1 else { continue }
            for layer in try parts.layers(isSquare: false, depth: 2).dropFirst(one.count) { try add(layer, to: \.more, parts, group, hasKernel: layer.isOwn) }
        }
        guard axes.kernelStandsAlone else { return }
        // The bottleneck's own convolution, and whatever else goes by the bottleneck alone, for each kernel size.
        for kernel in axes.kernels.indices {
            let parts = LayerParts(axes, source, kernel: kernel, limit: limit)
            let one = try parts.layers(isSquare: false, depth: 1)
            for layer in one where layer.isOwn { try addOwn(layer, to: \.kernel, parts) }
            guard axes.depths > 1 else { continue }
            for layer in try parts.layers(isSquare: false, depth: 2).dropFirst(one.count) where layer.isOwn { try addOwn(layer, to: \.moreKernel, parts) }
        }
    }

    /// Adds a layer to the tables that it belongs to; `rows` is where a layer between bottleneck and output goes.
    private mutating func add(
        _ layer: LayerParts.Layer, to rows: WritableKeyPath<SeparatedTable, [Double]>, _ parts: LayerParts, _ group: Int, hasKernel: Bool
    ) throws {
        let axes = parts.axes
        if hasKernel, axes.kernelStandsAlone { return }
        switch (layer.from, layer.to) {
        case (.input, .bottleneck):
            for (place, price) in try parts.prices(layer, parts.inputPairs) {
                first[(group * axes.inputs.count + place.0) * axes.bottlenecks.count + place.1] += price
            }
        case (.input, .input), (.input, .output):
            // Without the bottleneck there is no kernel of the main branch either: the first group speaks for all.
            guard group == 0 else { return }
            for (place, price) in try parts.prices(layer, parts.acrossPairs) { across[place.1 * axes.inputs.count + place.0] += price }
        default:
            for (place, price) in try parts.prices(layer, parts.rowPairs) {
                self[keyPath: rows][group * axes.admitted.count + axes.place(place.1, place.0)] += price
            }
        }
    }

    private mutating func addOwn(_ layer: LayerParts.Layer, to table: WritableKeyPath<SeparatedTable, [Double]>, _ parts: LayerParts) throws {
        let pairs = parts.axes.bottlenecks.indices.map { ($0, $0) }
        for (place, price) in try parts.prices(layer, pairs) {
            self[keyPath: table][parts.kernel * parts.axes.bottlenecks.count + place.0] += price
        }
    }
}

/// The layers of the blocks of one position and kernel size, and which channel counts they go by.
private struct LayerParts {
    enum Role { case input, bottleneck, output }

    struct Layer {
        var from: Role
        var to: Role
        var layer: PricedLayer
        /// Goes by the bottleneck alone.
        var isOwn: Bool { from == .bottleneck && to == .bottleneck }
    }

    let axes: BlockAxes
    let source: any LayerwiseLatencySource
    let kernel: Int
    let limit: Double

    init(_ axes: BlockAxes, _ source: any LayerwiseLatencySource, kernel: Int, limit: Double) {
        self.axes = axes
        self.source = source
        self.kernel = kernel
        self.limit = limit
    }

    /// Channel counts that stand for no real ones and differ from each other; the network's own input keeps its channels.
    private static let names = (input: 1_009, output: 1_013, bottleneck: 1_019)

    /// - Parameter isSquare: whether input and output channels are equal; layers then go by the output or the bottleneck.
    func layers(isSquare: Bool, depth: Int) throws -> [Layer] {
        let names = LayerParts.names
        let input = isSquare ? names.output : axes.index == 0 ? axes.inputs[0] : names.input
        // A network's first block has no equal channels: three are read, eight or more written.
        if isSquare, !axes.equals.contains(where: { $0 != nil }) { return [] }
        let block = axes.block(
            inChannels: input, outChannels: names.output, bottleneck: axes.bottlenecks == [0] ? 0 : names.bottleneck, kernel: kernel, depth: depth)
        func role(_ channels: Int) throws(SearchError) -> Role {
            switch channels {
            case names.output: return .output
            case names.bottleneck: return .bottleneck
            case input: return .input
            default:
                throw SearchError(
                    .notSeparable,
                    "a layer of block \(axes.index) goes by none of its channel counts, so its latency cannot be tabulated: use --solver evolution")
            }
        }
        return try source.layers(of: block, index: axes.index, inputSide: axes.inputSide).map {
            Layer(from: try role($0.inChannels), to: try role($0.outChannels), layer: $0)
        }
    }

    /// (input, bottleneck) of the blocks that the space may hold.
    var inputPairs: [(Int, Int)] {
        var least = Array(repeating: Int.max, count: axes.inputs.count)
        var most = Array(repeating: -1, count: axes.inputs.count)
        for output in axes.outputs.indices {
            for input in axes.inputRanges[output] {
                least[input] = min(least[input], axes.bottleneckRanges[output].lowerBound)
                most[input] = max(most[input], axes.bottleneckRanges[output].upperBound - 1)
            }
        }
        return axes.inputs.indices.flatMap { input in most[input] < 0 ? [] : (least[input]...most[input]).map { (input, $0) } }
    }

    /// (input, output)
    var acrossPairs: [(Int, Int)] { axes.outputs.indices.flatMap { output in axes.inputRanges[output].map { ($0, output) } } }

    /// (bottleneck, output)
    var rowPairs: [(Int, Int)] { axes.outputs.indices.flatMap { output in axes.bottleneckRanges[output].map { ($0, output) } } }

    /// Prices of a layer at pairs of indices; each pair of channel counts is asked for once.
    func prices(_ layer: Layer, _ pairs: [(Int, Int)]) throws -> [((Int, Int), Double)] {
        func channels(_ role: Role, _ pair: (Int, Int)) -> Int {
            switch role {
            case .input: axes.inputs[pair.0]
            case .bottleneck: axes.bottlenecks[layer.from == .input ? pair.1 : pair.0]
            case .output: axes.outputs[pair.1]
            }
        }
        var places: [UInt64: Int] = [:]
        var asked: [(in: Int, out: Int)] = []
        let keys = pairs.map { pair in
            let (from, to) = (channels(layer.from, pair), channels(layer.to, pair))
            let key = UInt64(from) << 32 | UInt64(to)
            if let place = places[key] { return place }
            places[key] = asked.count
            asked.append((from, to))
            return asked.count - 1
        }
        // Small layers first, so that a source that stops at the limit stops early.
        let order = asked.indices.sorted { asked[$0].in != asked[$1].in ? asked[$0].in < asked[$1].in : asked[$0].out < asked[$1].out }
        let sorted = try layer.layer.nanoseconds(order.map { asked[$0] }, limit)
        var prices = Array(repeating: 0.0, count: asked.count)
        for (place, price) in zip(order, sorted) { prices[place] = price }
        return zip(pairs, keys).map { ($0, prices[$1]) }
    }
}
