/// A CPU: what it is, what was measured on it, and under which conditions.
public struct CPUProfile: Hashable, Sendable, Codable {
    public var header: ProfileHeader
    public var cpu: CPU
    public var topology: Topology
    public var memoryBytes: UInt64
    public var measured: CPUMeasurements
    public var environment: Environment

    public struct CPU: Hashable, Sendable, Codable {
        public var vendor: String
        public var name: String
        /// Nil where the architecture has no such number.
        public var family: Int?
        public var model: Int?
        public var stepping: Int?
        public var features: [String]
        /// "unknown" where it cannot be read.
        public var microcode: String

        public init(vendor: String, name: String, family: Int?, model: Int?, stepping: Int?, features: [String], microcode: String) {
            self.vendor = vendor
            self.name = name
            self.family = family
            self.model = model
            self.stepping = stepping
            self.features = features
            self.microcode = microcode
        }
    }

    public struct Topology: Hashable, Sendable, Codable {
        public var packages: Int
        public var numaNodes: Int
        public var cores: Int
        /// Hardware threads.
        public var pus: Int
        /// Empty where all cores are alike.
        public var coreKinds: [CoreKind]
        public var caches: [Cache]

        public struct CoreKind: Hashable, Sendable, Codable {
            public var name: String
            public var pus: Int

            public init(name: String, pus: Int) {
                self.name = name
                self.pus = pus
            }
        }

        public struct Cache: Hashable, Sendable, Codable {
            public enum Kind: String, Hashable, Sendable, Codable { case data, instruction, unified }

            public var level: Int
            public var kind: Kind
            /// Of one cache.
            public var bytes: UInt64
            /// Caches of this level, kind and size.
            public var count: Int

            public init(level: Int, kind: Kind, bytes: UInt64, count: Int) {
                self.level = level
                self.kind = kind
                self.bytes = bytes
                self.count = count
            }
        }

        public init(packages: Int, numaNodes: Int, cores: Int, pus: Int, coreKinds: [CoreKind], caches: [Cache]) {
            self.packages = packages
            self.numaNodes = numaNodes
            self.cores = cores
            self.pus = pus
            self.coreKinds = coreKinds
            self.caches = caches
        }

        enum CodingKeys: String, CodingKey {
            case packages, cores, pus, caches
            case numaNodes = "numa_nodes"
            case coreKinds = "core_kinds"
        }
    }

    /// "unknown" is a value: what cannot be read is never left out and never fine by default.
    public struct Environment: Hashable, Sendable, Codable {
        public var kernel: String
        /// "yes", "no" or "unknown"; a word in brackets may name the hypervisor.
        public var hypervisor: String
        public var governor: String
        /// Load average over one minute when measuring began; nil when unknown.
        public var loadAverage: Double?

        public init(kernel: String, hypervisor: String, governor: String, loadAverage: Double?) {
            self.kernel = kernel
            self.hypervisor = hypervisor
            self.governor = governor
            self.loadAverage = loadAverage
        }

        enum CodingKeys: String, CodingKey {
            case kernel, hypervisor, governor
            case loadAverage = "load_average"
        }
    }

    public init(
        header: ProfileHeader, cpu: CPU, topology: Topology, memoryBytes: UInt64, measured: CPUMeasurements, environment: Environment
    ) {
        self.header = header
        self.cpu = cpu
        self.topology = topology
        self.memoryBytes = memoryBytes
        self.measured = measured
        self.environment = environment
    }

    public var name: String { header.name }

    enum CodingKeys: String, CodingKey {
        case cpu, topology, measured, environment
        case memoryBytes = "memory_bytes"
    }

    public init(from decoder: any Decoder) throws {
        header = try ProfileHeader(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        cpu = try container.decode(CPU.self, forKey: .cpu)
        topology = try container.decode(Topology.self, forKey: .topology)
        memoryBytes = try container.decode(UInt64.self, forKey: .memoryBytes)
        measured = try container.decode(CPUMeasurements.self, forKey: .measured)
        environment = try container.decode(Environment.self, forKey: .environment)
    }

    public func encode(to encoder: any Encoder) throws {
        try header.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(cpu, forKey: .cpu)
        try container.encode(topology, forKey: .topology)
        try container.encode(memoryBytes, forKey: .memoryBytes)
        try container.encode(measured, forKey: .measured)
        try container.encode(environment, forKey: .environment)
    }
}
