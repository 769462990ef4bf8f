import CPlatform
import Inference
import Machine
import TensorCore

/// A network's steps, timed in visits that are minutes apart.
///
/// Where a host's other guests work beside this one, it is one machine in this minute and another in the next: what nobody disturbed is rarer in the one, and slower by what caches and memory
/// are left. Pooled over visits, the lower end of a step's samples is that of its best visit. Where whole runs are undisturbed, one visit is enough.
/// On recorded samples of four visits, networks differed between one visit and another by 3.6 % in the median (10.5 % at the 90th percentile,
/// 58 comparisons), two visits pooled from the other two by 1.0 % (5.3 %, 8 comparisons).
///
/// In a visit the program runs with a choice on the cores of the team. All the while the members look whether another hardware thread works on their cores; only samples count that had the
/// core for themselves before and behind them and in the mean within, and of a step each member's own time by its own looks: two cores are seldom undisturbed at once. What a member's time is
/// ``MemberSamples`` says; a step takes as long as its slowest member, and a barrier.
/// Samples are cycles of the member's core, given as the time of the network's mean clock: on a busy Zen 3 host the clock of a core had a standard deviation of 1.5 % within seconds
/// (autocorrelation 0.6 at 9 ms, 0.3 at 45 ms), and was 3 to 5 % lower in the afternoon than in the morning.
///
/// Where most whole runs are undisturbed, they are the network's time; where quiet moments are shorter than a run, it is the sum of its
/// steps, and the sums of either half of their samples tell how far it is from itself.
///
/// Runs are taken in short passes. One in which the cores moved apart or together, or were slower than they can be, is thrown away; those with cores near each other
/// and those with cores far apart are kept apart. Samples say enough when halves are within 3 percent of each other and whole
/// runs, or halves, within 4 percent of their steps. A network for which that is not so is marked as disturbed; of its steps those with enough samples are known all the same.
package struct NetworkSampling: Sendable {
    /// Visits that have to see enough of every step where a network's time is the sum of them.
    static let enoughVisits = 3
    /// Of all visits, before it is given up. On recorded samples of four visits the level of one was 3.0 % above that of all four, of two 1.1 %, of three 0.35 %.
    package static let mostVisits = 6
    /// How long a pass may be: hosts move a guest's CPUs some times a second.
    private static let passNanoseconds = 50e6
    /// Of the best frequency: a chain of additions beside a neighbour, and turbo, are some per cent slower on their own; heat and governors take more.
    private static let slowestSpeed = 0.9

    private let program: Program
    private let choice: ConvolutionChoice
    /// Undisturbed samples of each part of a step that each member needs in a visit.
    private let needed: Int
    private let seed: UInt64
    private let methods: [ConvolutionMethod?]
    /// With the cores as far apart as they were.
    private var kept: [NetworkSteps.Samples] = []
    private var visits = 0
    /// Of all visits, what others took of the cores while the program ran.
    package private(set) var lostSeconds = 0.0
    private var fruitfulVisits = 0

    package init(_ program: Program, choice: ConvolutionChoice, seed: UInt64 = 0, samples: Int = 5) {
        self.program = program
        self.choice = choice
        self.seed = seed
        needed = samples
        methods = NetworkSteps.methods(program, choice)
    }

    /// What the visits so far say: of undisturbed samples the most, else what knows most steps.
    package var steps: NetworkSteps {
        let all = kept.map { ($0.summary(methods), $0.passes) }
        let best = all.filter { !$0.0.isDisturbed }.max { $0.1 < $1.1 } ?? all.max { $0.0.knownShare < $1.0.knownShare }
        return best?.0
            ?? NetworkSteps(methods: methods, nanoseconds: Array(repeating: 0, count: methods.count), totals: [0, 0], barrierNanoseconds: 0, isDisturbed: true)
    }

    /// Whether another visit would be no use: whole runs are undisturbed, enough visits saw every step, or nothing helps.
    package var isSettled: Bool {
        fruitfulVisits >= Self.enoughVisits || visits >= Self.mostVisits || kept.contains { $0.areEnough && $0.hasWholeRuns && !$0.summary(methods).isDisturbed }
    }

    /// Samples until this visit saw enough, or the time is up: quiet minutes are made use of by seeing many networks in them.
    ///
    /// - Parameters:
    ///   - seconds: how long at most, without what others take of the cores meanwhile; one pass is always made.
    ///   - patience: how many times as long with it, at least 1.
    /// - Throws: `LatencyError` `.cannotMeasure`.
    package mutating func visit(isa: InstructionSet, team: ThreadTeam, coreSpeed: CoreSpeed, seconds: Double, patience: Double) throws(LatencyError) {
        visits += 1
        let executable: Executable
        do throws(InferenceError) {
            executable = try Executable(program, isa: isa, team: team, seed: seed, convolution: choice, cache: nil)
        } catch {
            throw LatencyError(.cannotMeasure, "network '\(program.name)' at \(program.resolution) px cannot be measured: \(error.message)")
        }
        let once = Double(executable.sample(runs: 2).min()!)
        let runs = max(1, min(needed, Int(Self.passNanoseconds / once)))
        let (watch, looks) = (CoreWatch(team), TimedLooks(team))
        let none = NetworkSteps.Samples(parts: executable.parts, members: team.count, needed: needed)
        /// Of this visit, in the order of those that are kept.
        var seen = kept.map { _ in none }
        var (speed, distance) = (coreSpeed.speed(), BarrierTime.measure(team))
        let begin = zd_now_ns()
        var lost = 0.0
        defer { lostSeconds += lost }
        while true {
            let passBegin = zd_now_ns()
            var pass = none
            pass.take(executable, watch, looks, runs: runs, whole: place(distance).map { kept[$0].wantsWholeRuns } ?? true)
            let (speedAfter, distanceAfter) = (coreSpeed.speed(), BarrierTime.measure(team))
            let now = zd_now_ns()
            let (elapsed, taken) = (Double(now - begin) / 1e9, Double(now - passBegin) / 1e9)
            if min(speed, speedAfter) > Self.slowestSpeed && NetworkSteps.areAlike(distance, distanceAfter) {
                pass.sawBarrier((distance + distanceAfter) / 2)
                lost += taken * (1 - pass.ownShare)
                let place = keep(pass)
                if place == seen.count { seen.append(none) }
                seen[place].add(pass)
                let isWhole = kept[place].areEnough && kept[place].hasWholeRuns
                if isWhole || seen[place].areEnough, !kept[place].summary(methods).isDisturbed {
                    fruitfulVisits += 1
                    return
                }
            } else {
                lost += taken
            }
            (speed, distance) = (speedAfter, distanceAfter)
            if elapsed - lost > seconds || elapsed > patience * seconds { return }
        }
    }

    /// - Returns: the place of all passes with the cores as far apart.
    @discardableResult mutating func keep(_ pass: NetworkSteps.Samples) -> Int {
        let place = place(pass.barrierNanoseconds) ?? kept.count
        if place == kept.count { kept.append(pass) } else { kept[place].add(pass) }
        return place
    }

    private func place(_ distance: Double) -> Int? { kept.firstIndex { NetworkSteps.areAlike($0.barrierNanoseconds, distance) } }
}
