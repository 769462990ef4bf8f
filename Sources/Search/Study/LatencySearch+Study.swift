import Architecture

/// A search's runs and measurements, taken from the study where it has them and recorded there where it has not.
extension LatencySearch {
    /// One evolution: its recorded result, or run from its checkpoint or from the beginning.
    func recorded(
        _ task: String, _ evolution: Evolution, progress: (EvolutionProgress) -> Void
    ) throws(SearchError) -> EvolutionResult {
        guard let study else { return try evolution.run(seeds: seeds, progress: progress) }
        if let (prices, run) = study.skip({ if case .evolved(let run) = $0, run.task == task { run } else { nil } }) {
            try evaluator.recall(prices, study.coding)
            return try result(run, study)
        }
        let checkpoint = study.checkpoint(of: task)
        if let checkpoint { try evaluator.recall(checkpoint.prices, study.coding) }
        let result = try evolution.run(
            seeds: seeds, keeper: EvolutionKeeper(study: study, task: task), checkpoint: checkpoint?.checkpoint, progress: progress)
        try study.append(
            .evolved(
                EvolvedRun(
                    task: task, elites: result.elites.map(StructureCoding.numbers), evaluations: result.evaluations, duplicates: result.duplicates,
                    restarts: result.restarts, seconds: result.seconds, ending: result.ending.rawValue, gains: result.gains)))
        return result
    }

    private func result(_ run: EvolvedRun, _ study: Study) throws(SearchError) -> EvolutionResult {
        guard let ending = EvolutionResult.Ending(rawValue: run.ending) else { throw study.coding.malformed("an ending '\(run.ending)'") }
        return EvolutionResult(
            elites: try run.elites.map { numbers throws(SearchError) in try evaluator.recalled(numbers, study.coding) }, evaluations: run.evaluations,
            duplicates: run.duplicates, restarts: run.restarts, pricedBlocks: evaluator.pricedBlocks, pricedShapes: evaluator.pricedShapes,
            seconds: run.seconds, ending: ending, gains: run.gains ?? [])
    }

    /// One run of the exact solver.
    func recorded(_ task: String, _ solve: () throws(SearchError) -> ExactOutcome) throws(SearchError) -> ExactOutcome {
        guard let study else { return try solve() }
        if let (prices, run) = study.skip({ if case .solved(let run) = $0, run.task == task { run } else { nil } }) {
            try evaluator.recall(prices, study.coding)
            func recalled(_ numbers: ScoredNumbers) throws(SearchError) -> ScoredStructure { try evaluator.recalled(numbers, study.coding) }
            return ExactOutcome(
                optimum: ExactResult(best: try recalled(run.best), certificate: run.certificate), composedLimitNanoseconds: run.composedLimitNanoseconds,
                list: try run.list.map { list throws(SearchError) in
                    ExactList(
                        structures: try list.structures.map(recalled), leastScore: list.leastScore, order: list.order, isComplete: list.isComplete)
                })
        }
        let outcome = try solve()
        try study.append(
            .solved(
                SolvedRun(
                    task: task, best: StructureCoding.numbers(outcome.optimum.best), certificate: outcome.optimum.certificate,
                    composedLimitNanoseconds: outcome.composedLimitNanoseconds,
                    list: outcome.list.map {
                        SolvedRun.List(
                            structures: $0.structures.map(StructureCoding.numbers), leastScore: $0.leastScore, order: $0.order, isComplete: $0.isComplete)
                    })))
        return outcome
    }

    /// The end of the search.
    func record(_ result: SearchResult) throws(SearchError) {
        guard let study else { return }
        let isRecorded = try study.replay("its end") { if case .finished = $0 { true } else { nil } } ?? false
        guard !isRecorded else { return }
        let result = budgets.latency == nil ? result.byCountsAlone() : result
        let winner = result.winner
        try study.append(
            .finished(
                StudyOutcome(
                    winner: ScoredNumbers(
                        blocks: StructureCoding.numbers(winner.structure.blocks), score: winner.score, nanoseconds: winner.measured.medianNanoseconds),
                    meetsBudget: result.meetsBudget)))
    }
}

extension Study {
    /// What the baseline took and what it was composed to, measured once for the whole study.
    public func opening(_ measure: () throws -> StudyOpening) throws -> StudyOpening {
        if let opening = try replay("the baseline", { if case .opened(let opening) = $0 { opening } else { nil } }) { return opening }
        let opening = try measure()
        try append(.opened(opening))
        return opening
    }

    /// Whole networks: as recorded, or measured and recorded.
    func measured(_ structures: [Structure], _ measure: () throws(SearchError) -> MeasuredRound) throws(SearchError) -> MeasuredRound {
        let numbers = structures.map { StructureCoding.numbers($0.blocks) }
        let found = try replay("a measurement of \(structures.count) networks") {
            if case .measured(let measured) = $0, measured.structures == numbers { measured } else { nil }
        }
        if let found { return MeasuredRound(baseline: found.baseline, networks: found.networks) }
        let round = try measure()
        try append(.measured(MeasuredStructures(structures: numbers, baseline: round.baseline, networks: round.networks)))
        return round
    }

    /// The price of a block: as recorded, or asked for and recorded.
    func price(_ block: Block, index: Int, _ ask: () throws(SearchError) -> Double) throws(SearchError) -> Double {
        let numbers = StructureCoding.numbers(block)
        let found = try replay("the latency of block \(index)") {
            if case .priced(let price) = $0, price.index == index, price.block == numbers { price.nanoseconds } else { nil }
        }
        if let found { return found }
        let value = try ask()
        try append(.priced(PricedBlock(index: index, block: numbers, nanoseconds: value)))
        return value
    }
}

extension Evaluator {
    /// Takes over recorded prices, in their order.
    func recall(_ prices: [PricedBlock], _ coding: StructureCoding) throws(SearchError) {
        for price in prices {
            let block = try coding.block(price.block, index: price.index)
            let place = try place(price.index, block)
            guard !tables[price.index].terms[Int(place)].isPriced else { throw coding.malformed("block \(price.index) is priced twice") }
            guard price.nanoseconds.isFinite, price.nanoseconds > 0 else { throw coding.malformed("a price of \(price.nanoseconds) ns") }
            store(price.nanoseconds, block, index: price.index, place: place)
        }
    }

    /// A recorded structure with all its figures.
    func recalled(_ numbers: ScoredNumbers, _ coding: StructureCoding) throws(SearchError) -> ScoredStructure {
        let blocks = try coding.blocks(numbers.blocks)
        return ScoredStructure(
            structure: Structure(name: space.start.name, blocks: blocks), score: numbers.score, totals: totals(try places(blocks)).totals,
            predictedNanoseconds: numbers.nanoseconds)
    }
}
