internal import CHwloc

extension HwlocTopology {
    /// Copies the loaded topology into a value.
    ///
    /// - Parameters:
    ///   - startedWith: CPUs that the process was started with; nil for a machine that is not this one.
    ///   - memoryBytes: the kernel's own total. Linux may initialize memory lazily and then reports, per node, only what it has
    ///     initialized so far; hwloc reads that. So the total of /proc/meminfo is preferred, and stands for a node that is alone.
    func snapshot(
        origin: Topology.Origin, place: String, startedWith: [Int]? = nil, memoryBytes: UInt64? = nil
    ) throws(MachineError) -> Topology {
        let pus = objects(HWLOC_OBJ_PU)
        guard !pus.isEmpty else { throw MachineError(.malformed, "\(place) has no CPUs (PU objects); at least one was expected") }
        let cpus = pus.map { Int($0.pointee.os_index) }
        guard Set(cpus).count == cpus.count else { throw MachineError(.malformed, "\(place) has two CPUs with the same number") }
        let packages = packageList(all: cpus.sorted())
        let nodes = nodeList(memoryBytes: memoryBytes)
        guard !nodes.isEmpty else { throw MachineError(.malformed, "\(place) has no NUMA node; at least one was expected") }
        let kinds = kindList(online: Set(cpus))
        let total = hwloc_get_root_obj(handle).map { $0.pointee.total_memory } ?? 0
        let cores = coreList(pus: pus, packages: packages, nodes: nodes, kinds: kinds)
        guard Set(cores.flatMap(\.pus)) == Set(cpus) else { throw MachineError(.malformed, "\(place) has CPUs that belong to no core") }
        let start = startedWith.map(Set.init)
        let allowed = indices(hwloc_topology_get_allowed_cpuset(handle)).filter { cpus.contains($0) && start?.contains($0) ?? true }
        return Topology(
            origin: origin, packages: packages, numaNodes: nodes, cores: cores, caches: cacheList(), coreKinds: kinds,
            memoryBytes: memoryBytes ?? (total > 0 ? total : nil), allowedCPUs: allowed)
    }

    private func packageList(all: [Int]) -> [Topology.Package] {
        let found = objects(HWLOC_OBJ_PACKAGE)
        if found.isEmpty { return [.init(index: 0, cpus: all, model: nil)] }
        return found.enumerated().map { index, object in
            let model = info(object.pointee.infos, object.pointee.infos_count, "CPUModel").map { trimmed($0) }
            return .init(index: index, cpus: indices(object.pointee.cpuset), model: model)
        }
    }

    private func nodeList(memoryBytes: UInt64?) -> [Topology.NUMANode] {
        let found = objects(HWLOC_OBJ_NUMANODE)
        return found.enumerated().map { index, object in
            let reported = object.pointee.attr.pointee.numanode.local_memory
            return .init(
                index: index, osIndex: Int(object.pointee.os_index), cpus: indices(object.pointee.cpuset),
                memoryBytes: found.count == 1 ? memoryBytes ?? reported : reported)
        }
    }

    private func kindList(online: Set<Int>) -> [Topology.CoreKind] {
        (0..<max(hwloc_cpukinds_get_nr(handle, 0), 0)).map { index in
            let set = hwloc_bitmap_alloc()
            defer { hwloc_bitmap_free(set) }
            var efficiency: Int32 = -1
            var count: UInt32 = 0
            var infos: UnsafeMutablePointer<hwloc_info_s>?
            hwloc_cpukinds_get_info(handle, UInt32(index), set, &efficiency, &count, &infos, 0)
            return .init(
                index: Int(index), name: info(infos, count, "CoreType"), cpus: indices(set).filter(online.contains),
                efficiency: efficiency >= 0 ? Int(efficiency) : nil, capacity: info(infos, count, "LinuxCapacity").flatMap { Int($0) })
        }
    }

    private func coreList(
        pus: [hwloc_obj_t], packages: [Topology.Package], nodes: [Topology.NUMANode], kinds: [Topology.CoreKind]
    ) -> [Topology.Core] {
        let found = objects(HWLOC_OBJ_CORE)
        // A machine without core objects (some virtual machines): every CPU is a core of its own.
        let sets = found.isEmpty ? pus.map { [Int($0.pointee.os_index)] } : found.map { indices($0.pointee.cpuset) }
        return sets.filter { !$0.isEmpty }.enumerated().map { index, cpus in
            .init(
                index: index, pus: cpus, package: packages.firstIndex { $0.cpus.contains(cpus[0]) } ?? 0,
                numaNode: nodes.firstIndex { $0.cpus.contains(cpus[0]) } ?? 0, kind: kinds.firstIndex { $0.cpus.contains(cpus[0]) })
        }
    }

    private func cacheList() -> [Topology.Cache] {
        let types = [
            HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L2ICACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L3ICACHE,
            HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE,
        ]
        return types.flatMap { objects($0) }.map { object in
            let cache = object.pointee.attr.pointee.cache
            let kind: Topology.Cache.Kind =
                switch cache.type {
                case HWLOC_OBJ_CACHE_DATA: .data
                case HWLOC_OBJ_CACHE_INSTRUCTION: .instruction
                default: .unified
                }
            return .init(
                level: Int(cache.depth), kind: kind, bytes: cache.size, lineBytes: cache.linesize > 0 ? Int(cache.linesize) : nil,
                pus: indices(object.pointee.cpuset))
        }
    }
}
