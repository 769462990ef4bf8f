import CPlatform
import Machine
import TensorCore

/// What all members of a team compute between two barriers: an operator of a step, or a stage of a chain, whose members wait only behind the last.
public struct StepPart: Hashable, Sendable {
    public var step: Int
    public var endsAtBarrier: Bool

    public init(step: Int, endsAtBarrier: Bool) {
        self.step = step
        self.endsAtBarrier = endsAtBarrier
    }
}

/// Every member's own time in every part of a program, and whether it had its core for itself meanwhile.
///
/// Work is divided beforehand, so a member's time in its part of a step does not depend on when the others are done with theirs. Where hosts lend a core's
/// other hardware thread to somebody else, two cores are undisturbed at once far more seldom than each of them.
public struct MemberTimes: Sendable {
    /// Nanoseconds as [part][member][run], waiting at barriers left out.
    public var nanoseconds: [[[UInt64]]]
    /// The smaller of the member's shares of its core at the two looks around the part, in the same order; nil where that is not known.
    public var coreShares: [[[Double?]]]

    public init(nanoseconds: [[[UInt64]]], coreShares: [[[Double?]]]) {
        self.nanoseconds = nanoseconds
        self.coreShares = coreShares
    }
}

extension Executable {
    /// Where a run is interrupted for looks at the cores: before it, behind it, and between steps that are far enough apart.
    public struct LookPlaces: Sendable {
        /// For each unit whether a look follows it.
        fileprivate let follows: [Bool]

        fileprivate var count: Int { follows.count { $0 } + 1 }
    }

    /// The parts of all steps in the order in which they run.
    public var parts: [StepPart] {
        units.flatMap { unit in
            if unit.chain != nil { return unit.steps.map { StepPart(step: $0, endsAtBarrier: $0 == unit.steps.upperBound - 1) } }
            return unit.turns.map { _ in StepPart(step: unit.steps.upperBound - 1, endsAtBarrier: true) }
        }
    }

    /// Runs once to find where looks lie about so far apart.
    ///
    /// - Parameter spacing: nanoseconds between the looks of a run.
    public func lookPlaces(spacing: Double) -> LookPlaces {
        let once = sampleSteps(runs: 1).map { Double($0[0]) }
        var since = 0.0
        var follows = units.map { unit in
            since += once[unit.steps].reduce(0, +)
            guard since >= spacing else { return false }
            since = 0
            return true
        }
        if !follows.isEmpty { follows[follows.count - 1] = true }
        return LookPlaces(follows: follows)
    }

    /// Runs and takes each member's time in each of the ``parts``, with looks at the cores in these places.
    public func sampleParts(runs: Int, watch: CoreWatch, looks: LookPlaces) -> MemberTimes {
        let parts = parts
        let (count, members) = (parts.count, team.count)
        let times = Times(count: members * runs * count)
        watch.begin(looks: looks.count * runs)
        team.run { member in
            let share = Share(member: member, of: members)
            for run in 0..<runs {
                var look = run * looks.count
                var part = times.pointer((member * runs + run) * count)
                watch.look(look, member: member)
                team.barrier(member)
                for place in units.indices {
                    let unit = units[place]
                    let start = zd_now_ns()
                    if let chain = unit.chain {
                        chain._withUnsafeGuaranteedRef { $0.run(share, stageNanoseconds: part) }
                        // The last stage has what lies around the rows as well.
                        let all = zd_now_ns() - start
                        let last = unit.steps.count - 1
                        part[last] = all - (0..<last).reduce(0) { $0 + part[$1] }
                        part += last + 1
                        team.barrier(member)
                    } else {
                        for index in unit.turns {
                            let start = zd_now_ns()
                            borrowed[index]._withUnsafeGuaranteedRef { $0.run(share) }
                            part[0] = zd_now_ns() - start
                            part += 1
                            team.barrier(member)
                        }
                    }
                    if looks.follows[place] {
                        look += 1
                        watch.look(look, member: member)
                        team.barrier(member)
                    }
                }
            }
        }
        // A part lies between the last look before its unit and the next one.
        var group = 0
        let groups = units.indices.flatMap { place in
            defer { if looks.follows[place] { group += 1 } }
            return Array(repeating: group, count: units[place].chain == nil ? units[place].turns.count : units[place].steps.count)
        }
        let (all, shares) = (times.array, watch.memberSharesBetween())
        return MemberTimes(
            nanoseconds: (0..<count).map { part in
                (0..<members).map { member in (0..<runs).map { all[(member * runs + $0) * count + part] } }
            },
            coreShares: groups.map { group in
                (0..<members).map { member in (0..<runs).map { shares[member][$0 * looks.count + group] } }
            })
    }
}
