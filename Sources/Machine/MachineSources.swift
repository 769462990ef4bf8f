/// Where readings of the machine's state come from; found once, so that a capture only reads files.
public struct MachineSources: Sendable {
    let proc: String
    let system: String
    let cgroup: CgroupLimits
    let thermalZones: [String]

    /// This machine.
    public static let standard = MachineSources()

    /// - Parameters:
    ///   - proc: the mounted procfs (tests give a fixture tree).
    ///   - system: the mounted sysfs.
    ///   - cgroup: the limits whose throttling counters are read.
    public init(proc: String = "/proc", system: String = "/sys", cgroup: CgroupLimits = .detect()) {
        self.proc = proc
        self.system = system
        self.cgroup = cgroup
        let thermal = system + "/class/thermal"
        thermalZones = directoryNames(thermal).filter { $0.hasPrefix("thermal_zone") }.map { "\(thermal)/\($0)/temp" }
    }
}
