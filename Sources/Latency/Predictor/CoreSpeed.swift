import CPlatform
import Machine

/// The cores' frequency beside every network: it tells a slow network from a machine that is slow just now.
///
/// By counting cycles against the clock, which needs no counter that a guest is refused. Who else uses the cores is `CoreWatch`'s to see.
package final class CoreSpeed {
    private let team: ThreadTeam
    /// The fastest so far of each member.
    private var best: [Double]

    package init(team: ThreadTeam) {
        self.team = team
        best = Array(repeating: 0, count: team.count)
    }

    /// The slowest core's speed now over its best so far, at most 1; also 1 where cycles cannot be counted.
    package func speed() -> Double {
        let speeds = MemberValues<UInt64>(count: team.count, repeating: 0)
        team.run { speeds[$0] = zd_probe_kilohertz() }
        var least = 1.0
        for (member, speed) in speeds.array.map(Double.init).enumerated() where speed > 0 {
            best[member] = max(best[member], speed)
            least = min(least, speed / best[member])
        }
        return least
    }
}
