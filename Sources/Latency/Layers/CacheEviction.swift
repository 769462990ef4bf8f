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

    /// As much as leaves weights in a place.
    ///
    /// For the shared cache a quarter of the last-level caches of the team's CPUs, and at least twice their second-level caches; for memory one and a half times the
    /// last-level caches, which are not always filled in the order of use.
    package convenience init(team: ThreadTeam, isa: InstructionSet, weights: WeightPlace, topology: Topology?) {
        let reached = topology?.caches.filter { cache in cache.kind != .instruction && cache.pus.contains(where: team.plan.cpus.contains) } ?? []
        let last = reached.map(\.level).max()
        let cached = reached.filter { $0.level == last }.reduce(0.0) { $0 + Double($1.bytes) }
        let near = Double(2 * CacheSizes.ofThisMachine.level2 * team.count)
        let share = weights == .memory ? 1.5 : 0.25
        self.init(team: team, isa: isa, bytes: Int(min(max(cached * share, near), Double(1 << 30))))
    }

    package func evict() {
        let sinks = MemberValues<Float>(count: team.count, repeating: 0)
        team.run { member in
            sinks[member] = PeakKernel.read(isa, buffers[member].base, count: buffers[member].count)
        }
    }
}
