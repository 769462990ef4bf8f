import Architecture

/// Latencies: priced by the source, or estimated from what was priced.
extension Evaluator {
    /// The composed latency; asks the source for the blocks that are not priced.
    ///
    /// - Throws: `SearchError` with `.sourceFailed`.
    func nanoseconds(_ places: [Int32]) throws(SearchError) -> Double {
        var sum = overhead
        for (index, place) in places.enumerated() {
            let terms = tables[index].terms[Int(place)]
            sum += terms.isPriced ? terms.nanoseconds : try price(index, place)
        }
        return sum
    }

    /// How many of a structure's blocks the source has not been asked for.
    @inline(__always)
    func unpriced(_ places: [Int32]) -> Int {
        var count = 0
        for index in places.indices where !tables[index].terms[Int(places[index])].isPriced { count += 1 }
        return count
    }

    /// The composed latency from prices where there are some, and from estimates. Only after `refit()` returned true, or where all is priced.
    @inline(__always)
    func estimatedNanoseconds(_ places: [Int32]) -> Double {
        var sum = overhead
        for index in places.indices {
            let place = places[index]
            let terms = tables[index].terms[Int(place)]
            sum += terms.isPriced || terms.estimated == generation ? terms.nanoseconds : estimate(index, place)
        }
        return sum
    }

    /// Prices the blocks of random walks from a structure: what the first estimates are fitted to.
    func priceWalks(from start: [Block], _ coarse: Mutation, _ options: EvolutionOptions, isOverTime: () -> Bool) throws(SearchError) {
        guard !coarse.isEmpty else { return }
        let startMACs = totals(try places(start)).totals.macs
        let goal = min(options.pricedBlockMaximum / 4, 16 * start.count)
        // Walks may leave the budgets; those that are much larger are left out, since pricing them would take longest.
        for walk in 0..<64 where pricedBlocks < goal && !isOverTime() {
            var generator = KeyedGenerator(seed: ~options.seed, individual: UInt64(walk))
            var blocks = start
            _ = coarse.mutate(&blocks, count: 2 + walk / 8 + blocks.count, style: .coarse, using: &generator)
            let places = try places(blocks)
            guard totals(places).totals.macs <= 2 * startMACs else { continue }
            guard unpriced(places) <= max(0, options.pricedBlockMaximum - pricedBlocks) else { break }
            _ = try nanoseconds(places)
        }
    }

    /// Brings the estimates up to date with the prices; false while there are too few.
    func refit() -> Bool {
        surrogate.fit()
        generation += 1
        return surrogate.isFitted
    }

    @inline(never)
    private func estimate(_ index: Int, _ place: Int32) -> Double {
        let value = surrogate.estimate(tables[index].blocks[Int(place)], index: index, inputSide: space.positions[index].inputSide)
        tables[index].setEstimate(value, generation: generation, at: place)
        return value
    }

    private func price(_ index: Int, _ place: Int32) throws(SearchError) -> Double {
        guard let latency else { return 0 }
        let block = tables[index].blocks[Int(place)]
        let side = space.positions[index].inputSide
        let value: Double
        if let study {
            value = try study.price(block, index: index) { () throws(SearchError) in try ask(latency, block, index, side) }
        } else {
            value = try ask(latency, block, index, side)
        }
        store(value, block, index: index, place: place)
        return value
    }

    private func ask(_ latency: any LatencySource, _ block: Block, _ index: Int, _ side: Int) throws(SearchError) -> Double {
        let value: Double
        do {
            value = try latency.nanoseconds(block: block, index: index, inputSide: side)
        } catch let error as SearchError {
            throw error
        } catch {
            throw SearchError(.sourceFailed, "latency of block \(index): \(error)")
        }
        // A search exploits every hole of a table: nothing may cost nothing.
        guard value.isFinite, value > 0 else {
            throw SearchError(.sourceFailed, "latency of block \(index) (\(block)) is \(value) ns; it must be above zero")
        }
        return value
    }

    /// Keeps a price; the estimates learn from it at their next fit.
    func store(_ value: Double, _ block: Block, index: Int, place: Int32) {
        tables[index].setPrice(value, at: place)
        surrogate.add(block, index: index, inputSide: space.positions[index].inputSide, nanoseconds: value)
        pricedBlocks += 1
        var shape = block
        shape.depth = min(shape.depth, 2)
        shapes.insert(mix64(BlockKey(shape).bits ^ UInt64(index) << 58))
    }
}
