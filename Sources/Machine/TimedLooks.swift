internal import CPlatform

/// Looks at a team's cores some thousand times a second while its members work: between pieces of work, and where one is long a timer interrupts it.
///
/// What is seen before and behind a piece of work says little of a long one: where quiet moments are some milliseconds long, two of them lie often around a busy
/// one. A look takes some 15 microseconds and is known to the nanosecond, so it can be taken off the work's time.
///
/// For one job at a time, in which every member calls ``start(_:)``, ``pass()`` between pieces of work, and ``stop(_:)``; then ``seen()``.
public final class TimedLooks: @unchecked Sendable {
    /// Between pieces of work; twice as long within one. A twentieth of the time goes into looks.
    private static let intervalNanoseconds: UInt64 = 300_000
    /// Enough for two seconds; the last look is taken in any case.
    private static let mostLooks = 8192

    private let team: ThreadTeam
    /// Of a member one behind the other; each is written by its member alone, and read behind the job.
    private let rooms: UnsafeMutableBufferPointer<zd_look>
    private let counts: MemberValues<Int>
    /// What an interruption takes beside the look in it, of each member.
    private var interruptionNanoseconds: [Double]

    /// Learns what the cores do undisturbed, and what an interruption takes, where the team does not know it yet.
    public init(_ team: ThreadTeam) {
        self.team = team
        rooms = .allocate(capacity: team.count * Self.mostLooks)
        rooms.initialize(repeating: zd_look())
        counts = MemberValues(count: team.count, repeating: 0)
        CoreWatch(team).learn()
        interruptionNanoseconds = team.widths.interruptionNanoseconds.withLock { $0 } ?? []
        guard interruptionNanoseconds.isEmpty else { return }
        interruptionNanoseconds = measureInterruptions()
        team.widths.interruptionNanoseconds.withLock { $0 = interruptionNanoseconds }
    }

    deinit { rooms.deallocate() }

    /// Called by every member before its work.
    @inline(never)
    public func start(_ member: Int) {
        zd_begin_looks(rooms.baseAddress! + member * Self.mostLooks, Int32(Self.mostLooks), Self.intervalNanoseconds)
    }

    /// Called by a member between pieces of its work, outside of what is timed: looks if it is time to.
    @inline(never)
    public func pass() { zd_pass_look() }

    /// Called by every member behind its work.
    @inline(never)
    public func stop(_ member: Int) { counts[member] = Int(zd_end_looks()) }

    /// What the members saw in the job. Asked once for a job: it counts for what is known of the cores.
    public func seen() -> [Seen] {
        let looks = (0..<team.count).map { Array(rooms[($0 * Self.mostLooks)..<($0 * Self.mostLooks + counts[$0])]) }
        for (member, looks) in looks.enumerated() { team.widths.see(looks.map(\.width), of: member) }
        let shares = team.widths.shares(looks.map { $0.map(\.width) })
        return looks.indices.map { member in
            Seen(
                begins: looks[member].map(\.begin_ns), ends: looks[member].map(\.end_ns), shares: shares[member],
                gigahertz: looks[member].map { $0.kilohertz > 0 ? Double($0.kilohertz) / 1e6 : nil }, interruptionNanoseconds: interruptionNanoseconds[member])
        }
    }

    /// A piece of a member's work.
    public struct Work: Hashable, Sendable {
        /// Its time without the looks in it.
        public var nanoseconds: UInt64
        /// The member's share of its core meanwhile: the least of those at the looks before it and behind it and of the mean of those in it; nil where it is not known before, behind, or at any
        /// look in it. It is 0 where what is taken off is more than a tenth of what is left: an interruption is known to some microseconds only, and what is too short a time must not
        /// pass for a fast one.
        public var coreShare: Double?
        /// The core's clock, the mean of these looks; nil where its cycles cannot be counted.
        public var gigahertz: Double?
    }

    /// One member's looks in their order.
    public struct Seen: Sendable {
        var begins: [UInt64]
        var ends: [UInt64]
        /// Of its core, at most 1; nil where that is not known.
        var shares: [Double?]
        /// The core's clock; nil where its cycles cannot be counted.
        var gigahertz: [Double?]
        var interruptionNanoseconds: Double

        /// What is known of work between two readings of the clock, see ``Work``.
        public func work(from begin: UInt64, to end: UInt64) -> Work {
            let first = Self.count(in: begins) { $0 < begin }
            let behind = Self.count(in: begins) { $0 < end }
            let taken = (first..<behind).reduce(0.0) { $0 + Double(ends[$1] - begins[$1]) + interruptionNanoseconds }
            let nanoseconds = max(Double(end - begin) - taken, 0)
            let clocks = (max(first - 1, 0)..<min(behind + 1, gigahertz.count)).compactMap { gigahertz[$0] }
            let clock = clocks.isEmpty ? nil : clocks.reduce(0, +) / Double(clocks.count)
            guard taken * 10 <= nanoseconds else { return Work(nanoseconds: UInt64(nanoseconds), coreShare: 0, gigahertz: clock) }
            var around = [first - 1, behind].filter(shares.indices.contains).map { shares[$0] }
            if first < behind {
                let within = shares[first..<behind].compactMap(\.self)
                around.append(within.isEmpty ? nil : within.reduce(0, +) / Double(within.count))
            }
            let known = around.compactMap(\.self)
            return Work(nanoseconds: UInt64(nanoseconds), coreShare: known.count == around.count ? known.min() : nil, gigahertz: clock)
        }

        /// How many of them, which rise, are so.
        private static func count(in times: [UInt64], _ isBefore: (UInt64) -> Bool) -> Int {
            var (low, high) = (0, times.count)
            while low < high {
                let middle = (low + high) / 2
                if isBefore(times[middle]) { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// Reads the clock again and again, and holds the gaps against the looks in them.
    private func measureInterruptions() -> [Double] {
        let room = 256
        let gaps = MemberValues<UInt64>(count: team.count * room * 2, repeating: 0)
        team.run { member in
            self.start(member)
            var last = zd_now_ns()
            let end = last + 30_000_000
            var place = member * room
            while last < end {
                let now = zd_now_ns()
                if now - last > 5000, place < (member + 1) * room {
                    gaps[2 * place] = last
                    gaps[2 * place + 1] = now
                    place += 1
                }
                last = now
            }
            self.stop(member)
        }
        return (0..<team.count).map { member in
            let own = (0..<room).map { (gaps[2 * (member * room + $0)], gaps[2 * (member * room + $0) + 1]) }
            let rests = (0..<counts[member]).compactMap { place -> Double? in
                let look = rooms[member * Self.mostLooks + place]
                guard let gap = own.first(where: { $0.0 <= look.begin_ns && look.end_ns <= $0.1 }) else { return nil }
                return Double(gap.1 - gap.0) - Double(look.end_ns - look.begin_ns)
            }
            return rests.isEmpty ? 0 : rests.sorted()[rests.count / 2]
        }
    }
}
