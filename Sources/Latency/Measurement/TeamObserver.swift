import Machine

/// Watches the CPUs and threads of a team: what the machine did between two readings of its state.
public struct TeamObserver: NoiseObserver {
    public let team: ThreadTeam
    private let companions: [Int32]
    private let sources: MachineSources
    private let kept = Kept()

    /// Made when it is first asked for: many measurements have no use for it.
    private final class Kept { var marks: TeamMarks? }

    /// - Parameter companions: processes that are measured in turn with the team: their own work is no disturbance, and what disturbs them counts.
    public init(_ team: ThreadTeam, companions: [Int32] = [], sources: MachineSources = .standard) {
        self.team = team
        self.companions = companions
        self.sources = sources
        // Not when it is first needed: that is while the team is being observed.
        CoreWatch(team).learn()
    }

    public var marks: TeamMarks? {
        if kept.marks == nil { kept.marks = TeamMarks(team, sources: sources) }
        return kept.marks
    }

    public func observe(_ work: () -> Int) -> NoiseRecord {
        let before = MachineState.capture(team, companions: companions, sources: sources)
        // Reading the state is a job as well.
        let handovers = work() + 2
        return NoiseRecord(before.delta(to: MachineState.capture(team, companions: companions, sources: sources)), members: team.count, handovers: handovers)
    }
}

extension NoiseRecord {
    /// Takes over a delta of the machine's state.
    ///
    /// Busy and stolen time come in whole ticks (10 ms as a rule), one too many or too few at either end of each CPU's interval. That much
    /// is taken off, so that a short measurement is not accused for want of a finer clock. So is
    /// ``NoiseLimits/handoverNanoseconds`` of waiting for each handover, which lies between blocks of runs and not in them.
    public init(_ delta: MachineDelta, members: Int, handovers: Int) {
        self.init(elapsedNanoseconds: delta.wallNanoseconds, members: members, handovers: handovers)
        func count(_ value: UInt64?) -> Int? { value.flatMap { Int(exactly: $0) } }
        let wall = Double(delta.wallNanoseconds)
        let uncertainty = Double(delta.tickNanoseconds ?? 0) * Double(delta.cpus.count)
        func share(_ part: UInt64?, less: Double, of units: Int) -> Double? {
            guard let part, wall > 0, units > 0 else { return nil }
            return min(1, max(0, Double(part) - less) / (wall * Double(units)))
        }
        involuntarySwitches = count(delta.involuntarySwitches)
        migrations = count(delta.migrations)
        strayMembers = delta.strayMembers
        runQueueWaitShare = share(
            delta.runQueueWaitNanoseconds, less: Double(handovers * members) * NoiseLimits.handoverNanoseconds, of: members)
        stealShare = share(delta.stealNanoseconds, less: uncertainty, of: delta.cpus.count)
        foreignLoadShare = share(delta.foreignNanoseconds, less: 2 * uncertainty, of: delta.cpus.count)
        if let before = delta.coreShareBefore, let after = delta.coreShareAfter {
            sharedCoreShare = [before, after].reduce(0) { $0 + ($1 < NoiseLimits.ownCoreShare ? 0.5 : 0) }
        }
        throttledMicroseconds = delta.throttledMicroseconds
        minorFaults = count(delta.minorFaults)
        majorFaults = count(delta.majorFaults)
        thermalThrottles = count(delta.thermalThrottles)
        func mean(_ values: [UInt64?]) -> Double? {
            let known = values.compactMap(\.self)
            return known.isEmpty || known.count < values.count ? nil : Double(known.reduce(0, &+)) / Double(known.count) * 1000
        }
        frequencyBeforeHertz = mean(delta.cpus.map(\.frequencyBefore))
        frequencyAfterHertz = mean(delta.cpus.map(\.frequencyAfter))
        frequencySource = frequencyBeforeHertz != nil && frequencyAfterHertz != nil ? .cpufreq : nil
        // Where the kernel tells no frequency, cycles are counted against the clock.
        if frequencySource == nil, let before = mean(delta.probedBefore ?? []), let after = mean(delta.probedAfter ?? []) {
            (frequencyBeforeHertz, frequencyAfterHertz, frequencySource) = (before, after, .cycles)
        }
    }
}
