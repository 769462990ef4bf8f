import CPlatform
import Machine

/// How long a team's barrier takes, which says how far apart its cores are just now.
///
/// A guest's CPUs do not stay where they are: its host moves them, and two that shared a third-level cache a minute ago may be in two parts of the processor
/// now. A line that one core wrote then takes five times as long to the other, and networks on both cores a tenth longer, while no core is any slower.
package enum BarrierTime {
    /// Nanoseconds for one barrier: of several rows of barriers the fastest, since a disturbance only adds time.
    package static func measure(_ team: ThreadTeam, rows: Int = 10, barriers: Int = 200) -> Double {
        let fastest = MemberValues<UInt64>(count: 1, repeating: .max)
        team.run { member in
            for _ in 0..<rows {
                team.barrier(member)
                let start = zd_now_ns()
                for _ in 0..<barriers { team.barrier(member) }
                if member == 0 { fastest[0] = min(fastest[0], zd_now_ns() - start) }
            }
        }
        return Double(fastest[0]) / Double(barriers)
    }
}
