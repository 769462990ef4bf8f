internal import CPlatform

/// Counters of the machine at one moment, taken before and after a block of samples to see what disturbed it.
///
/// Every reading that the system refuses is nil and means "unknown", never 0. Times are nanoseconds, frequencies kilohertz.
public struct MachineState: Hashable, Sendable, Codable {
    /// One member of the thread team.
    public struct Thread: Hashable, Sendable, Codable {
        public let member: Int
        public let threadID: Int32
        /// The CPUs that the member is bound to.
        public let boundCPUs: [Int]
        /// Times another thread took the CPU away.
        public var involuntarySwitches: UInt64?
        /// Times the member went to sleep; the team itself causes some at every job.
        public var voluntarySwitches: UInt64?
        public var minorFaults: UInt64?
        /// Page faults that needed a disk.
        public var majorFaults: UInt64?
        public var cpuNanoseconds: UInt64?
        /// Moves from one CPU to another.
        public var migrations: UInt64?
        /// Time in which the member could run and had no CPU.
        public var runQueueWaitNanoseconds: UInt64?
        /// The CPU it ran on at this moment.
        public var currentCPU: Int?
        /// Speed of its core by counting cycles against the clock, in kilohertz.
        public var probedKilohertz: UInt64?

        /// A member of which nothing is known yet.
        public init(member: Int, threadID: Int32, boundCPUs: [Int]) {
            self.member = member
            self.threadID = threadID
            self.boundCPUs = boundCPUs
        }
    }

    /// One CPU that some member is bound to.
    public struct CPU: Hashable, Sendable, Codable {
        public let cpu: Int
        /// Time in which something ran, in steps of ``MachineState/tickNanoseconds``.
        public var busyNanoseconds: UInt64?
        /// Time in which the hypervisor gave the CPU to others, in the same steps.
        public var stealNanoseconds: UInt64?
        public var frequencyKilohertz: UInt64?
        /// Times the core or its package was slowed down because of heat.
        public var thermalThrottles: UInt64?

        /// A CPU of which nothing is known yet.
        public init(cpu: Int) { self.cpu = cpu }
    }

    /// CLOCK_MONOTONIC_RAW.
    public var timeNanoseconds: UInt64
    public var threads: [Thread]
    public var cpus: [CPU]
    /// CPU time of all threads of the process.
    public var processCPUNanoseconds: UInt64?
    /// Other processes that work in turn with the team; nil where there are none.
    public var companions: [ProcessUsage]?
    /// Step of ``CPU/busyNanoseconds`` and ``CPU/stealNanoseconds``.
    public var tickNanoseconds: UInt64?
    public var cgroupThrottling: CgroupLimits.Throttling?
    /// Mean number of threads of the machine that could run or waited for a disk, over one minute.
    public var loadAverage: Double?
    /// Time in which some thread of the machine waited for a CPU (pressure stall information).
    public var cpuPressureMicroseconds: UInt64?
    /// The hottest thermal zone, in thousandths of a degree Celsius.
    public var hottestMillidegrees: Int?

    /// A state in which everything but the given is unknown.
    public init(timeNanoseconds: UInt64, threads: [Thread] = [], cpus: [CPU] = []) {
        self.timeNanoseconds = timeNanoseconds
        self.threads = threads
        self.cpus = cpus
    }

    /// Reads everything. Costs one job of the team and about 0.15 ms (two members, Zen 4 virtual machine): call it between sample blocks.
    ///
    /// - Parameter companions: processes that work in turn with the team on its CPUs: what they do is no one else's work.
    public static func capture(_ team: ThreadTeam, companions: [Int32] = [], sources: MachineSources = .standard) -> MachineState {
        let usages = UnsafeMutablePointer<zd_thread_usage>.allocate(capacity: team.count)
        usages.initialize(repeating: zd_thread_usage(), count: team.count)
        defer { usages.deallocate() }
        nonisolated(unsafe) let slots = usages
        let speeds = UnsafeMutablePointer<UInt64>.allocate(capacity: team.count)
        speeds.initialize(repeating: 0, count: team.count)
        defer { speeds.deallocate() }
        nonisolated(unsafe) let speed = speeds
        // RUSAGE_THREAD tells only of the calling thread: each member reads its own.
        team.run {
            speed[$0] = zd_probe_kilohertz()
            zd_read_thread_usage(slots + $0)
        }
        let threads = (0..<team.count).map { member in
            var thread = Thread(member: member, threadID: team.threadIDs[member], boundCPUs: team.boundCPUs[member])
            thread.fill(usages[member])
            let task = "\(sources.proc)/self/task/\(team.threadIDs[member])"
            thread.migrations = SmallFile.read(task + "/sched").text.flatMap(ProcText.migrations)
            thread.runQueueWaitNanoseconds = SmallFile.read(task + "/schedstat").text.flatMap(ProcText.runQueueWait)
            thread.probedKilohertz = speeds[member] > 0 ? speeds[member] : nil
            return thread
        }
        let text = { (name: String) in SmallFile.read("\(sources.proc)/\(name)").text }
        let ticks = text("stat").map(ProcText.cpuTicks) ?? [:]
        let perSecond = zd_ticks_per_second()
        let tick = perSecond > 0 ? UInt64(1_000_000_000 / perSecond) : nil
        let cpus = Set(team.boundCPUs.joined()).sorted().map { number in
            var cpu = CPU(cpu: number)
            cpu.fill(ticks[number], tick: tick, sources)
            return cpu
        }
        var state = MachineState(timeNanoseconds: zd_now_ns(), threads: threads, cpus: cpus)
        let own = zd_process_cpu_ns()
        state.processCPUNanoseconds = own >= 0 ? UInt64(own) : nil
        state.companions = companions.isEmpty ? nil : companions.map { ProcessUsage.read($0, sources) }
        state.tickNanoseconds = tick
        state.cgroupThrottling = sources.cgroup.currentThrottling()
        state.loadAverage = loadAverage(sources)
        state.cpuPressureMicroseconds = text("pressure/cpu").flatMap(ProcText.pressure)
        state.hottestMillidegrees = sources.thermalZones.compactMap { SmallFile.line($0).flatMap { Int($0) } }.max()
        return state
    }

    /// The machine's load average over one minute, which needs no team; nil when unknown.
    package static func loadAverage(_ sources: MachineSources = .standard) -> Double? {
        SmallFile.read("\(sources.proc)/loadavg").text.flatMap(ProcText.loadAverage)
    }
}

extension MachineState.Thread {
    mutating func fill(_ usage: zd_thread_usage) {
        if usage.known == 1 {
            involuntarySwitches = usage.involuntary_switches
            voluntarySwitches = usage.voluntary_switches
            minorFaults = usage.minor_faults
            majorFaults = usage.major_faults
            cpuNanoseconds = usage.cpu_ns
        }
        currentCPU = usage.current_cpu >= 0 ? Int(usage.current_cpu) : nil
    }
}

extension MachineState.CPU {
    fileprivate mutating func fill(_ ticks: ProcText.CPUTicks?, tick: UInt64?, _ sources: MachineSources) {
        func time(_ count: UInt64?) -> UInt64? {
            guard let count, let tick else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: tick)
            return overflow ? nil : product
        }
        busyNanoseconds = time(ticks?.busy)
        stealNanoseconds = time(ticks?.steal)
        let directory = "\(sources.system)/devices/system/cpu/cpu\(cpu)"
        frequencyKilohertz = SmallFile.number(directory + "/cpufreq/scaling_cur_freq")
        let throttles = ["core_throttle_count", "package_throttle_count"].compactMap {
            SmallFile.number("\(directory)/thermal_throttle/\($0)")
        }
        thermalThrottles = throttles.isEmpty ? nil : throttles.reduce(0, &+)
    }
}
