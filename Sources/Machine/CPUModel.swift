internal import CPlatform

/// What the processor calls itself, and the instruction sets that can be used on it.
public struct CPUModel: Hashable, Sendable, Codable {
    /// The vendor's name for the product, or "unknown".
    public let name: String
    /// "GenuineIntel", "AuthenticAMD", on ARM the implementer's name; "unknown" when not told.
    public let vendor: String
    /// Family, model and stepping as CPUID counts them (base plus extended); on ARM the architecture, part and revision. Nil when unknown.
    public let family: Int?
    public let model: Int?
    public let stepping: Int?
    /// Microcode revision as the kernel prints it ("0xa101148"); nil when unknown. A hypervisor may show a number of its own.
    public let microcode: String?
    /// Features that the processor has and the operating system supports, spelled as in /proc/cpuinfo.
    public let features: [String]
    /// True under a hypervisor; nil when unknown.
    public let isVirtual: Bool?
    /// The hypervisor's signature ("KVMKVMKVM"); nil without one or when unknown.
    public let hypervisor: String?

    /// The processor this process runs on: CPUID where there is one, /proc/cpuinfo for the rest.
    public static func detect() -> CPUModel { detect(cpuinfo: SmallFile.read("/proc/cpuinfo", limit: 1 << 16).text ?? "") }

    package static func detect(cpuinfo text: String) -> CPUModel {
        var identity = zd_cpu_identity()
        zd_read_cpu_identity(&identity)
        let features = (0..<zd_cpu_feature_count()).filter { zd_cpu_feature_usable($0) == 1 }.map { String(cString: zd_cpu_feature_name($0)) }
        let brand = string(identity.brand)
        let vendor = string(identity.vendor)
        let hypervisor = string(identity.hypervisor)
        let info = CPUInfo.parse(text)
        return CPUModel(
            name: brand ?? info.name ?? "unknown", vendor: vendor ?? info.vendor ?? "unknown",
            family: identity.family >= 0 ? Int(identity.family) : info.family, model: identity.model >= 0 ? Int(identity.model) : info.model,
            stepping: identity.stepping >= 0 ? Int(identity.stepping) : info.stepping, microcode: info.microcode, features: features,
            isVirtual: identity.under_hypervisor < 0 ? nil : identity.under_hypervisor == 1, hypervisor: hypervisor)
    }

    /// Text in a C array; nil when empty.
    private static func string<T>(_ array: T) -> String? {
        let text = withUnsafeBytes(of: array) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let clean = trimmed(text)
        return clean.isEmpty ? nil : clean
    }
}
