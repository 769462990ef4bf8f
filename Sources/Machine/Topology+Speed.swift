extension Topology {
    /// How fast a kind of core is: 0 for the fastest, and the same number for kinds that do not differ in earnest.
    ///
    /// Ranks by Linux' cpu_capacity where every kind has one, else by hwloc's efficiency, else calls all equal. Capacities within
    /// 10 % are one rank: hwloc before 2.13 reports kinds on AMD processors whose cores differ only in their highest boost clock.
    /// - Returns: one rank per entry of ``coreKinds``.
    public var speedRanks: [Int] {
        let capacities = coreKinds.compactMap(\.capacity)
        let efficiencies = coreKinds.compactMap(\.efficiency)
        if capacities.count == coreKinds.count { return ranks(capacities.map(Double.init), tolerance: 0.1) }
        if efficiencies.count == coreKinds.count { return ranks(efficiencies.map(Double.init), tolerance: 0) }
        return coreKinds.map { _ in 0 }
    }

    /// The speed rank of a core, 0 the fastest.
    public func speedRank(of core: Core) -> Int { core.kind.map { speedRanks[$0] } ?? 0 }

    private func ranks(_ speeds: [Double], tolerance: Double) -> [Int] {
        var result = speeds.map { _ in 0 }
        var rank = -1
        var head = Double.infinity
        for index in speeds.indices.sorted(by: { speeds[$0] > speeds[$1] }) {
            // A rank holds everything within the tolerance of its fastest member.
            if rank < 0 || speeds[index] < head * (1 - tolerance) {
                rank += 1
                head = speeds[index]
            }
            result[index] = rank
        }
        return result
    }
}
