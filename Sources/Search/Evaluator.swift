import Architecture

/// Figures of structures of one design space, put together from the terms of their blocks.
///
/// A structure is its blocks and, beside them, the places of their terms. After a mutation only the changed blocks are looked up again.
/// The evaluator keeps what it learned, so that the rounds of one search share the measured latencies.
///
/// Not for sharing between threads.
final class Evaluator {
    let space: DesignSpace
    let score: any Score
    let latency: (any LatencySource)?
    /// Where prices are kept and taken from.
    let study: Study?
    /// Blocks whose latency was asked for.
    var pricedBlocks = 0
    /// Those that differ in more than depth: repeated inner blocks are alike, so only these need new measurements.
    var pricedShapes: Int { shapes.count }

    private let additive: (any AdditiveScore)?
    private let strides: [Int]
    private let keepsOutput: [Bool]
    var tables: [BlockTable]
    var shapes: Set<UInt64> = []
    var surrogate: LatencySurrogate
    /// Grows with each fit of the surrogate and makes older estimates stale.
    var generation: Int32 = 1

    init(space: DesignSpace, score: any Score, latency: (any LatencySource)?, study: Study? = nil) {
        self.space = space
        self.score = score
        self.latency = latency
        self.study = study
        additive = score as? any AdditiveScore
        strides = space.positions.map(\.stride)
        keepsOutput = space.keepsOutput
        tables = Array(repeating: BlockTable(), count: space.positions.count)
        surrogate = LatencySurrogate(positionCount: space.positions.count)
    }

    var isAdditive: Bool { additive != nil }
    var overhead: Double { latency?.overheadNanoseconds ?? 0 }

    /// The place of a block's terms, computed if the block is new.
    @inline(__always)
    func place(_ index: Int, _ block: Block) throws(SearchError) -> Int32 {
        if let place = tables[index].place(of: BlockKey(block)) { return place }
        return try compute(index, block)
    }

    @inline(never)
    private func compute(_ index: Int, _ block: Block) throws(SearchError) -> Int32 {
        let position = space.positions[index]
        let cost = block.cost(
            inputSide: position.inputSide, idealInputSide: position.idealInputSide, keepsInput: index > 0 && keepsOutput[index - 1])
        var terms = BlockTerms(
            params: cost.params, macs: cost.macs, referenceFLOPs: cost.referenceFLOPs, layers: cost.layers,
            peakActivationBytes: cost.peakActivationBytes, outputBytes: cost.outputBytes, score: 0)
        if let additive {
            do { terms.score = try additive.term(block, index: index, strides: strides) } catch {
                throw SearchError(.sourceFailed, "\(score.name) of block \(index): \(error)")
            }
        }
        return tables[index].insert(block, terms)
    }

    func places(_ blocks: [Block]) throws(SearchError) -> [Int32] {
        var places: [Int32] = []
        for (index, block) in blocks.enumerated() { places.append(try place(index, block)) }
        return places
    }

    /// All figures but the latency.
    @inline(__always)
    func totals(_ places: [Int32]) -> (totals: Totals, additiveScore: Double) {
        var totals = Totals()
        var score = 0.0
        var kept = 0
        for index in places.indices {
            // The output before the last one is no longer the current block's input, which the block counts itself.
            if index >= 2, keepsOutput[index - 2] { kept += tables[index - 2].terms[Int(places[index - 2])].outputBytes }
            let terms = tables[index].terms[Int(places[index])]
            totals.params += terms.params
            totals.macs += terms.macs
            totals.referenceFLOPs += terms.referenceFLOPs
            totals.layers += terms.layers
            totals.peakActivationBytes = max(totals.peakActivationBytes, kept + terms.peakActivationBytes)
            score += terms.score
        }
        return (totals, score)
    }

    /// The score of a structure; free where it is additive.
    func score(_ blocks: [Block], additive additiveScore: Double) throws(SearchError) -> Double {
        if additive != nil { return additiveScore }
        do { return try score.score(Structure(name: space.start.name, blocks: blocks)) } catch {
            throw SearchError(.sourceFailed, "\(score.name): \(error)")
        }
    }

    /// A structure with all its figures; prices it if there is a latency source.
    func scored(_ blocks: [Block]) throws(SearchError) -> ScoredStructure {
        let places = try places(blocks)
        let (totals, additiveScore) = totals(places)
        return ScoredStructure(
            structure: Structure(name: space.start.name, blocks: blocks), score: try score(blocks, additive: additiveScore), totals: totals,
            predictedNanoseconds: latency == nil ? nil : try nanoseconds(places))
    }
}
