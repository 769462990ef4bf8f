extension PinningPlan {
    /// The allowed CPUs in the order in which threads get them.
    ///
    /// First one CPU of every core, then the cores' second hardware threads: two threads on one core share its vector units. Within
    /// that, fastest core kind first; then package by package and NUMA node by node, so that a small team shares a last-level cache
    /// and one memory; the package (node) with more fast allowed cores comes first. hwloc's core order last, which keeps cores under
    /// one cache together.
    public static func order(_ topology: Topology) -> [Int] {
        let allowed = Set(topology.allowedCPUs)
        let cores = topology.allowedCores
        let ranks = topology.speedRanks
        func rank(_ core: Topology.Core) -> Int { core.kind.map { ranks[$0] } ?? 0 }
        let fastest = cores.map(rank).min() ?? 0
        let fast = cores.filter { rank($0) == fastest }
        var inPackage: [Int: Int] = [:]
        var inNode: [Int: Int] = [:]
        for core in fast {
            inPackage[core.package, default: 0] += 1
            inNode[core.numaNode, default: 0] += 1
        }
        let places = cores.flatMap { core in
            core.pus.filter(allowed.contains).enumerated().map { sibling, cpu in
                let key = [
                    sibling, rank(core), -inPackage[core.package, default: 0], core.package, -inNode[core.numaNode, default: 0],
                    core.numaNode, core.index,
                ]
                return (key, cpu)
            }
        }
        return places.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
}
