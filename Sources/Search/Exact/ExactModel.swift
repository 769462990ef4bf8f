import Architecture

/// A figure that is a sum over blocks.
enum Quantity: Int, CaseIterable, Sendable {
    case score, referenceFLOPs, macs, params, layers, latency
}

/// A design space as tables: every figure of every block at every position, ready to be summed with any weights.
///
/// Built once for a space; budgets and multipliers change nothing in it.
final class ExactModel {
    let space: DesignSpace
    let score: any AdditiveScore
    let latency: (any LatencySource)?
    let threads: Int
    let axes: [BlockAxes]
    /// By quantity and position; nil where the quantity was not asked for.
    private(set) var tables: [[SeparatedTable]?]
    /// Blocks that cost more were not priced exactly.
    private var priceLimit = 0.0

    static let counted: [Quantity] = [.score, .referenceFLOPs, .macs, .params, .layers]

    /// - Throws: `SearchError` with `.notSeparable` for a score that is no sum of the kind that ``SeparatedTable`` describes, `.sourceFailed`.
    init(space: DesignSpace, score: any AdditiveScore, latency: (any LatencySource)?, threads: Int) throws(SearchError) {
        self.space = space
        self.score = score
        self.latency = latency
        self.threads = threads
        var axes: [BlockAxes] = []
        for index in space.positions.indices {
            axes.append(BlockAxes(space, index: index, inputs: axes.last?.outputs ?? [space.start.blocks[0].inChannels]))
        }
        self.axes = axes
        tables = Array(repeating: nil, count: Quantity.allCases.count)

        let strides = space.positions.map(\.stride)
        let counted = Self.counted
        var counts: [[SeparatedTable]] = []
        for axes in axes {
            let figures: @Sendable (Block) throws -> SIMD8<Double> = { block in
                let cost = block.cost(inputSide: axes.inputSide, idealInputSide: axes.idealInputSide, keepsInput: axes.keepsInput)
                return SIMD8(
                    try score.term(block, index: axes.index, strides: strides), cost.referenceFLOPs, Double(cost.macs), Double(cost.params),
                    Double(cost.layers), 0, 0, 0)
            }
            let separated: [SeparatedTable]
            do { separated = try SeparatedTable.tabulate(axes, quantities: counted.count, threads: threads, figures) } catch let error as SearchError {
                throw error
            } catch {
                throw SearchError(.sourceFailed, "\(score.name) of block \(axes.index): \(error)")
            }
            for (place, quantity) in counted.enumerated() {
                try check(separated[place], axes, what: quantity == .score ? score.name : "the count of \(quantity)") { block throws(SearchError) in
                    do { return try figures(block)[place] } catch { throw SearchError(.sourceFailed, "\(score.name) of block \(axes.index): \(error)") }
                }
            }
            counts.append(separated)
        }
        for (place, quantity) in counted.enumerated() { tables[quantity.rawValue] = counts.map { $0[place] } }
    }

    /// Prices all blocks, if that has not been done; with a source that gives bounds, anew with each call, since they change.
    ///
    /// - Parameter limit: what dearer layers cost exactly does not matter.
    /// - Throws: `SearchError` with `.sourceFailed` for a price that is not above zero, `.notSeparable` for a source that is no sum over layers.
    func priceBlocks(limit: Double) throws(SearchError) {
        guard let latency else { return }
        let layerwise = latency as? any LayerwiseLatencySource
        let hasBounds = layerwise?.pricesAreBounds ?? false
        guard hasBounds || limit > priceLimit || tables[Quantity.latency.rawValue] == nil else { return }
        // Room for a budget that a later round corrects upwards; bounds are made again for each.
        let limit = hasBounds ? limit : 1.25 * limit
        priceLimit = limit
        var prices: [SeparatedTable] = []
        for axes in axes {
            do {
                if let layerwise {
                    prices.append(try SeparatedTable(axes, layerwise, limit: limit))
                } else {
                    let priced = try SeparatedTable.tabulate(axes, quantities: 1, threads: 1) { block in
                        SIMD8(try latency.nanoseconds(block: block, index: axes.index, inputSide: axes.inputSide), 0, 0, 0, 0, 0, 0, 0)
                    }
                    prices.append(priced[0])
                }
            } catch let error as SearchError { throw error } catch {
                throw SearchError(.sourceFailed, "latency of block \(axes.index): \(error)")
            }
            try checkPrices(prices[prices.count - 1], axes)
            try check(prices[prices.count - 1], axes, what: "the latency", upTo: limit) { block throws(SearchError) in
                do {
                    return if hasBounds, let layerwise {
                        try layerwise.sumOfLayers(block, index: axes.index, inputSide: axes.inputSide, limit: limit)
                    } else {
                        try latency.nanoseconds(block: block, index: axes.index, inputSide: axes.inputSide)
                    }
                } catch {
                    throw SearchError(.sourceFailed, "latency of block \(axes.index): \(error)")
                }
            }
        }
        tables[Quantity.latency.rawValue] = prices
    }

    /// A quantity of a structure given by indices, as the sum of its tables.
    func value(_ quantity: Quantity, _ choice: Choice, at position: Int) -> Double {
        tables[quantity.rawValue]![position].value(
            axes[position], input: choice.input, output: choice.output, bottleneck: choice.bottleneck, kernel: choice.kernel, depth: choice.depth)
    }

    func block(_ choice: Choice, at position: Int) -> Block {
        axes[position].block(input: choice.input, output: choice.output, bottleneck: choice.bottleneck, kernel: choice.kernel, depth: choice.depth)
    }
}

/// One block of one position, by indices into its axes; the depth is itself.
struct Choice: Hashable, Sendable {
    var input: Int
    var output: Int
    var bottleneck: Int
    var kernel: Int
    var depth: Int
}

extension ExactModel {
    /// Compares tables with whole blocks, drawn at random but the same in every run; those of a larger value are passed over.
    private func check(
        _ table: SeparatedTable, _ axes: BlockAxes, what: String, upTo limit: Double = .infinity, _ figure: (Block) throws(SearchError) -> Double
    ) throws(SearchError) {
        var checks = 0
        for draw in 0..<1_000 where checks < 64 {
            var generator = KeyedGenerator(seed: 0x5E9A_7A7E, individual: UInt64(axes.index * 1_000 + draw))
            guard let choice = axes.random(using: &generator) else { continue }
            let sum = table.value(
                axes, input: choice.input, output: choice.output, bottleneck: choice.bottleneck, kernel: choice.kernel, depth: choice.depth)
            guard sum <= limit else { continue }
            checks += 1
            let block = axes.block(
                input: choice.input, output: choice.output, bottleneck: choice.bottleneck, kernel: choice.kernel, depth: choice.depth)
            let whole = try figure(block)
            guard abs(whole - sum) <= 1e-9 * max(abs(whole), 1) else {
                throw SearchError(
                    .notSeparable,
                    "\(what) of block \(axes.index) is no sum over its layers (\(sum) where the block \(block) has \(whole)), so there is no "
                        + "certified optimum: use --solver evolution")
            }
        }
    }

    /// A search exploits every hole of a table: no block may cost nothing, and no inner block less than nothing.
    private func checkPrices(_ table: SeparatedTable, _ axes: BlockAxes) throws(SearchError) {
        func hole(_ block: Block, _ text: String) -> SearchError {
            SearchError(.sourceFailed, "the latency table has a hole: block \(axes.index) (\(block)) \(text); nothing may cost nothing")
        }
        let weighted = WeightedTable(axes, [(table, -1)])
        let cheapest = ArcValues(weighted, axes, memory: nil, threads: threads)
        for output in axes.outputs.indices {
            for input in axes.inputRanges[output] {
                let least = -cheapest.values[cheapest.place(axes, input: input, output: output)]
                guard least.isFinite, least > 0 else {
                    let block = axes.block(
                        input: input, output: output, bottleneck: axes.bottleneckRanges[output].lowerBound, kernel: 0, depth: 1)
                    throw hole(block, "or one with another bottleneck or kernel is priced at \(least) ns")
                }
            }
            guard axes.depths > 1 else { continue }
            for bottleneck in axes.bottleneckRanges[output] where axes.admitted[axes.place(output, bottleneck)] == 0 {
                for kernel in axes.kernels.indices {
                    let row = axes.group(kernel) * axes.admitted.count + axes.place(output, bottleneck)
                    let more = table.more[row] + table.moreKernel[kernel * axes.bottlenecks.count + bottleneck]
                    guard more.isFinite, more > 0 else {
                        let block = axes.block(
                            input: axes.inputRanges[output].first ?? 0, output: output, bottleneck: bottleneck, kernel: kernel, depth: 2)
                        throw hole(block, "has an inner block priced at \(more) ns")
                    }
                }
            }
        }
    }
}

extension BlockAxes {
    /// A block of this position; nil if the draw is not in the space.
    func random(using generator: inout KeyedGenerator) -> Choice? {
        let output = generator.next(below: outputs.count)
        guard !inputRanges[output].isEmpty else { return nil }
        let input = inputRanges[output].lowerBound + generator.next(below: inputRanges[output].count)
        let bottleneck = bottleneckRanges[output].lowerBound + generator.next(below: bottleneckRanges[output].count)
        guard admitted[place(output, bottleneck)] == 0 else { return nil }
        let kernel = generator.next(below: kernels.count)
        let depth = leastDepth + generator.next(below: depths - leastDepth + 1)
        return Choice(input: input, output: output, bottleneck: bottleneck, kernel: kernel, depth: depth)
    }
}
