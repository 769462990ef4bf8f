import Machine

/// What else the machine did while samples were taken. Nil means that it could not be read, never that nothing happened.
public struct NoiseRecord: Hashable, Sendable, Codable {
    /// Wall time between the two readings.
    public var elapsedNanoseconds: UInt64
    /// Threads whose switches and migrations were counted.
    public var members: Int
    /// Times that a measuring thread was taken off its core against its will, ``handovers`` included.
    public var involuntarySwitches: Int?
    /// Jobs that were handed to the threads, see ``Sampled/handovers(runs:)``.
    public var handovers: Int
    /// Times that a measuring thread moved to another CPU.
    public var migrations: Int?
    /// Measuring threads seen on a CPU that they are not bound to.
    public var strayMembers: Int?
    /// Share of the members' time in which one could run and had no CPU, less an allowance for ``handovers``.
    public var runQueueWaitShare: Double?
    /// Share of the pinned CPUs' time that the hypervisor gave to others.
    public var stealShare: Double?
    /// Share of the pinned CPUs' time that other threads took.
    public var foreignLoadShare: Double?
    /// Share of the readings between runs at which a member had only a part of its core, since another hardware thread of it worked.
    public var sharedCoreShare: Double?
    /// Time for which the control group's quota stopped this process.
    public var throttledMicroseconds: UInt64?
    /// Page faults that found their page in memory, or made one.
    public var minorFaults: Int?
    /// Page faults that had to read from a disk.
    public var majorFaults: Int?
    /// Times that a pinned core or its package slowed down because of heat.
    public var thermalThrottles: Int?
    /// Mean frequency of the pinned CPUs at the start and the end.
    public var frequencyBeforeHertz: Double?
    public var frequencyAfterHertz: Double?
    /// How the frequency is known.
    public var frequencySource: FrequencySource?

    public enum FrequencySource: String, Hashable, Sendable, Codable {
        /// The kernel's.
        case cpufreq
        /// A chain of additions of one cycle each, against the clock.
        case cycles
    }

    public init(elapsedNanoseconds: UInt64, members: Int, handovers: Int = 0) {
        self.elapsedNanoseconds = elapsedNanoseconds
        self.members = members
        self.handovers = handovers
    }

    /// The names of what could not be read.
    public var unknowns: [String] {
        var names: [String] = []
        if involuntarySwitches == nil { names.append("involuntary context switches") }
        if migrations == nil && strayMembers == nil { names.append("CPU migrations") }
        if runQueueWaitShare == nil { names.append("waiting for a CPU") }
        if stealShare == nil { names.append("steal time") }
        if foreignLoadShare == nil { names.append("load of other processes") }
        if sharedCoreShare == nil { names.append("other hardware threads of the cores") }
        if throttledMicroseconds == nil { names.append("control-group throttling") }
        if minorFaults == nil { names.append("minor page faults") }
        if majorFaults == nil { names.append("major page faults") }
        if thermalThrottles == nil { names.append("thermal throttling") }
        if frequencyBeforeHertz == nil || frequencyAfterHertz == nil { names.append("CPU frequency") }
        return names
    }

    enum CodingKeys: String, CodingKey {
        case elapsedNanoseconds = "elapsed_ns"
        case members
        case involuntarySwitches = "involuntary_switches"
        case handovers
        case migrations
        case strayMembers = "stray_members"
        case runQueueWaitShare = "run_queue_wait_share"
        case stealShare = "steal_share"
        case foreignLoadShare = "foreign_load_share"
        case sharedCoreShare = "shared_core_share"
        case throttledMicroseconds = "throttled_us"
        case minorFaults = "minor_faults"
        case majorFaults = "major_faults"
        case thermalThrottles = "thermal_throttles"
        case frequencyBeforeHertz = "frequency_before_hz"
        case frequencyAfterHertz = "frequency_after_hz"
        case frequencySource = "frequency_source"
    }
}

/// Reads the machine's state before and after a piece of work.
public protocol NoiseObserver {
    /// Runs `work`, which returns the number of jobs it handed to the threads, and returns what the machine did meanwhile.
    func observe(_ work: () -> Int) -> NoiseRecord

    /// Reads the team's counters between runs; nil where there is no team to watch.
    var marks: TeamMarks? { get }
}

extension NoiseObserver {
    public var marks: TeamMarks? { nil }
}

/// Reads nothing: every part of the record is unknown. For tests, and where there is no team to watch.
public struct BlindObserver: NoiseObserver, Sendable {
    public init() {}

    public func observe(_ work: () -> Int) -> NoiseRecord {
        NoiseRecord(elapsedNanoseconds: 0, members: 0, handovers: work())
    }
}
