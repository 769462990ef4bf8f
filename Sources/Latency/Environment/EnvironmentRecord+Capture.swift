import Machine
import TensorCore

extension EnvironmentRecord {
    /// Reads the conditions of now for a team.
    ///
    /// - Parameters:
    ///   - team: The threads; their CPUs, as bound and as asked for, are recorded.
    ///   - isa: The instruction set that runs.
    ///   - topology: The machine's cores and caches, which its fingerprint is made of.
    public static func capture(team: ThreadTeam, isa: InstructionSet, topology: Topology) -> EnvironmentRecord {
        let model = CPUModel.detect()
        let system = OperatingSystem.detect()
        let memory = MachineMemory.detect()
        let frequencies = team.plan.cpus.map { CPUFrequency.detect(cpu: $0) }
        func number(_ value: Int?) -> String { value.map(String.init) ?? unknown }
        return EnvironmentRecord(
            toolVersion: ZenDetVersion.current, swiftVersion: compilerVersion, optimization: optimizationLevel, time: UTCTime.now(),
            machine: MachineFingerprint(model: model, topology: topology).identifier, kernel: system.kernel ?? unknown,
            libc: system.libc ?? unknown, cpuModel: model.name, cpuVendor: model.vendor,
            cpuSignature: [model.family, model.model, model.stepping].map(number).joined(separator: "/"),
            microcode: model.microcode ?? unknown, cpuFeatures: model.features, packages: topology.packages.count,
            numaNodes: topology.numaNodes.count, cores: topology.cores.count, logicalCPUs: topology.cpus.count,
            caches: cacheTexts(topology), allowedCPUs: CPUList.text(topology.allowedCPUs), cpuQuotaCores: CgroupLimits.detect().quotaText,
            governor: common(frequencies.map(\.governor)), frequencyDriver: common(frequencies.map(\.driver)),
            boost: common(frequencies.map { $0.boost.map { $0 ? "on" : "off" } }), frequencyKilohertz: frequencies.map(\.currentKilohertz),
            virtualized: virtualization(model), memoryBytes: memory.totalBytes, memoryAvailableBytes: memory.availableBytes,
            loadAverage: MachineState.capture(team).loadAverage, transparentHugePages: system.transparentHugePages ?? unknown,
            addressRandomization: system.addressRandomization, isa: isa.rawValue, threads: team.count, cpus: team.plan.cpus,
            boundMasks: team.boundCPUs.map(CPUList.text))
    }

    /// The one value, the different values joined by commas, or "unknown" when one of them is.
    static func common(_ values: [String?]) -> String {
        guard !values.isEmpty, !values.contains(nil) else { return unknown }
        return Set(values.compactMap(\.self)).sorted().joined(separator: ",")
    }

    static func cacheTexts(_ topology: Topology) -> [String] {
        var counts: [(name: String, count: Int)] = []
        for cache in topology.caches {
            let name = "\(cache.bytes / 1024) KiB L\(cache.level) \(cache.kind.rawValue)"
            if let index = counts.firstIndex(where: { $0.name == name }) { counts[index].count += 1 } else { counts.append((name, 1)) }
        }
        return counts.map { "\($0.count)x\($0.name)" }
    }

    private static func virtualization(_ model: CPUModel) -> String {
        switch model.isVirtual {
        case true: "yes (\(model.hypervisor ?? unknown))"
        case false: "no"
        case nil: unknown
        }
    }

    /// The compiler tells its version only through conditions.
    static var compilerVersion: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #elseif compiler(>=6.2)
            "6.2"
        #else
            unknown
        #endif
    }

    static var optimizationLevel: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}
