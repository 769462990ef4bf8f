/// Clock settings of one CPU as cpufreq tells them; every field nil ("unknown") when the system does not, as in most virtual machines.
public struct CPUFrequency: Hashable, Sendable, Codable {
    public let cpu: Int
    /// Frequencies in kilohertz.
    public let currentKilohertz: UInt64?
    public let minimumKilohertz: UInt64?
    public let maximumKilohertz: UInt64?
    /// "performance", "schedutil", …
    public let governor: String?
    /// "intel_pstate", "amd-pstate-epp", …
    public let driver: String?
    /// Whether clocks above the nominal one are allowed.
    public let boost: Bool?

    /// Reads sysfs below `root` (tests give a fixture tree).
    public static func detect(cpu: Int, root: String = "/sys") -> CPUFrequency {
        let system = root + "/devices/system/cpu"
        let policy = system + "/cpu\(cpu)/cpufreq"
        let noTurbo = SmallFile.number(system + "/intel_pstate/no_turbo").map { $0 == 0 }
        return CPUFrequency(
            cpu: cpu, currentKilohertz: SmallFile.number(policy + "/scaling_cur_freq"),
            minimumKilohertz: SmallFile.number(policy + "/scaling_min_freq"),
            maximumKilohertz: SmallFile.number(policy + "/scaling_max_freq"), governor: SmallFile.line(policy + "/scaling_governor"),
            driver: SmallFile.line(policy + "/scaling_driver"), boost: noTurbo ?? SmallFile.number(system + "/cpufreq/boost").map { $0 != 0 })
    }
}
