import Latency
import Machine
import Report
import TensorCore

/// The machine as `zendet topology` tells it to programs: sizes in bytes, rates per second, CPUs by the operating system's numbers.
struct TopologyRecord: Encodable {
    struct Core: Encodable {
        var index: Int
        var cpus: [Int]
        var package: Int
        var numa_node: Int
        var kind: Int?
    }

    struct Cache: Encodable {
        var level: Int
        var kind: String
        var bytes: UInt64
        var line_bytes: Int?
        var cpus: [Int]
    }

    struct Kind: Encodable {
        var index: Int
        var name: String?
        var cpus: [Int]
        var efficiency: Int?
        var capacity: Int?
    }

    struct Node: Encodable {
        var index: Int
        var memory_bytes: UInt64
        var cpus: [Int]
    }

    var cpu_model: String
    var cpu_vendor: String
    var family: Int?
    var model: Int?
    var stepping: Int?
    var microcode: String?
    var machine: String
    var virtualized: Bool?
    var hypervisor: String?
    var packages: Int
    var numa_nodes: [Node]
    var cores: [Core]
    var core_kinds: [Kind]
    var caches: [Cache]
    var memory_bytes: UInt64?
    var memory_available_bytes: UInt64?
    var memory_limit_bytes: UInt64?
    var allowed_cpus: [Int]
    var cpu_quota_cores: Double?
    var cpu_quota: String
    /// Instruction sets with kernels, that the processor and the operating system support.
    var isas: [String]
    var best_isa: String
    var cpu_features: [String]
    /// Where threads are pinned.
    var threads: Int
    var cpus: [Int]
    var bound_cpus: [[Int]]
    var warnings: [String]
    var peaks: [MachinePeaks]

    init(_ topology: Topology, limits: CgroupLimits, team: ThreadTeam, peaks: [MachinePeaks]) {
        let model = CPUModel.detect()
        let memory = MachineMemory.detect()
        cpu_model = model.name
        cpu_vendor = model.vendor
        family = model.family
        self.model = model.model
        stepping = model.stepping
        microcode = model.microcode
        machine = MachineFingerprint(model: model, topology: topology).identifier
        virtualized = model.isVirtual
        hypervisor = model.hypervisor
        packages = topology.packages.count
        numa_nodes = topology.numaNodes.map { Node(index: $0.osIndex, memory_bytes: $0.memoryBytes, cpus: $0.cpus) }
        cores = topology.cores.map { Core(index: $0.index, cpus: $0.pus, package: $0.package, numa_node: $0.numaNode, kind: $0.kind) }
        core_kinds = topology.coreKinds.map {
            Kind(index: $0.index, name: $0.name, cpus: $0.cpus, efficiency: $0.efficiency, capacity: $0.capacity)
        }
        caches = topology.caches.map {
            Cache(level: $0.level, kind: $0.kind.rawValue, bytes: $0.bytes, line_bytes: $0.lineBytes, cpus: $0.pus)
        }
        memory_bytes = topology.memoryBytes
        memory_available_bytes = memory.availableBytes
        memory_limit_bytes = memory.cgroupLimitBytes
        allowed_cpus = topology.allowedCPUs
        cpu_quota_cores = limits.cpuQuotaCores
        cpu_quota = limits.quotaText
        isas = InstructionSet.available.map(\.rawValue)
        best_isa = InstructionSet.best.rawValue
        cpu_features = model.features
        threads = team.count
        cpus = team.plan.cpus
        bound_cpus = team.boundCPUs
        warnings = team.plan.warnings
        self.peaks = peaks
    }

    /// The machine for a person.
    func sections() -> [Section] {
        var sections: [Section] = [.verbatim(facts()), .heading("Caches"), .table(cacheTable())]
        sections += [.heading("Pinning plan"), .table(pinningTable())]
        sections += warnings.map { Section.note($0) }
        sections += [.heading("Measured peaks, fp32"), .table(.peaks(peaks))]
        sections.append(.note("One core: the first CPU of the plan alone; all: every CPU of the plan at once. A multiply-add counts two FLOP."))
        return sections
    }

    private func facts() -> String {
        func number(_ value: Int?) -> String { value.map(String.init) ?? "unknown" }
        func bytes(_ value: UInt64?) -> String { value.map { NumberText.shortBytes(Int(clamping: $0)) } ?? "unknown" }
        let hardwareThreads = cores.reduce(0) { $0 + $1.cpus.count }
        let kinds =
            core_kinds.count < 2
            ? "one kind" : core_kinds.map { "\($0.name ?? "kind \($0.index)"): CPUs \(CPUList.text($0.cpus))" }.joined(separator: "; ")
        var lines = [
            ("processor", "\(cpu_model) (\(cpu_vendor), family \(number(family)) model \(number(model)) stepping \(number(stepping)), microcode \(microcode ?? "unknown"))"),
            ("hypervisor", virtualized == nil ? "unknown" : virtualized == true ? hypervisor ?? "yes" : "none"),
            ("packages", "\(packages)"),
            ("NUMA nodes", numa_nodes.map { "node \($0.index): \(bytes($0.memory_bytes)), CPUs \(CPUList.text($0.cpus))" }.joined(separator: "; ")),
            ("cores", "\(counted(cores.count, "core")), \(counted(hardwareThreads, "hardware thread")), \(kinds)"),
            ("memory", "\(bytes(memory_bytes)), available \(bytes(memory_available_bytes)), control-group limit \(memory_limit_bytes.map { bytes($0) } ?? "none")"),
            ("allowed CPUs", CPUList.text(allowed_cpus)),
            ("CPU quota", cpu_quota_cores.map { "\(NumberText.fixed($0, places: 2)) cores" } ?? cpu_quota),
            ("instruction sets", isas.joined(separator: ", ") + " (kernels, with operating-system support)"),
        ]
        let named = ["avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16"].filter(cpu_features.contains)
        if !named.isEmpty { lines.append(("also there", named.joined(separator: ", "))) }
        lines.append(("fingerprint", machine))
        return aligned(lines)
    }

    private func cacheTable() -> Table {
        var table = Table([
            .number("level", key: "level"), .text("kind", key: "kind"), .number("size", unit: "KiB", key: "bytes", scale: 1024),
            .number("line", unit: "B", key: "line_bytes"), .text("shared by CPUs", key: "cpus"),
        ])
        for cache in caches {
            table.append([
                .integer(cache.level), .text(cache.kind), .integer(Int(clamping: cache.bytes)), .integer(optional: cache.line_bytes),
                .text(CPUList.text(cache.cpus)),
            ])
        }
        return table
    }

    private func pinningTable() -> Table {
        var table = Table([
            .number("thread", key: "thread"), .number("CPU", key: "cpu"), .number("core", key: "core"), .number("package", key: "package"),
            .number("NUMA node", key: "numa_node"), .text("mask read back", key: "mask"),
        ])
        for (thread, cpu) in cpus.enumerated() {
            let core = cores.first { $0.cpus.contains(cpu) }
            table.append([
                .integer(thread), .integer(cpu), .integer(optional: core?.index), .integer(optional: core?.package),
                .integer(optional: core?.numa_node), .text(CPUList.text(bound_cpus[thread])),
            ])
        }
        return table
    }
}
