import Architecture

/// Finds the best structure of a design space within budgets, and proves it.
///
/// Score and budgets are sums over blocks, so pricing the budgets with multipliers leaves a shortest-path problem over (block, channels,
/// layers). Its optimum bounds the score from above for any multipliers; cutting planes find the multipliers of the least bound; blocks through
/// which the bound stays below what is looked for are dropped; from the few that are left all structures are built. The search begins just
/// under the bound and relaxes until a structure appears: it is the optimum.
///
/// Memory is no sum but a largest value: a limit on it removes blocks, and partial structures keep count of what earlier stages hold.
///
/// Source: own derivation from textbook parts: Lagrangian relaxation (Geoffrion, Math. Prog. Study 2, 1974), cutting planes (Kelley, 1960), label
/// setting (Desrochers and Soumis, 1988).
public final class ExactSolver {
    public let space: DesignSpace
    public let options: ExactOptions
    let evaluator: Evaluator
    private let score: any AdditiveScore
    private let latency: (any LatencySource)?
    private var model: ExactModel?
    private var tableSeconds = 0.0

    /// - Throws: `SearchError` with `.notSeparable` for a score that is no sum over blocks, `.badOption`.
    public convenience init(
        space: DesignSpace, score: any Score, latency: (any LatencySource)? = nil, options: ExactOptions = ExactOptions()
    ) throws(SearchError) {
        try self.init(evaluator: Evaluator(space: space, score: score, latency: latency), options: options)
    }

    init(evaluator: Evaluator, options: ExactOptions) throws(SearchError) {
        try options.check()
        guard let additive = evaluator.score as? any AdditiveScore else {
            throw SearchError(
                .notSeparable, "the score '\(evaluator.score.name)' does not add up over blocks, so there is no certified optimum: use --solver evolution")
        }
        space = evaluator.space
        self.options = options
        self.evaluator = evaluator
        score = additive
        latency = evaluator.latency
    }

    /// The best structure within the budgets.
    ///
    /// - Parameters:
    ///   - budgets: what the structure may not exceed.
    ///   - latencyNanoseconds: the latency budget as a time, for a budget relative to a baseline; nil takes it from `budgets`.
    ///   - progress: told how far the solver came, from time to time.
    /// - Throws: `SearchError` with `.budgetCannotBeMet`, `.notSeparable`, `.badOption` or `.sourceFailed`.
    public func solve(
        _ budgets: Budgets, latencyNanoseconds: Double? = nil, progress: (ExactProgress) -> Void = { _ in }
    ) throws(SearchError) -> ExactResult {
        let clock = RunClock()
        let limits = try Limits(budgets, latencyNanoseconds: latencyNanoseconds, evaluator: evaluator)
        try Shrinking(evaluator: evaluator, limits: limits.withoutLatency).checkReachable()
        tableSeconds = 0
        var pricing = BoundPricing(latency, limits)
        var passes = 0
        while true {
            let model = try filledModel(limits, progress)
            try checkFastest(model, limits)
            passes += 1
            // The best that is proven to be fast enough so far: nothing below it is of interest.
            let known = pricing?.best?.choices ?? choices(space.smallest(), model)
            var found = try optima(model, limits, known: known, progress)
            progress(ExactProgress(phase: .pricing, rounds: passes, bound: found.certificate.bound, bestScore: pricing?.best?.score))
            if pricing != nil {
                guard let best = try pricing!.settle(found.best, isOptimal: found.certificate.isOptimal, model) else { continue }
                found.best = [best]
            }
            found.certificate.seconds = clock.seconds
            found.certificate.tableSeconds = tableSeconds
            return ExactResult(best: try scored(found.best[0], model), certificate: found.certificate)
        }
    }

    /// The best structure by the model's tables, first of some good ones, and what is proven of it.
    private func optima(
        _ model: ExactModel, _ limits: Limits, known: [Choice]?, _ progress: (ExactProgress) -> Void
    ) throws(SearchError) -> (best: [[Choice]], certificate: ExactCertificate) {
        let problem = ExactProblem(model, goal(model, limits, objective: .score, sign: 1))
        var dual = DualSearch(problem, rounds: options.rounds)
        dual.run(known: known) {
            progress(ExactProgress(phase: .bounding, rounds: $0, bound: $1, bestScore: $2))
        }
        guard let point = dual.best, point.bound.isFinite else { throw unreachable(limits) }
        var certificate = ExactCertificate(
            bound: point.bound, roundingSlack: problem.roundingSlack(point.multipliers), isOptimal: false, rounds: dual.roundsDone, arcs: 0, seconds: 0,
            tableSeconds: 0)
        progress(ExactProgress(phase: .closing, rounds: dual.roundsDone, bound: point.bound, bestScore: dual.incumbent?.objective))

        var best = dual.incumbent.flatMap { incumbent in admitted(incumbent.choices, model, limits) ? incumbent : nil }
        var others: [[Choice]] = []
        var closing = GapClosing(problem, dual, options)
        let floor = best?.objective ?? -problem.magnitude
        guard point.bound >= floor - certificate.roundingSlack else { throw unreachable(limits) }
        switch closing.best(floor: floor, first: 2e-6 * max(abs(point.bound), 1), admits: { admitted($0, model, limits) }) {
        case .found(let found):
            let objective = problem.figures(found[0]).objective
            if objective > best?.objective ?? -.infinity { best = (objective, found[0]) }
            others = Array(found.dropFirst())
            certificate.isOptimal = true
        case .none:
            guard best != nil else { throw unreachable(limits) }
            certificate.isOptimal = true
        case .tooMany:
            guard best != nil else {
                throw SearchError(
                    .sourceFailed, "no network that keeps all budgets was found, and none was excluded (the bound is \(point.bound)): use --solver evolution")
            }
        }
        certificate.arcs = closing.arcCount
        return ([best!.choices] + others, certificate)
    }

    /// The networks whose score is within `options.within` of the best one's, the least predicted latency first (the fewest MACs first without
    /// a latency source). Networks predicted to take more than twice the best one's time are not among them.
    public func list(
        near best: ScoredStructure, _ budgets: Budgets, latencyNanoseconds: Double? = nil, progress: (ExactProgress) -> Void = { _ in }
    ) throws(SearchError) -> ExactList {
        var limits = try Limits(budgets, latencyNanoseconds: latencyNanoseconds, evaluator: evaluator)
        // Layers far slower than those of the best need no price.
        if let nanoseconds = best.predictedNanoseconds { limits.latencyNanoseconds = min(limits.latencyNanoseconds, 2 * nanoseconds) }
        let order: Quantity = latency != nil ? .latency : .macs
        let least = best.score - (options.within ?? 0) * abs(best.score)
        let pricing = BoundPricing(latency, limits)
        var passes = 0
        // With bounds for prices the first of the list comes first: what is near it can be listed once it costs what the tables say.
        var isFirstPriced = pricing == nil
        while true {
            let model = try filledModel(limits, progress)
            passes += 1
            progress(ExactProgress(phase: .listing, rounds: passes, bestScore: best.score))
            let problem = ExactProblem(model, goal(model, limits, objective: order, sign: -1, leastScore: least))
            var dual = DualSearch(problem, rounds: options.rounds)
            dual.run(known: choices(best.structure, model)) { _, _, _ in }
            var closing = GapClosing(problem, dual, options)
            let width = 1e-4 * max(abs(dual.best!.bound), 1)
            func isListed(_ choices: [Choice]) -> Bool { admitted(choices, model, limits) && problem.model.sum(.score, choices) >= least }
            if !isFirstPriced {
                let first: [[Choice]] =
                    if case .found(let found) = closing.best(floor: -problem.magnitude, first: width, admits: isListed) { found } else { [] }
                isFirstPriced = try pricing!.isSettled(first, model)
                guard isFirstPriced else { continue }
            }
            let (found, isComplete) = closing.list(options.listed, floor: -problem.magnitude, first: width, admits: isListed)
            // The order is certain once every listed network costs what the tables say.
            guard try pricing?.isSettled(found, model) ?? true else { continue }
            var structures: [ScoredStructure] = []
            for choices in found { structures.append(try scored(choices, model)) }
            if structures.isEmpty { structures = [best] }
            return ExactList(
                structures: structures, leastScore: least, order: order == .latency ? "predicted latency" : "MACs", isComplete: isComplete)
        }
    }
}

extension ExactSolver {
    private func filledModel(
        _ limits: Limits, _ progress: (ExactProgress) -> Void
    ) throws(SearchError) -> ExactModel {
        let clock = RunClock()
        if model == nil {
            progress(ExactProgress(phase: .tables))
            model = try ExactModel(space: space, score: score, latency: latency, threads: options.threads)
        }
        if limits.hasLatency {
            progress(ExactProgress(phase: .tables))
            try model!.priceBlocks(limit: limits.latencyNanoseconds - evaluator.overhead)
        }
        tableSeconds += clock.seconds
        return model!
    }

    private func goal(_ model: ExactModel, _ limits: Limits, objective: Quantity, sign: Double, leastScore: Double? = nil) -> ExactGoal {
        var list: [ExactGoal.Limit] = []
        func add(_ quantity: Quantity, _ value: Double, isSet: Bool) {
            if isSet { list.append(ExactGoal.Limit(quantity: quantity, sign: 1, value: value)) }
        }
        add(.referenceFLOPs, limits.referenceFLOPs, isSet: limits.referenceFLOPs < .infinity)
        add(.macs, Double(limits.macs), isSet: limits.macs < .max)
        add(.params, Double(limits.params), isSet: limits.params < .max)
        add(.latency, limits.latencyNanoseconds - evaluator.overhead, isSet: limits.hasLatency)
        let states = LayerStates.make(model, budget: limits.layers < .max ? limits.layers : nil)
        if states == nil { add(.layers, Double(limits.layers), isSet: true) }
        if let leastScore { list.append(ExactGoal.Limit(quantity: .score, sign: -1, value: -leastScore)) }
        return ExactGoal(
            objective: objective, sign: sign, limits: list, layers: states ?? LayerStates.make(model, budget: nil)!,
            memoryBytes: limits.memoryBytes < .max ? limits.memoryBytes : nil)
    }

    /// The indices of a structure of the space; nil if it lies outside.
    private func choices(_ structure: Structure, _ model: ExactModel) -> [Choice]? {
        guard space.contains(structure) else { return nil }
        var choices: [Choice] = []
        for (axes, block) in zip(model.axes, structure.blocks) {
            guard let input = axes.inputs.firstIndex(of: block.inChannels), let output = axes.outputs.firstIndex(of: block.outChannels),
                let bottleneck = axes.bottlenecks.firstIndex(of: block.bottleneck), let kernel = axes.kernels.firstIndex(of: block.kernelSize)
            else { return nil }
            choices.append(Choice(input: input, output: output, bottleneck: bottleneck, kernel: kernel, depth: block.depth))
        }
        return choices
    }

    private func scored(_ choices: [Choice], _ model: ExactModel) throws(SearchError) -> ScoredStructure {
        try evaluator.scored(choices.enumerated().map { model.block($1, at: $0) })
    }

    /// Whether a structure keeps the budgets by the figures that any search goes by, to the last bit.
    private func admitted(_ choices: [Choice], _ model: ExactModel, _ limits: Limits) -> Bool {
        guard let places = try? evaluator.places(choices.enumerated().map { model.block($1, at: $0) }),
            limits.admitCheap(evaluator.totals(places).totals)
        else { return false }
        guard limits.hasLatency else { return true }
        // Bounds are taken at their word here; what they let through is priced afterwards.
        if (latency as? any LayerwiseLatencySource)?.pricesAreBounds ?? false { return evaluator.overhead + model.sum(.latency, choices) <= limits.latencyNanoseconds }
        return (try? evaluator.nanoseconds(places)).map { $0 <= limits.latencyNanoseconds } ?? false
    }

    /// - Throws: `.budgetCannotBeMet` if no network of the space is fast enough by its predicted latency.
    private func checkFastest(_ model: ExactModel, _ limits: Limits) throws(SearchError) {
        guard limits.hasLatency else { return }
        var counts = limits
        counts.latencyNanoseconds = .infinity
        var fastest = goal(model, counts, objective: .latency, sign: -1)
        fastest.limits = []
        let least = evaluator.overhead - DualPoint(ExactProblem(model, fastest), multipliers: []).bound
        guard least > limits.latencyNanoseconds else { return }
        let shortfall = Shortfall(budget: .latency, limit: limits.latencyNanoseconds, smallest: least)
        throw SearchError(.budgetCannotBeMet, "the budget cannot be met. " + shortfall.text, shortfall: shortfall)
    }

    private func unreachable(_ limits: Limits) -> SearchError {
        SearchError(.budgetCannotBeMet, "each budget can be met, but no network of the space meets all of them together")
    }
}

extension ExactModel {
    /// A quantity of a whole structure.
    func sum(_ quantity: Quantity, _ choices: [Choice]) -> Double {
        choices.enumerated().reduce(0) { $0 + value(quantity, $1.element, at: $1.offset) }
    }
}
