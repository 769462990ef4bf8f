internal import CHwloc

/// Settings of this machine that a person can change and that move measurements; every field nil ("unknown") when unreadable.
public struct NoiseSettings: Hashable, Sendable, Codable {
    /// /proc/sys/kernel/perf_event_paranoid: above 2 no program but root's may count events.
    public var perfEventParanoid: Int?
    /// Bytes of swap, and those in use.
    public var swapBytes: UInt64?
    public var swapUsedBytes: UInt64?
    /// Huge pages that are set aside for programs that ask for them by name.
    public var reservedHugePages: UInt64?
    /// Whether simultaneous multithreading is on: "on", "off", "forceoff", "notsupported", "notimplemented".
    public var multithreading: String?

    public init(
        perfEventParanoid: Int? = nil, swapBytes: UInt64? = nil, swapUsedBytes: UInt64? = nil, reservedHugePages: UInt64? = nil, multithreading: String? = nil
    ) {
        self.perfEventParanoid = perfEventParanoid
        self.swapBytes = swapBytes
        self.swapUsedBytes = swapUsedBytes
        self.reservedHugePages = reservedHugePages
        self.multithreading = multithreading
    }

    /// Reads procfs and sysfs below the given roots (tests give fixture trees).
    public static func detect(proc: String = "/proc", system: String = "/sys") -> NoiseSettings {
        let meminfo = SmallFile.read("\(proc)/meminfo").text ?? ""
        let total = MachineMemory.kibibytes("SwapTotal", in: meminfo)
        let free = MachineMemory.kibibytes("SwapFree", in: meminfo)
        return NoiseSettings(
            perfEventParanoid: SmallFile.line("\(proc)/sys/kernel/perf_event_paranoid").flatMap { Int($0) }, swapBytes: total,
            swapUsedBytes: total.flatMap { total in free.map { total - min(total, $0) } },
            reservedHugePages: SmallFile.number("\(proc)/sys/vm/nr_hugepages"), multithreading: SmallFile.line("\(system)/devices/system/cpu/smt/control"))
    }

    /// Version of the hwloc library that runs, "2.9".
    public static var hwlocVersion: String {
        let version = hwloc_get_api_version()
        return "\(version >> 16).\(version >> 8 & 0xFF)"
    }
}
