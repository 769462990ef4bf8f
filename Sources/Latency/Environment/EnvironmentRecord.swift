import Machine

/// Under what conditions a result was measured; stored with every result. "unknown" is a value; nothing here names a host or a person.
public struct EnvironmentRecord: Hashable, Sendable, Codable {
    /// The word for what cannot be read.
    public static let unknown = "unknown"

    public var toolVersion: String
    /// Version of the compiler that built the tool, for example "6.3".
    public var swiftVersion: String
    /// "release" or "debug".
    public var optimization: String
    /// UTC, ISO 8601.
    public var time: String
    /// See `MachineFingerprint/identifier`.
    public var machine: String
    public var kernel: String
    public var libc: String
    public var cpuModel: String
    public var cpuVendor: String
    /// "family/model/stepping".
    public var cpuSignature: String
    public var microcode: String
    public var cpuFeatures: [String]
    public var packages: Int
    public var numaNodes: Int
    public var cores: Int
    /// Hardware threads that are online.
    public var logicalCPUs: Int
    /// For example "2x32 KiB L1 data".
    public var caches: [String]
    /// In list form, "0-3,8".
    public var allowedCPUs: String
    /// Cores' worth of CPU time granted by the control group: a number, "none" or "unknown".
    public var cpuQuotaCores: String
    /// Of the pinned CPUs; several where they differ, joined by commas.
    public var governor: String
    public var frequencyDriver: String
    /// "on", "off" or "unknown".
    public var boost: String
    /// Kilohertz of each pinned CPU; nil when unknown.
    public var frequencyKilohertz: [UInt64?]
    /// "no", "yes (KVMKVMKVM)" or "unknown".
    public var virtualized: String
    /// Nil when unknown.
    public var memoryBytes: UInt64?
    public var memoryAvailableBytes: UInt64?
    /// Over one minute; nil when unknown.
    public var loadAverage: Double?
    public var transparentHugePages: String
    /// 0 off, 2 full; nil when unknown.
    public var addressRandomization: Int?
    /// The instruction set that ran.
    public var isa: String
    public var threads: Int
    /// The CPUs asked for, in member order.
    public var cpus: [Int]
    /// Each member's mask as the kernel told it, in list form.
    public var boundMasks: [String]

    enum CodingKeys: String, CodingKey {
        case toolVersion = "tool_version"
        case swiftVersion = "swift_version"
        case optimization, time, machine, kernel, libc
        case cpuModel = "cpu_model"
        case cpuVendor = "cpu_vendor"
        case cpuSignature = "cpu_signature"
        case microcode
        case cpuFeatures = "cpu_features"
        case packages
        case numaNodes = "numa_nodes"
        case cores
        case logicalCPUs = "logical_cpus"
        case caches
        case allowedCPUs = "allowed_cpus"
        case cpuQuotaCores = "cpu_quota_cores"
        case governor
        case frequencyDriver = "frequency_driver"
        case boost
        case frequencyKilohertz = "frequency_khz"
        case virtualized
        case memoryBytes = "memory_bytes"
        case memoryAvailableBytes = "memory_available_bytes"
        case loadAverage = "load_average"
        case transparentHugePages = "transparent_huge_pages"
        case addressRandomization = "address_randomization"
        case isa, threads, cpus
        case boundMasks = "bound_masks"
    }
}
