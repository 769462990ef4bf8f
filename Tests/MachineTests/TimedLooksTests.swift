import CPlatform
import Testing

@testable import Machine

@Suite struct TimedLooksTests {
    static let seen = TimedLooks.Seen(
        begins: [100, 1000, 2000, 3000, 4000], ends: [110, 1010, 2020, 3010, 4010], shares: [1, 1, 0.5, 1, nil], gigahertz: [3, 3.1, 2.9, nil, 3],
        interruptionNanoseconds: 2)

    /// What is between two looks is as good as the two, and has nothing taken off.
    @Test func workBetweenLooks() {
        let work = Self.seen.work(from: 200, to: 900)
        #expect(work.nanoseconds == 700 && work.coreShare == 1)
        #expect(Self.seen.work(from: 1500, to: 1600).coreShare == 0.5)
        #expect(Self.seen.work(from: 3500, to: 3600).coreShare == nil)
    }

    /// Looks in it are taken off with their interruptions, and tell of it as well.
    @Test func workWithLooksInIt() {
        let work = Self.seen.work(from: 500, to: 2500)
        #expect(work.nanoseconds == 2000 - (10 + 2) - (20 + 2) && work.coreShare == 0.75)
        #expect(Self.seen.work(from: 50, to: 900).nanoseconds == 850 - 12)
        #expect(Self.seen.work(from: 3100, to: 9000).coreShare == nil)
        #expect(Self.seen.work(from: 995, to: 1011).nanoseconds == 16 - 12)
        // What is taken off is known to some microseconds, so that a short rest is not known well.
        #expect(Self.seen.work(from: 995, to: 1011).coreShare == 0 && Self.seen.work(from: 895, to: 1027).coreShare == 0.5)
        #expect(Self.seen.work(from: 897, to: 1027).coreShare == 0)
        // Never below nothing.
        #expect(Self.seen.work(from: 999, to: 1001).nanoseconds == 0)
    }

    /// The mean of the looks before it, behind it and in it, as far as they could tell.
    @Test func theClockOfWork() throws {
        let clocks = try [(200, 900), (1500, 1600), (500, 2500), (2500, 2600), (50, 90), (5000, 6000)].map { begin, end in
            try #require(Self.seen.work(from: begin, to: end).gigahertz)
        }
        #expect(zip(clocks, [3.05, 3, 3, 2.9, 3, 3]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(clocks)")
        let unknown = TimedLooks.Seen(begins: [100], ends: [110], shares: [nil], gigahertz: [nil], interruptionNanoseconds: 2)
        #expect(unknown.work(from: 200, to: 900).gigahertz == nil)
    }

    /// The timer interrupts a member that does nothing but compute, and what is left of its time is the time of the work.
    @Test(arguments: [1, 2]) func membersAreInterrupted(_ threads: Int) throws {
        let plan = try PinningPlan.make(.detect(), threads: threads)
        let team = try ThreadTeam(plan: plan)
        let looks = TimedLooks(team)
        let times = MemberValues<UInt64>(count: 2 * threads, repeating: 0)
        team.run { member in
            looks.start(member)
            times[2 * member] = zd_now_ns()
            while zd_now_ns() < times[2 * member] + 20_000_000 {}
            times[2 * member + 1] = zd_now_ns()
            looks.stop(member)
        }
        let all = looks.seen()
        for (member, seen) in all.enumerated() {
            #expect(seen.begins.count >= 10, "20 ms hold some sixty looks")
            #expect(zip(seen.begins, seen.ends).allSatisfy { $0 < $1 } && zip(seen.ends, seen.begins.dropFirst()).allSatisfy { $0 <= $1 })
            let (begin, end) = (times[2 * member], times[2 * member + 1])
            #expect(seen.begins.first! <= begin && seen.begins.last! >= end)
            let work = seen.work(from: begin, to: end)
            #expect(work.nanoseconds < end - begin && work.nanoseconds > (end - begin) / 4)
            #expect((zd_probe_kilohertz() > 0) == (work.gigahertz != nil) && work.gigahertz.map { $0 > 0.1 && $0 < 10 } ?? true)
            // A disturbed interruption may take long; the half of them cannot.
            #expect(seen.interruptionNanoseconds >= 0 && seen.interruptionNanoseconds < 1e6)
        }
        // Whoever looks no more is not interrupted any more.
        team.run { member in
            let until = zd_now_ns() + 2_000_000
            while zd_now_ns() < until {}
        }
        #expect(looks.seen().map(\.begins) == all.map(\.begins))
    }
}
