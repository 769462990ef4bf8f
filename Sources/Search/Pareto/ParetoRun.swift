import Architecture

/// The state of one search for a front: mutate a point of the front, keep what nothing dominates.
struct ParetoRun {
    let evaluator: Evaluator
    let limits: Limits
    let objectives: [Objective]
    let options: EvolutionOptions
    let needsLatency: Bool
    private let fine: Mutation
    let coarse: Mutation

    /// Under a latency that is estimated between pricings, the front by estimates.
    var front: ParetoFront<Individual>
    /// Only what is priced; where latency does not count it stays empty.
    var priced: ParetoFront<Individual>
    var seen = StructureSet()
    var individual: UInt64 = 0
    var evaluations = 0
    var evaluationsBefore = 0
    var duplicates = 0
    var fruitless = 0
    var isEstimating = false
    var nextPricing = 0
    /// Costs of the front at times of the search.
    var snapshots: [Snapshot] = []
    var clock = RunClock()
    var save: ((ParetoRun) throws(SearchError) -> Void)?

    struct Snapshot: Codable {
        var evaluations: Int
        var costs: [[Double]]
    }

    /// Snapshots of a whole run.
    private static let snapshotGoal = 20
    /// Children in a row without a new structure after which the space counts as exhausted.
    private static let patience = 20_000
    static let pricings = 50

    init(_ search: ParetoSearch) {
        evaluator = search.evaluator
        limits = search.limits
        objectives = search.objectives
        options = search.options
        needsLatency = limits.hasLatency || objectives.contains(.latency)
        let step = evaluator.space.options.channelStep
        fine = Mutation(space: evaluator.space, grid: ChannelSteps(step: step))
        coarse = Mutation(space: evaluator.space, grid: ChannelSteps(step: step, isCoarse: true))
        front = ParetoFront(capacity: options.populationSize, objectiveCount: objectives.count)
        priced = front
    }

    func costs(score: Double, totals: Totals, nanoseconds: Double?) -> CostVector {
        var vector = CostVector(repeating: 0)
        for (lane, objective) in objectives.enumerated() { vector[lane] = objective.cost(score: score, totals: totals, nanoseconds: nanoseconds) }
        return vector
    }

    /// Begins with the start, made to fit, and the smallest network of the space: two ends of the front.
    mutating func begin() throws(SearchError) {
        let start = try Shrinking(evaluator: evaluator, limits: limits).fitting(evaluator.space.start)
        for blocks in [start, evaluator.space.smallest().blocks] {
            let hash = structureHash(blocks)
            guard seen.insert(hash) else { continue }
            evaluations += 1
            let places = try evaluator.places(blocks)
            let nanoseconds = needsLatency ? try evaluator.nanoseconds(places) : nil
            try consider(blocks, places, hash, nanoseconds: nanoseconds)
        }
        if needsLatency {
            try evaluator.priceWalks(from: start, coarse, options, isOverTime: { isOverTime })
            isEstimating = evaluator.refit()
            nextPricing = evaluations + options.evaluations / Self.pricings
        }
        snapshot()
    }

    private mutating func consider(_ blocks: [Block], _ places: [Int32], _ hash: UInt64, nanoseconds: Double?) throws(SearchError) {
        let (totals, additive) = evaluator.totals(places)
        guard limits.admitCheap(totals), (nanoseconds ?? 0) <= limits.latencyNanoseconds else { return }
        let score = try evaluator.score(blocks, additive: additive)
        let vector = costs(score: score, totals: totals, nanoseconds: nanoseconds)
        _ = front.insert(vector, Individual(blocks: blocks, places: places, score: score, hash: hash))
    }

    mutating func loop(progress: (ParetoProgress) -> Void) throws(SearchError) -> EvolutionResult.Ending {
        guard !fine.isEmpty, let first = front.points.first?.member else { return .exhausted }
        var blocks = first.blocks
        var places = first.places
        while evaluations < options.evaluations {
            if individual & 1023 == 0 {
                if isOverTime { return .timeLimit }
                if clock.isDue { progress(state()) }
                if !needsLatency { try save?(self) }
            }
            if needsLatency, evaluations >= nextPricing {
                try priceFront()
                try save?(self)
            }
            if fruitless >= Self.patience { return .exhausted }
            individual += 1
            var generator = KeyedGenerator(seed: options.seed, individual: individual)
            let parent = front.points[generator.next(below: front.points.count)].member
            for index in blocks.indices {
                blocks[index] = parent.blocks[index]
                places[index] = parent.places[index]
            }
            let changed = mutate(&blocks, &generator)
            let hash = structureHash(blocks)
            guard changed != 0, seen.insert(hash) else {
                duplicates += 1
                fruitless += 1
                continue
            }
            fruitless = 0
            evaluations += 1
            for index in blocks.indices where changed >> UInt64(index) & 1 != 0 { places[index] = try evaluator.place(index, blocks[index]) }
            let nanoseconds = try latency(places)
            if !needsLatency || nanoseconds != nil { try consider(blocks, places, hash, nanoseconds: nanoseconds) }
            if evaluations >= (snapshots.count) * options.evaluations / Self.snapshotGoal { snapshot() }
        }
        return .evaluations
    }

    /// Nil where latency does not count, and for a structure whose blocks may not be priced any more.
    private func latency(_ places: [Int32]) throws(SearchError) -> Double? {
        guard needsLatency else { return nil }
        if isEstimating { return evaluator.estimatedNanoseconds(places) }
        guard evaluator.unpriced(places) <= room else { return nil }
        return try evaluator.nanoseconds(places)
    }

    private func mutate(_ blocks: inout [Block], _ generator: inout KeyedGenerator) -> UInt64 {
        if needsLatency, Double(evaluations) < options.coarseFraction * Double(options.evaluations) {
            return coarse.mutate(&blocks, count: options.mutations, style: .coarse, using: &generator)
        }
        let isMinor = Double(generator.next() >> 11) * 0x1p-53 < options.minorFraction
        return fine.mutate(&blocks, count: options.mutations, style: isMinor ? .minor : .coarse, using: &generator)
    }

    var room: Int { max(0, options.pricedBlockMaximum - evaluator.pricedBlocks) }
    var isOverTime: Bool { options.timeLimit.map { clock.elapsed >= $0 } ?? false }

    mutating func snapshot() {
        let points = needsLatency ? priced.points : front.points
        snapshots.append(Snapshot(evaluations: evaluations, costs: points.map { point in objectives.indices.map { point.costs[$0] } }))
    }

    private mutating func state() -> ParetoProgress {
        clock.tick()
        let seconds = clock.seconds
        return ParetoProgress(
            evaluations: evaluations, evaluationGoal: options.evaluations, points: front.points.count,
            bestScore: front.points.map(\.member.score).max() ?? 0, evaluationsPerSecond: seconds > 0 ? Double(evaluations - evaluationsBefore) / seconds : 0,
            pricedBlocks: evaluator.pricedBlocks)
    }

    // MARK: Prices

    /// Prices points of the front, the least crowded first, as many as this pricing may; then all estimates and the front are made anew.
    mutating func priceFront() throws(SearchError) {
        let interval = max(1, options.evaluations / Self.pricings)
        nextPricing = evaluations + interval
        guard isEstimating else { return try keepPriced() }
        let left = max(1, (options.evaluations - evaluations) / interval)
        try price(quota: (room + left - 1) / left)
        isEstimating = evaluator.refit()
        let old = front.points
        front = ParetoFront(capacity: front.capacity, objectiveCount: objectives.count)
        for point in old {
            let (totals, _) = evaluator.totals(point.member.places)
            let nanoseconds = evaluator.estimatedNanoseconds(point.member.places)
            guard nanoseconds <= limits.latencyNanoseconds else { continue }
            _ = front.insert(costs(score: point.member.score, totals: totals, nanoseconds: nanoseconds), point.member)
        }
        for point in priced.points { _ = front.insert(point.costs, point.member) }
    }

    /// Prices what the quota allows and keeps what is priced and fast enough.
    mutating func price(quota: Int) throws(SearchError) {
        var quota = quota
        for place in front.leastCrowded() where !isOverTime {
            let places = front.points[place].member.places
            let unpriced = evaluator.unpriced(places)
            guard unpriced <= quota else { continue }
            quota -= unpriced
            _ = try evaluator.nanoseconds(places)
        }
        try keepPriced()
    }

    private mutating func keepPriced() throws(SearchError) {
        for point in front.points where evaluator.unpriced(point.member.places) == 0 {
            let nanoseconds = try evaluator.nanoseconds(point.member.places)
            guard nanoseconds <= limits.latencyNanoseconds else { continue }
            let (totals, _) = evaluator.totals(point.member.places)
            _ = priced.insert(costs(score: point.member.score, totals: totals, nanoseconds: nanoseconds), point.member)
        }
    }
}
