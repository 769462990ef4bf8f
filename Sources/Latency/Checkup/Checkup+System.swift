import Machine

extension Checkup {
    /// Memory, and what else the machine has to do.
    var systemFindings: [Finding] { [memoryFinding, swapFinding, loadFinding] }

    /// Large networks at large batches take some hundred MiB; a search with its table less.
    private static let enoughMemory: UInt64 = 1 << 30

    private var memoryFinding: Finding {
        guard let available = memory.availableBytes else { return Finding("memory", .unknown, "available memory: unknown") }
        let limit = memory.cgroupLimitBytes.map { ", control-group limit \(Checkup.gibibytes($0))" } ?? ""
        let found = "\(Checkup.gibibytes(available)) available of \(memory.totalBytes.map(Checkup.gibibytes) ?? EnvironmentRecord.unknown)\(limit)"
        return available >= Checkup.enoughMemory
            ? Finding("memory", .ok, found) : Finding("memory", .problem, found, remedy: "end what holds memory: large networks will not fit")
    }

    private var swapFinding: Finding {
        guard let total = settings.swapBytes, let used = settings.swapUsedBytes else { return Finding("swap", .unknown, "swap: unknown") }
        if total == 0 { return Finding("swap", .ok, "none") }
        if used == 0 { return Finding("swap", .ok, "\(Checkup.gibibytes(total)), unused") }
        return Finding(
            "swap", .note, "\(Checkup.gibibytes(used)) of \(Checkup.gibibytes(total)) in use: pages may be read from a disk while measuring",
            remedy: "'swapoff -a' as root, when memory suffices")
    }

    private var loadFinding: Finding {
        guard let loadAverage else { return Finding("load", .unknown, "load average: unknown") }
        let found = "\(NoiseLimits.text(loadAverage)) over one minute, on \(topology.cpus.count) CPUs"
        return loadAverage < 0.5
            ? Finding("load", .ok, found) : Finding("load", .note, found, remedy: "see what runs with 'top'; it may have ended since")
    }

    static func gibibytes(_ bytes: UInt64) -> String { "\(NoiseLimits.text(Double(bytes) / 1_073_741_824)) GiB" }
}
