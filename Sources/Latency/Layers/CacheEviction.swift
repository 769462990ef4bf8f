import Inference
import Machine
import TensorCore

/// Fills each member's first- and second-level caches with data of no use.
package final class CacheEviction: Sendable {
    private let team: ThreadTeam
    private let isa: InstructionSet
    private let buffers: [FloatBuffer]

    package init(team: ThreadTeam, isa: InstructionSet) {
        self.team = team
        self.isa = isa
        // Twice the cache: one pass then replaces all of it under the usual policies.
        let count = 2 * CacheSizes.ofThisMachine.level2 / 4 / 64 * 64
        buffers = (0..<team.count).map { _ in FloatBuffer(count: count) }
    }

    package func evict() {
        let sinks = MemberValues<Float>(count: team.count, repeating: 0)
        team.run { member in
            sinks[member] = PeakKernel.read(isa, buffers[member].base, count: buffers[member].count)
        }
    }
}
