import Inference
import Machine

/// Samples one step of a running program, with the second-level caches full of other data before each run.
///
/// Behind each run the members' looks at their cores are asked. A part of the step in which a member had a neighbour on its core is taken from the next run, and
/// after some runs the fastest of them is taken, since a neighbour only adds time. So a sample is a step as it is on cores of one's own, where there are any.
final class LayerInContext: Sampled {
    /// Most runs for a sample: where a core is undisturbed for a third of the time, four find it so in four of five samples.
    private static let mostRuns = 4

    private let executable: Executable
    private let eviction: CacheEviction
    private let looks: TimedLooks
    /// The step's own among the program's.
    private let parts: [Int]
    private let barrierNanoseconds: Double
    private var jobs = 0

    init(_ executable: Executable, step: Int, eviction: CacheEviction) {
        self.executable = executable
        self.eviction = eviction
        let all = executable.parts
        parts = all.indices.filter { all[$0].step == step }
        looks = TimedLooks(executable.team)
        barrierNanoseconds = BarrierTime.measure(executable.team, rows: 3) * Double(parts.count { all[$0].endsAtBarrier })
    }

    /// Touches memory and weights.
    func warmUp() { executable.run() }

    /// The jobs since it was asked last: each run is one, and one to fill the caches before it.
    func handovers(runs: Int) -> Int {
        defer { jobs = 0 }
        return jobs
    }

    func sample(runs: Int) -> [UInt64] { (0..<runs).map { _ in sample() } }

    private func sample() -> UInt64 {
        // Of each part and member: its time, and whether that is of an undisturbed run.
        var best = Array(repeating: Array(repeating: (nanoseconds: UInt64.max, isOwn: false), count: executable.team.count), count: parts.count)
        for _ in 0..<Self.mostRuns {
            eviction.evict()
            let times = executable.sampleParts(runs: 1, looks: looks)
            jobs += 2
            for (place, part) in parts.enumerated() {
                for member in best[place].indices where !best[place][member].isOwn {
                    // Where no look can tell, everything counts.
                    let isOwn = times.coreShares[part][member][0].map { $0 >= NoiseLimits.ownCoreShare } ?? true
                    let nanoseconds = times.nanoseconds[part][member][0]
                    best[place][member] = (isOwn ? nanoseconds : min(nanoseconds, best[place][member].nanoseconds), isOwn)
                }
            }
            if best.allSatisfy({ $0.allSatisfy(\.isOwn) }) { break }
        }
        let slowest = best.reduce(0) { $0 + ($1.map(\.nanoseconds).max() ?? 0) }
        return slowest + UInt64(barrierNanoseconds)
    }
}
