/// How much CPU time the process's control group grants, and how often it was held back.
///
/// hwloc knows the cpuset but not this quota. A group limits all groups below it, so the smallest quota on the way up counts.
public struct CgroupLimits: Hashable, Sendable {
    /// The hierarchy that has the cpu controller.
    public enum Version: String, Hashable, Sendable { case v1, v2, unknown }

    /// What is known about the quota.
    public enum Quota: Hashable, Sendable {
        /// Readable, and there is no limit.
        case unlimited
        /// CPU time worth so many cores; 1.5 is 150 ms of every 100 ms.
        case cores(Double)
        /// Not readable; says why.
        case unknown(reason: String)
    }

    /// Time during which the group was held back by its quota, summed over the levels, since the groups exist.
    public struct Throttling: Hashable, Sendable, Codable {
        /// Scheduling periods in which the quota ran out.
        public let periods: UInt64
        public let microseconds: UInt64

        public init(periods: UInt64, microseconds: UInt64) {
            self.periods = periods
            self.microseconds = microseconds
        }
    }

    public let version: Version
    public let quota: Quota
    /// At the time of ``detect(root:membership:)``; nil when unknown. Zero where nothing can be throttled.
    public let throttling: Throttling?

    let directories: [String]

    /// Cores' worth of CPU time; nil both without a limit and when unknown. ``quotaText`` tells the two apart.
    public var cpuQuotaCores: Double? {
        if case .cores(let cores) = quota { cores } else { nil }
    }

    /// "none", "unknown", or the number of cores.
    public var quotaText: String {
        switch quota {
        case .unlimited: "none"
        case .unknown: "unknown"
        case .cores(let cores): decimal(cores)
        }
    }

    /// Microseconds during which the group was held back; nil when unknown.
    public var throttledMicroseconds: UInt64? { throttling?.microseconds }

    /// Reads the limits of this process.
    ///
    /// - Parameters:
    ///   - root: where cgroups are mounted.
    ///   - membership: the file that names the process's groups.
    public static func detect(root: String = "/sys/fs/cgroup", membership: String = "/proc/self/cgroup") -> CgroupLimits {
        guard let text = SmallFile.read(membership).text else { return unknown("\(membership) cannot be read") }
        guard let hierarchy = CgroupHierarchy.find(controller: "cpu", root: root, membership: text) else {
            return unknown("\(membership) names no cpu controller that is mounted below \(root)")
        }
        let quota = smallest(hierarchy.directories.map { hierarchy.version == .v1 ? quotaV1($0) : quotaV2($0) })
        return CgroupLimits(
            version: hierarchy.version == .v1 ? .v1 : .v2, quota: quota,
            throttling: readThrottling(hierarchy.directories, quota: quota), directories: hierarchy.directories)
    }

    /// Reads the throttling counters again; nil when unknown.
    public func currentThrottling() -> Throttling? { Self.readThrottling(directories, quota: quota) }

    /// The same from texts that were read before: cpu.stat of each of ``directories``.
    func throttling(_ texts: [SmallFile]) -> Throttling? { Self.throttling(texts, quota: quota) }

    private static func unknown(_ reason: String) -> CgroupLimits {
        CgroupLimits(version: .unknown, quota: .unknown(reason: reason), throttling: nil, directories: [])
    }

    /// A known quota is at least an upper bound, so it wins over an unreadable level.
    private static func smallest(_ quotas: [Quota]) -> Quota {
        let known = quotas.compactMap { if case .cores(let cores) = $0 { cores } else { nil } }
        if let least = known.min() { return .cores(least) }
        return quotas.first { if case .unknown = $0 { true } else { false } } ?? .unlimited
    }

    private static func quotaV2(_ directory: String) -> Quota {
        let path = directory + "/cpu.max"
        switch SmallFile.read(path) {
        case .missing: return .unlimited   // the root of the hierarchy, or a group without the controller
        case .unreadable(let reason): return .unknown(reason: reason)
        case .text(let text): return CgroupText.cpuMax(text) ?? .unknown(reason: "\(path) holds neither \"max\" nor a quota and a period")
        }
    }

    private static func quotaV1(_ directory: String) -> Quota {
        let path = directory + "/cpu.cfs_quota_us"
        switch (SmallFile.read(path), SmallFile.read(directory + "/cpu.cfs_period_us")) {
        case (.missing, _): return .unlimited
        case (.unreadable(let reason), _): return .unknown(reason: reason)
        case (.text(let quota), let period):
            return CgroupText.cfsQuota(quota, period: period.text) ?? .unknown(reason: "\(path) or its cpu.cfs_period_us is no number")
        }
    }

    private static func readThrottling(_ directories: [String], quota: Quota) -> Throttling? {
        throttling(directories.map { SmallFile.read($0 + "/cpu.stat") }, quota: quota)
    }

    private static func throttling(_ files: [SmallFile], quota: Quota) -> Throttling? {
        var periods: UInt64 = 0
        var microseconds: UInt64 = 0
        var found = false
        for file in files {
            switch file {
            case .missing: continue
            case .unreadable: return nil
            case .text(let text):
                guard let level = CgroupText.throttling(text) else { continue }
                found = true
                periods += level.periods
                microseconds += level.microseconds
            }
        }
        // Levels without counters have no quota to run out of; when all are so and no quota is set, nothing can be throttled.
        return found || quota == .unlimited ? Throttling(periods: periods, microseconds: microseconds) : nil
    }
}
