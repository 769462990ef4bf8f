/// Looks for the multipliers of the least bound by cutting planes.
struct DualSearch {
    let problem: ExactProblem
    let rounds: Int
    /// The bounds found, with their multipliers.
    private(set) var points: [(multipliers: [Double], bound: Double)] = []
    /// The point of the least bound.
    private(set) var best: DualPoint?
    /// The best structure that keeps all limits of the goal.
    private(set) var incumbent: (objective: Double, choices: [Choice])?
    private(set) var roundsDone = 0

    init(_ problem: ExactProblem, rounds: Int) {
        self.problem = problem
        self.rounds = rounds
    }

    /// Least distance between the bound and what the planes allow, relative: smaller than any gap that remains.
    private static let tolerance = 1e-7

    /// - Parameter known: a structure to begin with, best one that keeps the limits.
    mutating func run(known: [Choice]?, _ progress: (Int, Double, Double?) -> Void) {
        let count = problem.goal.limits.count
        var point = DualPoint(problem, multipliers: Array(repeating: 0, count: count))
        var planes: CuttingPlanes?
        func note(_ point: DualPoint, _ planes: inout CuttingPlanes?, _ choices: [Choice]) {
            let (objective, slacks) = problem.figures(choices)
            if planes == nil { planes = CuttingPlanes(limits: count, cap: 1e4 * max(abs(objective), 1)) }
            planes?.add(objective: objective, slacks: slacks)
            if slacks.allSatisfy({ $0 >= -1e-12 }), objective > incumbent?.objective ?? -.infinity { incumbent = (objective, choices) }
        }
        if let known { note(point, &planes, known) }
        var center = point.multipliers
        var step = 1.0
        while true {
            roundsDone += 1
            points.append((point.multipliers, point.bound))
            let improves = point.bound < best?.bound ?? .infinity
            if improves {
                best = point
                center = point.multipliers
            }
            progress(roundsDone, best!.bound, incumbent?.objective)
            guard point.bound.isFinite, let choices = point.solution(problem) else { return }
            note(point, &planes, choices)
            progress(roundsDone, best!.bound, incumbent?.objective)
            guard count > 0, roundsDone < rounds else { return }
            let (multipliers, value) = planes!.minimum()
            guard best!.bound - value > DualSearch.tolerance * max(abs(best!.bound), 1) else { return }
            // Full steps of Kelley's method swing; a step that did not lead down is followed by a shorter one.
            step = roundsDone < 3 ? 1 : improves ? min(1, step * 1.5) : max(0.3, step * 0.7)
            let next = zip(center, multipliers).map { $0 + step * ($1 - $0) }
            // A point that was seen teaches nothing: then the full step.
            let isKnown = points.contains { $0.multipliers == next }
            if isKnown, points.contains(where: { $0.multipliers == multipliers }) { return }
            point = DualPoint(problem, multipliers: isKnown ? multipliers : next)
        }
    }

    /// The multipliers of the least bounds, best first.
    func pool(_ count: Int) -> [[Double]] {
        points.enumerated().sorted { $0.element.bound != $1.element.bound ? $0.element.bound < $1.element.bound : $0.offset < $1.offset }
            .prefix(count).map(\.element.multipliers)
    }
}
