/// Which CPU each member of a thread team is bound to, decided before any thread exists.
///
/// A pure function of the topology and what was asked. A plan for n threads is a prefix of the plan for n + 1.
public struct PinningPlan: Hashable, Sendable {
    /// Member i is bound to `cpus[i]` alone; operating-system numbers.
    public let cpus: [Int]
    /// What a person should know before trusting a measurement on this plan; empty when there is nothing.
    public let warnings: [String]

    /// Chooses the CPUs.
    ///
    /// With neither `threads` nor `cpus`: one thread per allowed core, but no more than the cgroup's quota grants (at least one).
    /// With `cpus`: those, in that order; `threads` then takes the first of them. Order without `cpus`: see ``order(_:)``.
    /// A quota below the number of threads that was asked for changes nothing but gives a warning.
    /// - Parameters:
    ///   - quotaCores: cores' worth of CPU time that the cgroup grants (``CgroupLimits/cpuQuotaCores``); nil without a limit.
    /// - Throws: `MachineError` for fewer than one thread, more threads than CPUs, a CPU outside the allowed set, or one named twice.
    public static func make(
        _ topology: Topology, threads: Int? = nil, cpus: [Int]? = nil, quotaCores: Double? = nil
    ) throws(MachineError) -> PinningPlan {
        if let threads, threads < 1 { throw MachineError(.malformed, "\(threads) threads were asked for; at least 1 is needed") }
        var chosen: [Int]
        if let cpus {
            try check(cpus, against: topology)
            chosen = cpus
        } else {
            chosen = order(topology)
        }
        let source = cpus == nil ? "this process may use" : "the CPU list names"
        if let threads, threads > chosen.count {
            throw MachineError(
                .tooManyThreads,
                "\(threads) threads were asked for, but \(source) \(chosen.count) CPU\(chosen.count == 1 ? "" : "s") "
                    + "(\(CPUList.text(chosen.sorted()))); ask for at most \(chosen.count)")
        }
        guard !chosen.isEmpty else { throw MachineError(.tooManyThreads, "no CPU to run on: \(source) none") }

        var warnings: [String] = []
        let count: Int
        if let threads {
            count = threads
        } else if cpus != nil {
            count = chosen.count
        } else {
            let cores = topology.allowedCores.count
            let granted = quotaCores.map { min(cores, max(1, Int(min($0, Double(cores)).rounded(.down)))) } ?? cores
            if let quotaCores, granted < cores {
                warnings.append(
                    "using \(granted) of \(cores) allowed cores, because the cgroup grants CPU time for \(decimal(quotaCores)) cores")
            }
            count = granted
        }
        chosen = Array(chosen.prefix(count))
        if let quotaCores, Double(count) > quotaCores {
            warnings.append(
                "\(count) thread\(count == 1 ? "" : "s") under a cgroup quota of \(decimal(quotaCores)) cores: the kernel will throttle "
                    + "them; use fewer threads or raise the quota")
        }
        return PinningPlan(cpus: chosen, warnings: warnings + placementWarnings(chosen, topology))
    }

    /// A plan taken as it is, unchecked: for tests that bind two members to one CPU. Use ``make(_:threads:cpus:quotaCores:)`` otherwise.
    public init(explicit cpus: [Int]) {
        self.init(cpus: cpus, warnings: [])
    }

    private init(cpus: [Int], warnings: [String]) {
        self.cpus = cpus
        self.warnings = warnings
    }

    private static func check(_ cpus: [Int], against topology: Topology) throws(MachineError) {
        let allowed = Set(topology.allowedCPUs)
        var seen: Set<Int> = []
        for cpu in cpus {
            guard allowed.contains(cpu) else {
                let exists = topology.core(ofCPU: cpu) != nil
                throw MachineError(
                    .outsideAllowedSet,
                    "CPU \(cpu) \(exists ? "may not be used by this process" : "does not exist on this machine"); "
                        + "the allowed set is \(CPUList.text(topology.allowedCPUs))")
            }
            guard seen.insert(cpu).inserted else {
                throw MachineError(.duplicate, "CPU \(cpu) is named twice; each thread needs a CPU of its own")
            }
        }
    }

    private static func placementWarnings(_ cpus: [Int], _ topology: Topology) -> [String] {
        let cores = cpus.compactMap { topology.core(ofCPU: $0) }
        var warnings: [String] = []
        if Set(cores.map(\.index)).count < cores.count {
            warnings.append("some threads share a physical core (SMT): they compete for one set of vector units")
        }
        if Set(cores.map { topology.speedRank(of: $0) }).count > 1 {
            warnings.append("the threads run on core kinds of different speed: the slowest sets the time")
        }
        if Set(cores.map(\.numaNode)).count > 1 { warnings.append("the threads span several NUMA nodes") }
        return warnings
    }
}

/// A quota as a person writes it: "1.5", "2".
func decimal(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    guard abs(hundredths) < 1e15 else { return "\(value)" }
    if hundredths.truncatingRemainder(dividingBy: 100) == 0 { return "\(Int(hundredths / 100))" }
    return "\(hundredths / 100)"
}
