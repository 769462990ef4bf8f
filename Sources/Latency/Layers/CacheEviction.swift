import Inference
import Machine
import TensorCore

/// Fills the caches that a team reaches with data of no use.
package final class CacheEviction: Sendable {
    /// Most bytes that are read. Caches beyond it stay partly warm, as they do in a network: few backbones are larger.
    package static let largestBytes = 64 << 20

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

    /// Twice the last-level caches of the team's CPUs: one pass then replaces all of them under the usual policies.
    package convenience init(team: ThreadTeam, isa: InstructionSet, topology: Topology?) {
        let reached = topology?.caches.filter { cache in cache.kind != .instruction && cache.pus.contains(where: team.plan.cpus.contains) } ?? []
        let last = reached.map(\.level).max()
        let cached = reached.filter { $0.level == last }.reduce(0.0) { $0 + Double($1.bytes) }
        let wanted = cached > 0 ? 2 * cached : Double(Self.largestBytes)
        self.init(team: team, isa: isa, bytes: Int(min(wanted, Double(Self.largestBytes))))
    }

    package func evict() {
        let sinks = MemberValues<Float>(count: team.count, repeating: 0)
        team.run { member in
            sinks[member] = PeakKernel.read(isa, buffers[member].base, count: buffers[member].count)
        }
    }
}
