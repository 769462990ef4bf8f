/// Closes the gap between a bound and the best structure: fixes blocks, then builds what is left.
///
/// It begins just under the bound and relaxes until a structure appears; that one is the best, since everything above was excluded.
struct GapClosing {
    let problem: ExactProblem
    let dual: DualSearch
    let options: ExactOptions
    let slack: Double
    /// Blocks left in the last step.
    private(set) var arcCount = 0

    init(_ problem: ExactProblem, _ dual: DualSearch, _ options: ExactOptions) {
        self.problem = problem
        self.dual = dual
        self.options = options
        slack = problem.roundingSlack(dual.best!.multipliers)
    }

    private static let poolSize = 8
    private static let foundMaximum = 16

    enum Ending {
        /// The best structure, or those wanted, best first.
        case found([[Choice]])
        /// Nothing reaches the floor.
        case none
        /// Too many blocks or labels; the threshold above which nothing was found is proven.
        case tooMany
    }

    /// The best structure of at least `floor` that `admits` accepts, and some others after it: not all, and not the best of the rest.
    mutating func best(floor: Double, first: Double, admits: ([Choice]) -> Bool) -> Ending {
        let bound = dual.best!.bound
        var width = first
        while true {
            let threshold = max(bound - width, floor)
            guard let structures = structures(reaching: threshold, keepsAll: false) else { return .tooMany }
            let admitted = structures.lazy.map(\.choices).filter(admits).prefix(GapClosing.foundMaximum)
            if !admitted.isEmpty { return .found(Array(admitted)) }
            if threshold <= floor { return .none }
            width *= 3
        }
    }

    /// At least `count` structures of the best, or all down to `floor`: complete down to the last one's objective.
    mutating func list(_ count: Int, floor: Double, first: Double, admits: ([Choice]) -> Bool) -> (choices: [[Choice]], isComplete: Bool) {
        let bound = dual.best!.bound
        var width = first
        var found: [[Choice]] = []
        while true {
            let threshold = max(bound - width, floor)
            guard let structures = structures(reaching: threshold, keepsAll: true) else { return (found, false) }
            found = Array(structures.lazy.map(\.choices).filter(admits).prefix(count + 1))
            if found.count > count { return (Array(found.prefix(count)), false) }
            if threshold <= floor { return (found, true) }
            width *= 2
        }
    }

    /// All structures (or, unless `keepsAll`, the best and some others) of at least `threshold`, best first; nil for too many.
    private mutating func structures(reaching threshold: Double, keepsAll: Bool) -> [(objective: Double, choices: [Choice])]? {
        let least = threshold - slack
        guard var arcs = dual.best!.arcs(problem, reaching: least, maximum: options.arcMaximum) else { return nil }
        let pool = dual.pool(GapClosing.poolSize)
        for _ in 0..<2 {
            for multipliers in pool {
                let bound = ReducedBound(problem, arcs, multipliers: multipliers)
                guard bound.bound >= least else { return [] }
                arcs = bound.filter(arcs, reaching: least)
            }
        }
        arcCount = arcs.reduce(0) { $0 + $1.count }
        guard arcs.allSatisfy({ !$0.isEmpty }) else { return [] }
        return LabelSetting(
            problem: problem, arcs: arcs, pool: pool.map { ReducedBound(problem, arcs, multipliers: $0) }, threshold: least, keepsAll: keepsAll,
            maximum: options.labelMaximum
        ).run()
    }
}
