/// What the machine is made of, as a value: packages, NUMA nodes, cores, caches and the CPUs this process may use.
///
/// "CPU" means one hardware thread (hwloc's PU), named by the operating system's number. Every list is in hwloc's logical order,
/// in which neighbours share caches. A description without packages or cores gets one implied package, and one core per CPU.
public struct Topology: Hashable, Sendable {
    /// Where the description came from.
    public enum Origin: Hashable, Sendable {
        case thisMachine
        case xml(path: String)
        case synthetic(String)
    }

    /// A processor package (socket).
    public struct Package: Hashable, Sendable {
        /// Index in ``Topology/packages``.
        public let index: Int
        public let cpus: [Int]
        /// The vendor's name for it; nil when unknown.
        public let model: String?
    }

    /// A NUMA node: memory with the CPUs next to it.
    public struct NUMANode: Hashable, Sendable {
        /// Index in ``Topology/numaNodes``.
        public let index: Int
        /// The operating system's number.
        public let osIndex: Int
        public let cpus: [Int]
        /// Memory of the node in bytes; 0 where a node has none.
        public let memoryBytes: UInt64
    }

    /// A physical core with its hardware threads.
    public struct Core: Hashable, Sendable {
        /// Index in ``Topology/cores``.
        public let index: Int
        /// The core's CPUs; more than one under SMT.
        public let pus: [Int]
        /// Index in ``Topology/packages``.
        public let package: Int
        /// Index in ``Topology/numaNodes``; the first where several nodes are equally near (HBM beside DRAM).
        public let numaNode: Int
        /// Index in ``Topology/coreKinds``; nil when the machine does not tell kinds apart.
        public let kind: Int?
    }

    /// One cache and the CPUs that share it.
    public struct Cache: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable { case unified, data, instruction }
        public let level: Int
        public let kind: Kind
        public let bytes: UInt64
        /// Bytes of one line; nil when unknown.
        public let lineBytes: Int?
        public let pus: [Int]
    }

    /// A kind of core (performance, efficiency), slowest first as hwloc ranks them.
    public struct CoreKind: Hashable, Sendable {
        /// Index in ``Topology/coreKinds``.
        public let index: Int
        /// The name the system gives ("IntelCore", "IntelAtom"); nil when it gives none.
        public let name: String?
        public let cpus: [Int]
        /// hwloc's rank, higher is faster; nil when hwloc could not rank. A hint: hwloc 2.9 sees kinds on some AMD processors
        /// that differ only in boost clock.
        public let efficiency: Int?
        /// Linux' cpu_capacity, 1024 for the fastest CPU; nil when unknown.
        public let capacity: Int?
    }

    public let origin: Origin
    public let packages: [Package]
    public let numaNodes: [NUMANode]
    public let cores: [Core]
    public let caches: [Cache]
    public let coreKinds: [CoreKind]
    /// Memory of the machine in bytes; nil when unknown.
    public let memoryBytes: UInt64?
    /// CPUs this process may use, ascending: what hwloc calls allowed and, on this machine, what the process was started with.
    public let allowedCPUs: [Int]

    /// Every CPU that is online, ascending.
    public var cpus: [Int] { cores.flatMap(\.pus).sorted() }

    /// The core that has CPU `cpu`; nil when there is none.
    public func core(ofCPU cpu: Int) -> Core? { cores.first { $0.pus.contains(cpu) } }

    /// Cores with at least one allowed CPU.
    public var allowedCores: [Core] {
        let allowed = Set(allowedCPUs)
        return cores.filter { $0.pus.contains(where: allowed.contains) }
    }

    /// Whether some core has more than one hardware thread.
    public var hasSMT: Bool { cores.contains { $0.pus.count > 1 } }

    /// The data or unified cache of `level` that CPU `cpu` uses; nil when unknown.
    public func dataCache(level: Int, ofCPU cpu: Int) -> Cache? {
        caches.first { $0.level == level && $0.kind != .instruction && $0.pus.contains(cpu) }
    }
}
