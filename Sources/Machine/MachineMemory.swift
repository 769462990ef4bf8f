/// How much memory there is and how much a program may still take, in bytes; every reading nil when unknown.
public struct MachineMemory: Hashable, Sendable, Codable {
    /// MemTotal of /proc/meminfo.
    public let totalBytes: UInt64?
    /// MemAvailable of /proc/meminfo: what can be taken without swapping.
    public let systemAvailableBytes: UInt64?
    /// The smallest memory limit of the process's control groups; nil when unknown or without one.
    public let cgroupLimitBytes: UInt64?
    /// What the groups still grant: the smallest over the levels of limit − usage + page cache that can be dropped.
    public let cgroupAvailableBytes: UInt64?

    /// What a program may take: the lesser of the system's and the group's; nil when both are unknown.
    public var availableBytes: UInt64? { [systemAvailableBytes, cgroupAvailableBytes].compactMap(\.self).min() }

    /// The most that this process could ever have: the lesser of the machine's memory and the group's limit.
    public var limitBytes: UInt64? { [totalBytes, cgroupLimitBytes].compactMap(\.self).min() }

    /// Reads /proc/meminfo and the memory controller's files.
    public static func detect(
        meminfo: String = "/proc/meminfo", cgroupRoot: String = "/sys/fs/cgroup", membership: String = "/proc/self/cgroup"
    ) -> MachineMemory {
        let text = SmallFile.read(meminfo).text ?? ""
        let hierarchy = SmallFile.read(membership).text.flatMap {
            CgroupHierarchy.find(controller: "memory", root: cgroupRoot, membership: $0)
        }
        let levels = hierarchy.map { found in found.directories.compactMap { level($0, found.version) } } ?? []
        return MachineMemory(
            totalBytes: kibibytes("MemTotal", in: text), systemAvailableBytes: kibibytes("MemAvailable", in: text),
            cgroupLimitBytes: levels.map(\.limit).min(), cgroupAvailableBytes: levels.compactMap(\.available).min())
    }

    /// "Name:   123 kB" in bytes; nil when absent or of another form. The kernel writes kB and means 1024 bytes.
    package static func kibibytes(_ name: String, in text: String) -> UInt64? {
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[2] == "kB", let number = UInt64(words[1]) else { return nil }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: 1024)
            return overflow ? nil : bytes
        }
        return nil
    }

    /// One group's limit, or nil when it has none.
    private static func level(_ directory: String, _ version: CgroupHierarchy.Version) -> (limit: UInt64, available: UInt64?)? {
        let (limitFile, usageFile, cacheKey) =
            version == .v1
            ? ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file") : ("memory.max", "memory.current", "inactive_file")
        // Version 1 says "no limit" with the largest page-aligned number; nothing has 2^60 bytes.
        guard let limit = SmallFile.number("\(directory)/\(limitFile)"), limit < 1 << 60 else { return nil }
        guard let usage = SmallFile.number("\(directory)/\(usageFile)") else { return (limit, nil) }
        let cache = SmallFile.read("\(directory)/memory.stat").text.map(CgroupText.numbers)?[cacheKey] ?? 0
        let held = usage - min(usage, cache)
        return (limit, limit - min(limit, held))
    }
}
