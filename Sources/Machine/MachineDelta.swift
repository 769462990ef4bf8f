/// What happened on the machine between two states of one team: the evidence for a measurement's verdict.
///
/// A count is nil when either reading is unknown or the counter ran backwards. Sums over members or CPUs are nil when one part is.
public struct MachineDelta: Hashable, Sendable, Codable {
    /// One CPU of the team.
    public struct CPU: Hashable, Sendable, Codable {
        public let cpu: Int
        /// Time in which something ran there, own work included.
        public var busyNanoseconds: UInt64?
        public var stealNanoseconds: UInt64?
        public var thermalThrottles: UInt64?
        /// Kilohertz at the start and the end.
        public var frequencyBefore: UInt64?
        public var frequencyAfter: UInt64?

        /// A CPU of which nothing is known yet.
        public init(cpu: Int) { self.cpu = cpu }
    }

    /// Time between the two states.
    public var wallNanoseconds: UInt64
    /// Sums over the members, and over processes that worked in turn with them.
    public var involuntarySwitches: UInt64?
    public var voluntarySwitches: UInt64?
    public var minorFaults: UInt64?
    public var majorFaults: UInt64?
    public var migrations: UInt64?
    public var runQueueWaitNanoseconds: UInt64?
    public var memberCPUNanoseconds: UInt64?
    /// Members that, at either moment, ran on a CPU they are not bound to.
    public var strayMembers: Int?
    public var cpus: [CPU]
    /// Kilohertz of each member's core by counting cycles, at the start and the end.
    public var probedBefore: [UInt64?]?
    public var probedAfter: [UInt64?]?
    /// The least part of its core that a member had, at the start and the end: what the core did in a cycle over what it does undisturbed. 1 where the member had
    /// it for itself, about two thirds where another hardware thread of the core works.
    ///
    /// A guest is told neither of that thread nor of its work: no steal time, no load and no frequency shows it.
    public var coreShareBefore: Double?
    public var coreShareAfter: Double?
    /// Sum over the team's CPUs.
    public var stealNanoseconds: UInt64?
    public var thermalThrottles: UInt64?
    /// Busy time of the team's CPUs that the process's own CPU time does not explain: someone else's work.
    ///
    /// Accurate to about one tick per CPU at either end (``tickNanoseconds``), so small values over short blocks mean nothing.
    /// A thread of this process outside the team counts as own, wherever it ran, and so does a process that works in turn with the team.
    public var foreignNanoseconds: UInt64?
    public var tickNanoseconds: UInt64?
    public var throttledPeriods: UInt64?
    public var throttledMicroseconds: UInt64?
    public var cpuPressureMicroseconds: UInt64?
    public var loadAverageBefore: Double?
    public var loadAverageAfter: Double?
    /// The hottest thermal zone at the end, thousandths of a degree Celsius.
    public var hottestMillidegrees: Int?

    /// A delta in which everything but the given is unknown.
    public init(wallNanoseconds: UInt64, cpus: [CPU] = []) {
        self.wallNanoseconds = wallNanoseconds
        self.cpus = cpus
    }

    /// Foreign work as a share of the team's CPU time on the wall, 0…1; nil when unknown.
    public var foreignShare: Double? { share(foreignNanoseconds) }

    /// Stolen time as a share of the team's CPU time on the wall, 0…1; nil when unknown.
    public var stealShare: Double? { share(stealNanoseconds) }

    private func share(_ part: UInt64?) -> Double? {
        guard let part, wallNanoseconds > 0, !cpus.isEmpty else { return nil }
        return min(1, Double(part) / (Double(wallNanoseconds) * Double(cpus.count)))
    }
}

extension MachineState {
    /// The changes from this state to a `later` one of the same team.
    public func delta(to later: MachineState) -> MachineDelta {
        // States of different teams have no common members: everything about threads is then unknown.
        let pairs = threads.map(\.threadID) == later.threads.map(\.threadID) ? Array(zip(threads, later.threads)) : nil
        func members(_ counter: KeyPath<Thread, UInt64?>) -> UInt64? {
            pairs.flatMap { sum($0.map { difference($0[keyPath: counter], $1[keyPath: counter]) }) }
        }
        var delta = MachineDelta(wallNanoseconds: later.timeNanoseconds - min(timeNanoseconds, later.timeNanoseconds))
        let others = Array(zip(companions ?? [], later.companions ?? []))
        func with(_ count: UInt64?, _ change: (ProcessUsage, ProcessUsage) -> UInt64?) -> UInt64? {
            others.isEmpty ? count : both(count, sum(others.map(change))).map { $0 &+ $1 }
        }
        func used(_ counter: KeyPath<ProcessUsage, UInt64?>) -> (ProcessUsage, ProcessUsage) -> UInt64? {
            { difference($0[keyPath: counter], $1[keyPath: counter]) }
        }
        delta.involuntarySwitches = with(members(\.involuntarySwitches)) { $1.threadSum(since: $0, \.involuntarySwitches) }
        delta.voluntarySwitches = members(\.voluntarySwitches)
        delta.minorFaults = with(members(\.minorFaults), used(\.minorFaults))
        delta.majorFaults = with(members(\.majorFaults), used(\.majorFaults))
        delta.migrations = members(\.migrations)
        delta.runQueueWaitNanoseconds = with(members(\.runQueueWaitNanoseconds)) { $1.threadSum(since: $0, \.runQueueWaitNanoseconds) }
        delta.memberCPUNanoseconds = members(\.cpuNanoseconds)
        delta.strayMembers = pairs.flatMap(strayMembers)
        delta.probedBefore = pairs?.map { $0.0.probedKilohertz }
        delta.probedAfter = pairs?.map { $0.1.probedKilohertz }
        delta.cpus = cpus.map { before in before.delta(to: later.cpus.first { $0.cpu == before.cpu }) }
        delta.stealNanoseconds = sum(delta.cpus.map(\.stealNanoseconds))
        delta.thermalThrottles = sum(delta.cpus.map(\.thermalThrottles))
        let own = with(difference(processCPUNanoseconds, later.processCPUNanoseconds), used(\.cpuNanoseconds))
        delta.foreignNanoseconds = both(sum(delta.cpus.map(\.busyNanoseconds)), own).map { $0 - min($0, $1) }
        delta.tickNanoseconds = tickNanoseconds
        delta.throttledPeriods = difference(cgroupThrottling?.periods, later.cgroupThrottling?.periods)
        delta.throttledMicroseconds = difference(cgroupThrottling?.microseconds, later.cgroupThrottling?.microseconds)
        delta.cpuPressureMicroseconds = difference(cpuPressureMicroseconds, later.cpuPressureMicroseconds)
        delta.loadAverageBefore = loadAverage
        delta.loadAverageAfter = later.loadAverage
        delta.hottestMillidegrees = later.hottestMillidegrees
        return delta
    }

    private func strayMembers(_ pairs: [(Thread, Thread)]) -> Int? {
        let strays = pairs.map { before, after -> Bool? in
            both(before.currentCPU, after.currentCPU).map { !before.boundCPUs.contains($0) || !after.boundCPUs.contains($1) }
        }
        return strays.contains(nil) ? nil : strays.count { $0 == true }
    }
}

extension MachineState.CPU {
    fileprivate func delta(to later: MachineState.CPU?) -> MachineDelta.CPU {
        var delta = MachineDelta.CPU(cpu: cpu)
        delta.busyNanoseconds = difference(busyNanoseconds, later?.busyNanoseconds)
        delta.stealNanoseconds = difference(stealNanoseconds, later?.stealNanoseconds)
        delta.thermalThrottles = difference(thermalThrottles, later?.thermalThrottles)
        delta.frequencyBefore = frequencyKilohertz
        delta.frequencyAfter = later?.frequencyKilohertz
        return delta
    }
}

/// later − earlier; nil when either is unknown or the counter ran backwards.
private func difference(_ earlier: UInt64?, _ later: UInt64?) -> UInt64? {
    both(earlier, later).flatMap { $1 >= $0 ? $1 - $0 : nil }
}

/// The sum; nil when one part is unknown or there is no part.
private func sum(_ parts: [UInt64?]) -> UInt64? {
    let known = parts.compactMap(\.self)
    return known.count == parts.count && !known.isEmpty ? known.reduce(0, &+) : nil
}

private func both<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    if let a, let b { (a, b) } else { nil }
}
