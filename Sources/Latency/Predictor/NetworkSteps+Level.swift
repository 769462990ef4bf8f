import Inference

extension NetworkSteps {
    /// Share of a network's time that steps have to take to tell how disturbed a run was.
    private static let enoughShared = 0.1

    /// Runs of one network in several ways, each made as fast as the least disturbed of them.
    ///
    /// Most steps are computed alike in every way, and take as long; where all of them together took longer in one of the runs, the minutes in which it was measured were worse, and so
    /// they were for its other steps. Runs with the cores at another distance are held against their own kind. A neighbour only adds time, so the fastest is nearest to the truth: a fit
    /// to the mean of what was seen in two or three visits would be above what more visits see.
    /// - Source: own derivation.
    static func levelled(_ runs: [NetworkSteps]) -> [NetworkSteps] {
        runs.map { run in
            let alike = runs.filter { areAlike($0.barrierNanoseconds, run.barrierNanoseconds) }
            let shared = run.nanoseconds.indices.filter { index in alike.allSatisfy { $0.nanoseconds[index] > 0 && $0.methods[index] == run.methods[index] } }
            func time(_ run: NetworkSteps) -> Double { shared.reduce(0) { $0 + run.nanoseconds[$1] } }
            let own = time(run)
            guard own > enoughShared * run.nanoseconds.reduce(0, +), let least = alike.map(time).min(), least < own else { return run }
            var levelled = run
            levelled.nanoseconds = run.nanoseconds.map { $0 * least / own }
            levelled.totals = run.totals.map { UInt64(Double($0) * least / own) }
            return levelled
        }
    }
}
