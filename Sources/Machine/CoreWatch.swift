internal import CPlatform

/// Looks at a team's cores within a job, to tell whether each member has its core for itself just then.
///
/// What ``TeamMarks`` read between runs is read here alone, some 15 microseconds, so that it can be done between the steps of one run.
/// For one job at a time: ``begin(looks:)``, the job, ``shares``.
public final class CoreWatch: @unchecked Sendable {
    private let team: ThreadTeam
    /// Of a member one behind the other; each is written by its member alone, and read behind the job.
    private var widths = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: 0)
    private var looks = 0

    public init(_ team: ThreadTeam) { self.team = team }

    deinit { widths.deallocate() }

    /// Makes room for this many looks.
    public func begin(looks: Int) {
        widths.deallocate()
        widths = .allocate(capacity: looks * team.count)
        widths.initialize(repeating: 0)
        self.looks = looks
    }

    /// Called by every member, outside of what is timed.
    ///
    /// - Precondition: `place` is one of the looks there is room for.
    @inline(never)
    public func look(_ place: Int, member: Int) {
        precondition(place < looks, "look \(place) of \(looks)")
        widths[member * looks + place] = zd_probe_width()
    }

    /// Looks for a tenth of a second, so that what the cores do undisturbed is known before anything is judged by it. Once in a team's life.
    public func learn() {
        guard team.widths.beginsLearning() else { return }
        let looks = 5000
        begin(looks: looks)
        team.run { member in
            for place in 0..<looks { look(place, member: member) }
        }
        _ = memberShares()
    }

    /// For each look but the last the smaller share of it and the next one, see ``shares()``: what is known of what ran between the two. Nil where one of them
    /// could not tell.
    public func sharesBetween() -> [Double?] {
        let shares = shares()
        return zip(shares, shares.dropFirst()).map { before, after in
            guard let before, let after else { return nil }
            return min(before, after)
        }
    }

    /// The least part of its core that a member had at each look, see ``MachineDelta/coreShareBefore``; nil where that is not known of one.
    public func shares() -> [Double?] { CoreWidths.least(memberShares()) }

    /// As [member][look]. Asked once for a job: what was seen counts for what is known of the cores.
    private func memberShares() -> [[Double?]] {
        let rows = (0..<team.count).map { Array(widths[($0 * looks)..<(($0 + 1) * looks)]) }
        for (member, row) in rows.enumerated() { team.widths.see(row, of: member) }
        return team.widths.shares(rows)
    }
}
