import Architecture

/// Looks for the networks of which none is better in every objective, within budgets.
///
/// One search for all trade-offs: every child of a mutated point of the front is compared with the whole front. Under a latency objective the front lives
/// on estimates between pricings and ends with what is priced.
public final class ParetoSearch {
    public let objectives: [Objective]
    public let options: EvolutionOptions
    /// Points that the result has at most; the search itself keeps as many as `options.populationSize`.
    public let frontMaximum: Int
    let evaluator: Evaluator
    let limits: Limits
    private let study: Study?

    /// - Parameters:
    ///   - space: what structures are made from.
    ///   - score: what the objective entropy stands for.
    ///   - latency: needed with latency as an objective or a budget.
    ///   - budgets: what no point of the front may exceed.
    ///   - latencyNanoseconds: the composed latency that is allowed; nil takes the latency budget as it is.
    ///   - objectives: two or more, no two alike; knees of pairs are those with the first.
    ///   - frontMaximum: of more points the most crowded ones are left out of the result.
    ///   - options: the population's size is that of the front that is searched with.
    ///   - study: where the search is recorded, so that it can go on later; nil for none.
    /// - Throws: `SearchError` with `.badOption`.
    public init(
        space: DesignSpace, score: any Score, latency: (any LatencySource)? = nil, budgets: Budgets, latencyNanoseconds: Double? = nil,
        objectives: [Objective], frontMaximum: Int = .max, options: EvolutionOptions = EvolutionOptions(), study: Study? = nil
    ) throws(SearchError) {
        try options.check()
        guard objectives.count >= 2, Set(objectives).count == objectives.count else {
            let known = Objective.allCases.map(\.rawValue).joined(separator: ", ")
            throw SearchError(.badOption, "the objectives are \(objectives.map(\.rawValue)); give two or more different ones of \(known)")
        }
        guard !objectives.contains(.latency) || latency != nil else { throw SearchError(.badOption, "a latency objective needs a latency source") }
        evaluator = Evaluator(space: space, score: score, latency: latency, study: study)
        limits = try Limits(budgets, latencyNanoseconds: latencyNanoseconds, evaluator: evaluator)
        self.objectives = objectives
        self.options = options
        self.frontMaximum = max(frontMaximum, objectives.count + 1)
        self.study = study
    }

    /// Runs to the end.
    ///
    /// - Parameter progress: called at most five times a second.
    /// - Throws: `SearchError` with `.budgetCannotBeMet` if nothing in the space is small enough, `.sourceFailed` if a source fails.
    public func run(progress: (ParetoProgress) -> Void = { _ in }) throws(SearchError) -> ParetoResult {
        let task = "front"
        if let study, let (prices, run) = study.skip({ if case .evolved(let run) = $0, run.task == task { run } else { nil } }) {
            try evaluator.recall(prices, study.coding)
            guard let ending = EvolutionResult.Ending(rawValue: run.ending) else { throw study.coding.malformed("an ending '\(run.ending)'") }
            let points = try run.elites.map { numbers throws(SearchError) in try evaluator.recalled(numbers, study.coding) }
            return try result(points, run.trace ?? [], run.evaluations, run.duplicates, run.seconds, ending)
        }
        var run = ParetoRun(self)
        if let study {
            run.save = { run throws(SearchError) in try ParetoCheckpoint.save(run, task: task, in: study) }
            if let (prices, checkpoint) = study.checkpoint(of: task) {
                try evaluator.recall(prices, study.coding)
                try run.restore(checkpoint, study.coding)
            } else {
                try run.begin()
            }
        } else {
            try run.begin()
        }
        let ending = try run.loop(progress: progress)
        if run.needsLatency { try run.price(quota: run.room) }
        run.snapshot()
        var front = run.needsLatency ? run.priced : run.front
        front.thin(to: frontMaximum)
        var points = try front.points.map { point throws(SearchError) in
            ScoredStructure(
                structure: Structure(name: evaluator.space.start.name, blocks: point.member.blocks), score: point.member.score,
                totals: evaluator.totals(point.member.places).totals,
                predictedNanoseconds: run.needsLatency ? try evaluator.nanoseconds(point.member.places) : nil)
        }
        points.sort { costs($0).lexicographicallyPrecedes(costs($1)) }
        let result = try result(points, try trace(run.snapshots), run.evaluations, run.duplicates, run.clock.seconds, ending)
        try study?.append(
            .evolved(
                EvolvedRun(
                    task: task, elites: points.map(StructureCoding.numbers), evaluations: result.evaluations, duplicates: result.duplicates, restarts: 0,
                    seconds: result.seconds, ending: ending.rawValue, trace: result.trace)))
        return result
    }

    /// Measures networks of the front as whole networks; where a study has the measurement it is taken from there.
    ///
    /// - Throws: `SearchError` with `.sourceFailed`.
    public func measure(_ structures: [Structure], with measurer: some WholeNetworkMeasurer) throws(SearchError) -> MeasuredRound {
        func measureNow() throws(SearchError) -> MeasuredRound { try measurer.round(structures) }
        guard let study else { return try measureNow() }
        return try study.measured(structures, measureNow)
    }

    /// Says to the study that the search has ended.
    public func finish(_ result: ParetoResult, meetsBudget: Bool) throws(SearchError) {
        guard let study, try study.replay("its end", { if case .finished = $0 { true } else { nil } }) == nil else { return }
        let front = result.points.map { StudyOutcome.NamedNumbers(point: StructureCoding.numbers($0.network), names: $0.names) }
        let best = result.points.map(\.network).max { $0.score < $1.score }
        try study.append(.finished(StudyOutcome(winner: best.map(StructureCoding.numbers), meetsBudget: meetsBudget, front: front)))
    }

    private func costs(_ point: ScoredStructure) -> [Double] {
        objectives.map { $0.cost(score: point.score, totals: point.totals, nanoseconds: point.predictedNanoseconds) }
    }

    private func result(
        _ points: [ScoredStructure], _ trace: [HypervolumePoint], _ evaluations: Int, _ duplicates: Int, _ seconds: Double, _ ending: EvolutionResult.Ending
    ) throws(SearchError) -> ParetoResult {
        guard !points.isEmpty else { throw SearchError(.sourceFailed, "no network within the budgets could be priced") }
        let names = frontNames(points.map(costs), objectives: objectives)
        return ParetoResult(
            objectives: objectives, points: zip(points, names).map { ParetoResult.Point(network: $0, names: $1) }, trace: trace, evaluations: evaluations,
            duplicates: duplicates, pricedBlocks: evaluator.pricedBlocks, seconds: seconds, ending: ending)
    }

    /// The hypervolume of all snapshots against one reference, as a part of the box between it and the ideal point.
    ///
    /// Reference: a cost's budget, or where it has none the most of it on any snapshot; of the entropy, that of the smallest network of the space. Ideal: the
    /// least of each cost, and the most entropy, on any snapshot.
    private func trace(_ snapshots: [ParetoRun.Snapshot]) throws(SearchError) -> [HypervolumePoint] {
        let all = snapshots.flatMap(\.costs)
        guard !all.isEmpty else { return [] }
        let ideal = objectives.indices.map { lane in all.map { $0[lane] }.min()! }
        let least = evaluator.space.smallest().blocks
        let smallest = try evaluator.score(least, additive: evaluator.totals(try evaluator.places(least)).additiveScore)
        let reference = objectives.indices.map { lane in
            if objectives[lane] == .entropy { return -smallest }
            return objectives[lane].limit(limits) ?? all.map { $0[lane] }.max()!
        }
        // In units of the box, so that no objective's unit decides.
        func scaled(_ point: [Double]) -> [Double] {
            point.indices.map { reference[$0] > ideal[$0] ? (point[$0] - ideal[$0]) / (reference[$0] - ideal[$0]) : 0 }
        }
        let unit = Array(repeating: 1.0, count: objectives.count)
        return snapshots.map {
            HypervolumePoint(evaluations: $0.evaluations, share: hypervolume($0.costs.map(scaled), reference: unit), points: $0.costs.count)
        }
    }
}

/// Where a search for a front stands.
public struct ParetoProgress: Sendable {
    public var evaluations: Int
    public var evaluationGoal: Int
    public var points: Int
    public var bestScore: Double
    public var evaluationsPerSecond: Double
    public var pricedBlocks: Int
}

/// The front that a search found.
public struct ParetoResult: Sendable {
    public struct Point: Hashable, Sendable {
        public var network: ScoredStructure
        /// "knee", "most entropy", "knee of entropy and latency"; empty for most.
        public var names: [String]
    }

    public var objectives: [Objective]
    /// No point dominates another; sorted by the first objective, the best first.
    public var points: [Point]
    /// Hypervolume over time.
    public var trace: [HypervolumePoint]
    public var evaluations: Int
    public var duplicates: Int
    public var pricedBlocks: Int
    public var seconds: Double
    public var ending: EvolutionResult.Ending

    /// The points with a name, the knees first.
    public var named: [Point] {
        points.filter { $0.names.contains { $0.hasPrefix("knee") } } + points.filter { !$0.names.isEmpty && !$0.names.contains { $0.hasPrefix("knee") } }
    }
}
