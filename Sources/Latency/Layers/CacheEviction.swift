import Inference
import Machine
import TensorCore

/// Fills the near caches of a team with data of no use, as other layers do between two runs of one.
package final class CacheEviction: Sendable {
    private let team: ThreadTeam
    private let isa: InstructionSet
    private let buffers: [FloatBuffer]

    /// - Parameter bytes: what is read in all, shared out among the members.
    package init(team: ThreadTeam, isa: InstructionSet, bytes: Int) {
        self.team = team
        self.isa = isa
        let count = max(bytes / 4 / team.count / 64 * 64, 64)
        buffers = (0..<team.count).map { _ in FloatBuffer(count: count) }
    }

    /// A quarter of the last-level caches of the team's CPUs, and at least twice their second-level caches.
    ///
    /// Without it, layers with many weights come out too fast, since in a network their weights were pushed out to memory. With all of the
    /// last-level cache evicted they come out too slow for networks that fit in it.
    package convenience init(team: ThreadTeam, isa: InstructionSet, topology: Topology?) {
        let reached = topology?.caches.filter { cache in cache.kind != .instruction && cache.pus.contains(where: team.plan.cpus.contains) } ?? []
        let last = reached.map(\.level).max()
        let cached = reached.filter { $0.level == last }.reduce(0.0) { $0 + Double($1.bytes) }
        let near = Double(2 * CacheSizes.ofThisMachine.level2 * team.count)
        self.init(team: team, isa: isa, bytes: Int(min(max(cached / 4, near), Double(1 << 30))))
    }

    package func evict() {
        let sinks = MemberValues<Float>(count: team.count, repeating: 0)
        team.run { member in
            sinks[member] = PeakKernel.read(isa, buffers[member].base, count: buffers[member].count)
        }
    }
}
