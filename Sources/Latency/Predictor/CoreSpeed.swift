import Machine
import TensorCore

/// A kernel of known work that is timed beside every network: it tells a slow network from a machine that is slow just now.
///
/// The work is multiply-adds from registers on all members at once, so only the cores' own speed and who else uses them can change it.
package final class CoreSpeed {
    private let team: ThreadTeam
    private let isa: InstructionSet
    /// The best rate so far: a disturbance can only lower it.
    private var best = 0.0

    package init(team: ThreadTeam, isa: InstructionSet) {
        self.team = team
        self.isa = isa
    }

    /// The machine's speed now over the best so far, at most 1.
    package func speed() -> Double {
        let now = MultiplyAddPeak.measure(team, isa: isa, blocks: 3, blockNanoseconds: 2_000_000).median
        best = max(best, now)
        return best > 0 ? now / best : 1
    }
}
