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
    /// The member's shares of its core meanwhile, in the same order; nil where that is not known. See `TimedLooks.Work`.
    public var coreShares: [[[Double?]]]
    /// The core's clock meanwhile, in the same order; nil where its cycles cannot be counted.
    public var gigahertz: [[[Double?]]]

    public init(nanoseconds: [[[UInt64]]], coreShares: [[[Double?]]], gigahertz: [[[Double?]]]) {
        self.nanoseconds = nanoseconds
        self.coreShares = coreShares
        self.gigahertz = gigahertz
    }
}

extension Executable {
    /// The parts of all steps in the order in which they run.
    public var parts: [StepPart] {
        units.flatMap { unit in
            if unit.chain != nil { return unit.steps.map { StepPart(step: $0, endsAtBarrier: $0 == unit.steps.upperBound - 1) } }
            return unit.turns.map { _ in StepPart(step: unit.steps.upperBound - 1, endsAtBarrier: true) }
        }
    }

    /// Runs and takes each member's time in each of the ``parts``, with looks at the cores all the while.
    ///
    /// The stages of a chain take turns row by row; each has its share of the chain's time.
    public func sampleParts(runs: Int, looks: TimedLooks) -> MemberTimes {
        // For each part its begin and end, and of a stage of a chain its rows' time.
        let (count, members) = (parts.count, team.count)
        let times = MemberValues<UInt64>(count: members * runs * count * 3, repeating: 0)
        team.run { member in
            let share = Share(member: member, of: members)
            looks.start(member)
            for run in 0..<runs {
                let begins = times.pointer((member * runs + run) * count * 3)
                let (ends, rows) = (begins + count, begins + 2 * count)
                var part = 0
                team.barrier(member)
                for place in units.indices {
                    let unit = units[place]
                    looks.pass()
                    if let chain = unit.chain {
                        begins[part] = zd_now_ns()
                        chain._withUnsafeGuaranteedRef { $0.run(share, stageNanoseconds: rows + part) }
                        ends[part] = zd_now_ns()
                        part += unit.steps.count
                        team.barrier(member)
                    } else {
                        for index in unit.turns {
                            begins[part] = zd_now_ns()
                            borrowed[index]._withUnsafeGuaranteedRef { $0.run(share) }
                            ends[part] = zd_now_ns()
                            part += 1
                            team.barrier(member)
                        }
                    }
                }
            }
            looks.stop(member)
        }
        let seen = looks.seen()
        let none = Array(repeating: Array(repeating: [UInt64](), count: members), count: count)
        let unknown = none.map { $0.map { _ in [Double?]() } }
        var result = MemberTimes(nanoseconds: none, coreShares: unknown, gigahertz: unknown)
        for member in 0..<members {
            for run in 0..<runs {
                let begins = times.pointer((member * runs + run) * count * 3)
                let (ends, rows) = (begins + count, begins + 2 * count)
                var part = 0
                for unit in units {
                    let pieces = unit.chain == nil ? 1 : unit.steps.count
                    for _ in 0..<(unit.chain == nil ? unit.turns.count : 1) {
                        let work = seen[member].work(from: begins[part], to: ends[part])
                        let all = (0..<pieces).reduce(0.0) { $0 + Double(rows[part + $1]) }
                        for piece in part..<part + pieces {
                            // A member that has no rows of a chain has no time in any stage.
                            let share = pieces == 1 ? 1 : all > 0 ? Double(rows[piece]) / all : 1 / Double(pieces)
                            result.nanoseconds[piece][member].append(UInt64(Double(work.nanoseconds) * share))
                            result.coreShares[piece][member].append(work.coreShare)
                            result.gigahertz[piece][member].append(work.gigahertz)
                        }
                        part += pieces
                    }
                }
            }
        }
        return result
    }
}
