import CPlatform
import Inference
import Machine
import TensorCore

extension NetworkSteps {
    /// Below this share of whole runs with cores of their own, quiet moments are too short for whole runs.
    private static let fewestOwnRuns = 0.8
    /// Undisturbed samples that a step needs.
    private static let stepSamples = 5
    /// Of the best frequency: a chain of additions beside a neighbour, and turbo, are some per cent slower on their own; heat and governors take more.
    private static let slowestSpeed = 0.9
    /// How far looks at the cores lie apart within a run. A look takes a twentieth of it.
    private static let spacingNanoseconds = 300_000.0

    /// Runs a program with a choice and times its steps, on cores that the team has for itself.
    ///
    /// Before and behind every run, and between its steps, the members look whether another hardware thread works on their cores; only samples between two undisturbed
    /// looks count. Where most whole runs are undisturbed, they are the network's time; where quiet moments are shorter than a run, it is the sum of its
    /// steps, twice, of either half of their samples. The measurement goes on until there are enough samples, the cores are as far apart as at its begin and near
    /// their best frequency, and the halves are within 3 percent of each other and whole runs within 4 percent of their steps. A network for which that
    /// is not so when the time is up is marked as disturbed; of its steps those with enough samples are known all the same.
    /// - Parameter seconds: when to give up; one pass is always made.
    /// - Throws: `LatencyError` `.cannotMeasure`.
    package static func measure(
        _ program: Program, choice: ConvolutionChoice, isa: InstructionSet, team: ThreadTeam, coreSpeed: CoreSpeed, seed: UInt64 = 0, runs: Int = 6,
        seconds: Double = 5
    ) throws(LatencyError) -> NetworkSteps {
        let executable: Executable
        do throws(InferenceError) {
            executable = try Executable(program, isa: isa, team: team, seed: seed, convolution: choice, cache: nil)
        } catch {
            throw LatencyError(.cannotMeasure, "network '\(program.name)' at \(program.resolution) px cannot be measured: \(error.message)")
        }
        _ = executable.sample(runs: 2)
        let watch = CoreWatch(team)
        var taken = Samples(steps: program.steps.count)
        var (speed, distance) = (coreSpeed.speed(), BarrierTime.measure(team))
        let begin = zd_now_ns()
        while true {
            taken.take(executable, watch, runs: runs)
            let (distanceAfter, after) = (BarrierTime.measure(team), coreSpeed.speed())
            var measured = taken.summary(methods(program, choice), barrierNanoseconds: (distance + distanceAfter) / 2)
            let isSteady = min(speed, after) > slowestSpeed && areAlike(distance, distanceAfter)
            measured.isDisturbed =
                !isSteady || !taken.areEnough || abs(measured.stepsOverTotal - 1) >= 0.04 || measured.selfDifference >= 0.03
            if !isSteady { measured.nanoseconds = measured.nanoseconds.map { _ in 0 } }
            if !measured.isDisturbed || Double(zd_now_ns() - begin) > seconds * 1e9 { return measured }
            if !isSteady {
                taken = Samples(steps: program.steps.count)
                (speed, distance) = (after, distanceAfter)
            }
        }
    }

    /// The sum of the steps over the whole runs: far from 1 where something else ran during one of the two.
    package var stepsOverTotal: Double { nanoseconds.reduce(0, +) / max(totalNanoseconds, 1) }

    /// What was sampled of a network so far.
    struct Samples {
        /// Whole runs with cores of their own, and all of them.
        private var totals: [UInt64] = []
        private var wholeRuns = 0
        /// Of each step the samples with cores of their own.
        private var own: [[UInt64]]

        init(steps: Int) { own = Array(repeating: [], count: steps) }

        /// Whether whole runs are undisturbed often enough to trust that one is undisturbed between two looks, too.
        private var hasWholeRuns: Bool { totals.count >= stepSamples && Double(totals.count) >= fewestOwnRuns * Double(wholeRuns) }

        var areEnough: Bool { own.allSatisfy { $0.count >= stepSamples } }

        mutating func take(_ executable: Executable, _ watch: CoreWatch, runs: Int) {
            if wholeRuns == 0 || hasWholeRuns {
                let whole = executable.sample(runs: runs, watch: watch)
                add(runs: whole.nanoseconds, whole.coreShares)
            }
            let steps = executable.sampleSteps(runs: runs, watch: watch, spacing: spacingNanoseconds)
            add(steps: steps.nanoseconds, steps.coreShares)
        }

        mutating func add(runs nanoseconds: [UInt64], _ coreShares: [Double?]) {
            wholeRuns += nanoseconds.count
            totals += NetworkSteps.own(nanoseconds, coreShares)
        }

        mutating func add(steps nanoseconds: [[UInt64]], _ coreShares: [[Double?]]) {
            for step in own.indices { own[step] += NetworkSteps.own(nanoseconds[step], coreShares[step]) }
        }

        func summary(_ methods: [ConvolutionMethod?], barrierNanoseconds: Double) -> NetworkSteps {
            let steps = own.map { $0.count < stepSamples ? 0 : Quantile.median($0) }
            var whole = totals
            if !hasWholeRuns {
                whole = (0..<2).map { half in
                    UInt64(
                        own.reduce(0.0) { sum, samples in
                            let part = samples.indices.filter { $0 % 2 == half }.map { samples[$0] }
                            return sum + (part.isEmpty ? 0 : Quantile.median(part))
                        })
                }
            }
            return NetworkSteps(methods: methods, nanoseconds: steps, totals: whole, barrierNanoseconds: barrierNanoseconds)
        }
    }

    /// The samples with cores of their own; all of them where no look could tell.
    static func own(_ samples: [UInt64], _ coreShares: [Double?]) -> [UInt64] {
        guard coreShares.contains(where: { $0 != nil }) else { return samples }
        return zip(samples, coreShares).filter { $1 ?? 0 >= NoiseLimits.ownCoreShare }.map(\.0)
    }
}
