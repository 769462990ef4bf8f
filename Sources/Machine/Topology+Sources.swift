internal import CHwloc
internal import CPlatform
import Glibc

extension Topology {
    /// The machine this process runs on.
    ///
    /// ``allowedCPUs`` is hwloc's allowed set (cgroup cpuset) without the CPUs that the process was not started with (taskset).
    /// - Throws: `MachineError.Code.unavailable` when hwloc fails, or when one of its environment variables replaces the machine.
    public static func detect() throws(MachineError) -> Topology {
        let hwloc = try HwlocTopology(place: "this machine") { topology in
            // Disallowed CPUs stay visible: a person should see what the container hides.
            configure(topology, flags: UInt(HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED.rawValue))
        }
        guard hwloc_topology_is_thissystem(hwloc.handle) != 0 else {
            throw MachineError(
                .unavailable, "hwloc describes another machine because HWLOC_XMLFILE or HWLOC_SYNTHETIC is set; unset it to use this machine")
        }
        return try hwloc.snapshot(
            origin: .thisMachine, place: "this machine", startedWith: try AffinityMask.atStart(), memoryBytes: MachineMemory.detect().totalBytes)
    }

    /// A machine described by an hwloc XML file (`lstopo file.xml`).
    ///
    /// - Throws: `MachineError` naming the file when it is missing, not hwloc XML, or without CPUs.
    public static func load(xml path: String) throws(MachineError) -> Topology {
        guard access(path, R_OK) == 0 else {
            throw MachineError(.missingFile, "topology file \(path): \(systemText(errno)); an hwloc XML file was expected")
        }
        let place = "topology file \(path)"
        let hwloc = try HwlocTopology(place: place) { topology in
            let code = configure(topology, flags: UInt(HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED.rawValue))
            return code == 0 ? hwloc_topology_set_xml(topology, path) : code
        }
        return try hwloc.snapshot(origin: .xml(path: path), place: place)
    }

    /// A machine in hwloc's short notation, for example "pack:2 core:4 pu:2".
    ///
    /// - Throws: `MachineError.malformed` when hwloc does not accept it or it has more than 8192 CPUs.
    public static func synthetic(_ description: String) throws(MachineError) -> Topology {
        let place = "synthetic topology \"\(description)\""
        // hwloc builds what it is told: a product in the billions would take the memory before any answer.
        let size = description.split(separator: " ").reduce(1.0) { product, level in
            let digits = level.drop { $0 != ":" }.dropFirst().prefix { $0.isNumber }
            return product * (Double(digits.isEmpty ? level.prefix { $0.isNumber } : digits) ?? 1)
        }
        guard size <= 8192 else { throw MachineError(.malformed, "\(place) has more than 8192 CPUs, the most that Linux knows") }
        let hwloc = try HwlocTopology(place: place) { topology in
            let code = configure(topology, flags: 0)
            return code == 0 ? hwloc_topology_set_synthetic(topology, description) : code
        }
        return try hwloc.snapshot(origin: .synthetic(description), place: place)
    }

    /// Instruction caches are off by default in hwloc.
    private static func configure(_ topology: hwloc_topology_t, flags: UInt) -> Int32 {
        let code = hwloc_topology_set_icache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL)
        return code == 0 ? hwloc_topology_set_flags(topology, flags) : code
    }
}
