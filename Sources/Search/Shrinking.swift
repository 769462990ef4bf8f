import Architecture

/// Makes a start structure fit its budgets, so that a search can begin anywhere.
struct Shrinking {
    let evaluator: Evaluator
    let limits: Limits
    /// Whether to go by estimated latencies, which cost nothing; the result then may miss the latency budget by a little.
    var isEstimating = false

    /// The start, or the first structure on a greedy way down that keeps all budgets.
    ///
    /// Each step takes the change that frees most of what is exceeded for the least score. A latency is brought down by way of MACs:
    /// pricing every possible step would cost a measurement each.
    ///
    /// - Throws: `SearchError` with `.budgetCannotBeMet` if even the smallest structure of the space exceeds a budget.
    func fitting(_ start: Structure) throws(SearchError) -> [Block] {
        if try excess(start.blocks) == nil { return start.blocks }
        try checkReachable()
        let smallest = evaluator.space.smallest().blocks
        var blocks = start.blocks
        while let shortfall = try excess(blocks) {
            guard let next = try step(blocks, toLower: shortfall.budget) else { return smallest }
            blocks = next
        }
        return blocks
    }

    /// - Throws: `SearchError` with `.budgetCannotBeMet` if even the smallest structure of the space exceeds a budget.
    func checkReachable() throws(SearchError) {
        guard let shortfall = try excess(evaluator.space.smallest().blocks) else { return }
        throw SearchError(.budgetCannotBeMet, "the budget cannot be met. " + shortfall.text, shortfall: shortfall)
    }

    /// The budget that is exceeded most; latency only if all others are kept.
    private func excess(_ blocks: [Block]) throws(SearchError) -> Shortfall? {
        let places = try evaluator.places(blocks)
        if let worst = limits.worstCheapExcess(evaluator.totals(places).totals) { return worst }
        guard limits.hasLatency else { return nil }
        let nanoseconds = isEstimating ? evaluator.estimatedNanoseconds(places) : try evaluator.nanoseconds(places)
        guard nanoseconds > limits.latencyNanoseconds else { return nil }
        return Shortfall(budget: .latency, limit: limits.latencyNanoseconds, smallest: nanoseconds)
    }

    /// The smaller neighbour that frees most of a budget for the least score; nil if no neighbour frees any.
    private func step(_ blocks: [Block], toLower budget: BudgetKind) throws(SearchError) -> [Block]? {
        let (nowTotals, nowAdditive) = evaluator.totals(try evaluator.places(blocks))
        let now = amount(budget, nowTotals)
        let nowScore = try evaluator.score(blocks, additive: nowAdditive)
        var best: (value: Double, blocks: [Block])?
        for neighbour in smallerNeighbours(blocks) {
            let (totals, additive) = evaluator.totals(try evaluator.places(neighbour))
            let freed = (now - amount(budget, totals)) / now
            guard freed > 0 else { continue }
            let lost = max(0, nowScore - (try evaluator.score(neighbour, additive: additive))) / max(abs(nowScore), 1e-9)
            // A loss of a ten-thousandth of the score counts as none.
            let value = freed / (lost + 1e-4)
            if best.map({ value > $0.value }) ?? true { best = (value, neighbour) }
        }
        return best?.blocks
    }

    private func amount(_ budget: BudgetKind, _ totals: Totals) -> Double {
        switch budget {
        case .latency, .macs: Double(totals.macs)
        case .referenceFLOPs: totals.referenceFLOPs
        case .params: Double(totals.params)
        case .layers: Double(totals.layers)
        case .memory: Double(totals.peakActivationBytes)
        }
    }

    private func smallerNeighbours(_ blocks: [Block]) -> [[Block]] {
        let space = evaluator.space
        let grid = ChannelSteps(step: space.options.channelStep, isCoarse: true)
        var result: [[Block]] = []
        for (index, position) in space.positions.enumerated() {
            let block = blocks[index]
            func add(_ change: (inout [Block]) -> Void) {
                var neighbour = blocks
                change(&neighbour)
                if neighbour != blocks { result.append(neighbour) }
            }
            if block.depth > position.depths.lowerBound { add { $0[index].depth -= 1 } }
            if let smaller = position.kernelSizes.last(where: { $0 < block.kernelSize }) { add { $0[index].kernelSize = smaller } }
            if position.isSuper {
                let least = space.bottleneckBounds(index, outChannels: block.outChannels, grid: ChannelSteps(step: grid.step)).lowerBound
                if block.bottleneck > least { add { $0[index].bottleneck = max(least, grid.below(block.bottleneck)) } }
            }
            if let bounds = space.channelBounds(index, in: blocks, grid: ChannelSteps(step: grid.step)), block.outChannels > bounds.lowerBound {
                let channels = max(bounds.lowerBound, grid.below(block.outChannels))
                add {
                    $0[index].outChannels = channels
                    if position.isSuper {
                        let range = space.bottleneckBounds(index, outChannels: channels, grid: ChannelSteps(step: grid.step))
                        $0[index].bottleneck = min(max($0[index].bottleneck, range.lowerBound), range.upperBound)
                    }
                    if index + 1 < blocks.count { $0[index + 1].inChannels = channels }
                }
            }
        }
        return result
    }
}
