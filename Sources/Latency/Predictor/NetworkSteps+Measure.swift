import CPlatform
import Inference
import Machine
import TensorCore

extension NetworkSteps {
    /// Below this share of whole runs with cores of their own, quiet moments are too short for whole runs.
    private static let fewestOwnRuns = 0.8
    /// How long a pass may be: hosts move a guest's CPUs some times a second.
    private static let passNanoseconds = 50e6
    /// Of the best frequency: a chain of additions beside a neighbour, and turbo, are some per cent slower on their own; heat and governors take more.
    private static let slowestSpeed = 0.9

    /// Runs a program with a choice and times its steps, on cores that the team has for itself.
    ///
    /// All the while the members look whether another hardware thread works on their cores; only samples count that had the core for themselves before and behind
    /// them and in the mean within, and of a step each member's own time by its own looks: two cores are seldom undisturbed at once. What a member's time is ``MemberSamples`` says;
    /// a step takes as long as its slowest member, and a barrier.
    /// Where most whole runs are undisturbed, they are the network's time; where quiet moments are shorter than a run, it is the sum of its
    /// steps, twice, of either half of their samples.
    ///
    /// Runs are taken in short passes. One in which the cores moved apart or together, or were slower than they can be, is thrown away; those with cores near each other
    /// and those with cores far apart are kept apart, and the first to have enough samples is returned: when halves are within 3 percent of each other and whole
    /// runs within 4 percent of their steps. A network for which that is not so when the time is up is marked as disturbed; of its steps those with enough
    /// samples are known all the same.
    /// - Parameters:
    ///   - samples: undisturbed ones that each member needs of each part of a step.
    ///   - seconds: how long at least where the sum of its steps is its time, since a busy host is one thing in this second and another in the next; and when to give up. One pass is
    ///     always made.
    /// - Throws: `LatencyError` `.cannotMeasure`.
    package static func measure(
        _ program: Program, choice: ConvolutionChoice, isa: InstructionSet, team: ThreadTeam, coreSpeed: CoreSpeed, seed: UInt64 = 0, samples: Int = 5,
        seconds: ClosedRange<Double> = 0...5
    ) throws(LatencyError) -> NetworkSteps {
        let executable: Executable
        do throws(InferenceError) {
            executable = try Executable(program, isa: isa, team: team, seed: seed, convolution: choice, cache: nil)
        } catch {
            throw LatencyError(.cannotMeasure, "network '\(program.name)' at \(program.resolution) px cannot be measured: \(error.message)")
        }
        let once = Double(executable.sample(runs: 2).min()!)
        let runs = max(1, min(samples, Int(passNanoseconds / once)))
        let (watch, looks) = (CoreWatch(team), TimedLooks(team))
        let methods = methods(program, choice)
        let none = Samples(parts: executable.parts, members: team.count, needed: samples)
        var kept: [Samples] = []
        var (speed, distance) = (coreSpeed.speed(), BarrierTime.measure(team))
        let begin = zd_now_ns()
        func elapsed() -> Double { Double(zd_now_ns() - begin) / 1e9 }
        while true {
            let place = kept.firstIndex { areAlike($0.barrierNanoseconds, distance) }
            var pass = none
            pass.take(executable, watch, looks, runs: runs, whole: place.map { kept[$0].wantsWholeRuns } ?? true)
            let (speedAfter, distanceAfter) = (coreSpeed.speed(), BarrierTime.measure(team))
            if min(speed, speedAfter) > slowestSpeed && areAlike(distance, distanceAfter) {
                pass.sawBarrier((distance + distanceAfter) / 2)
                if let place { kept[place].add(pass) } else { kept.append(pass) }
                let samples = kept[place ?? kept.count - 1]
                if samples.areEnough, samples.hasWholeRuns || elapsed() >= seconds.lowerBound {
                    let measured = samples.summary(methods)
                    if !measured.isDisturbed { return measured }
                }
            }
            (speed, distance) = (speedAfter, distanceAfter)
            if elapsed() > seconds.upperBound {
                return kept.map { $0.summary(methods) }.max { $0.knownShare < $1.knownShare } ?? none.summary(methods)
            }
        }
    }

    /// The sum of the steps over the whole runs: far from 1 where something else ran during one of the two.
    package var stepsOverTotal: Double { nanoseconds.reduce(0, +) / max(totalNanoseconds, 1) }

    /// What was sampled of a network so far, with its cores as far apart as they are.
    struct Samples {
        private let parts: [StepPart]
        private let needed: Int
        /// Whole runs with cores of their own, and all of them.
        private var totals: [UInt64] = []
        private var wholeRuns = 0
        /// Of each part and member.
        private var members: [[MemberSamples]]
        private var barriers: [Double] = []

        init(parts: [StepPart], members: Int, needed: Int) {
            self.parts = parts
            self.needed = needed
            self.members = Array(repeating: Array(repeating: MemberSamples(), count: members), count: parts.count)
        }

        /// The mean of those seen.
        var barrierNanoseconds: Double { barriers.isEmpty ? 0 : barriers.reduce(0, +) / Double(barriers.count) }

        /// Whether whole runs are undisturbed often enough to trust that one is undisturbed between two looks, too.
        var hasWholeRuns: Bool { totals.count >= needed && wantsWholeRuns }

        /// Whether they were so far.
        var wantsWholeRuns: Bool { Double(totals.count) >= fewestOwnRuns * Double(wholeRuns) }

        var areEnough: Bool {
            let shares = ownShares
            return members.allSatisfy { zip($0, shares).allSatisfy { $0.isEnough(needed: needed, ownShare: $1) } }
        }

        /// Of each member's samples of all parts those that are undisturbed.
        private var ownShares: [Double] {
            (members.first ?? []).indices.map { member in
                let (own, all) = members.reduce((0, 0)) { ($0.0 + $1[member].own.count, $0.1 + $1[member].all.count) }
                return all > 0 ? Double(own) / Double(all) : 0
            }
        }

        mutating func take(_ executable: Executable, _ watch: CoreWatch, _ looks: TimedLooks, runs: Int, whole: Bool) {
            if whole {
                let whole = executable.sample(runs: runs, watch: watch)
                add(runs: whole.nanoseconds, whole.coreShares)
            }
            add(executable.sampleParts(runs: runs, looks: looks))
        }

        mutating func sawBarrier(_ nanoseconds: Double) { barriers.append(nanoseconds) }

        mutating func add(_ pass: Samples) {
            totals += pass.totals
            wholeRuns += pass.wholeRuns
            barriers += pass.barriers
            for part in members.indices {
                for member in members[part].indices { members[part][member].add(pass.members[part][member]) }
            }
        }

        mutating func add(runs nanoseconds: [UInt64], _ coreShares: [Double?]) {
            wholeRuns += nanoseconds.count
            totals += NetworkSteps.own(nanoseconds, coreShares)
        }

        mutating func add(_ times: MemberTimes) {
            for part in members.indices {
                for member in members[part].indices { members[part][member].add(times.nanoseconds[part][member], times.coreShares[part][member]) }
            }
        }

        func summary(_ methods: [ConvolutionMethod?]) -> NetworkSteps {
            let known = steps(count: methods.count) { $0.time(needed: needed, ownShare: $1) }
            var whole = totals
            if !hasWholeRuns {
                whole = (0..<2).map { half in
                    UInt64(steps(count: methods.count) { $0.half(half).time(needed: max(needed / 2, 1), ownShare: $1) }.reduce(0, +))
                }
            }
            var summary = NetworkSteps(methods: methods, nanoseconds: known, totals: whole, barrierNanoseconds: barrierNanoseconds)
            summary.isDisturbed = !areEnough || abs(summary.stepsOverTotal - 1) >= 0.04 || summary.selfDifference >= 0.03
            return summary
        }

        /// Each step's time, by each member's of each part; 0 where one has none.
        private func steps(count: Int, _ time: (MemberSamples, _ ownShare: Double) -> Double?) -> [Double] {
            let shares = ownShares
            var steps = [Double](repeating: 0, count: count)
            var isUnknown = [Bool](repeating: false, count: count)
            for (part, members) in zip(parts, members) {
                let times = zip(members, shares).map { time($0, $1) }
                if times.isEmpty || times.contains(nil) { isUnknown[part.step] = true }
                steps[part.step] += (times.compactMap(\.self).max() ?? 0) + (part.endsAtBarrier ? barrierNanoseconds : 0)
            }
            return zip(steps, isUnknown).map { $1 ? 0 : $0 }
        }
    }

    /// The samples with cores of their own; all of them where no look could tell.
    static func own(_ samples: [UInt64], _ coreShares: [Double?]) -> [UInt64] {
        guard coreShares.contains(where: { $0 != nil }) else { return samples }
        return zip(samples, coreShares).filter { $1 ?? 0 >= NoiseLimits.ownCoreShare }.map(\.0)
    }
}
