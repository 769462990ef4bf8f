import CPlatform
import Testing

@testable import Machine

@Suite struct CoreWidthsTests {
    @Test func aShareIsOfTheMostThatTheCoreEverDid() {
        let widths = CoreWidths(count: 2)
        #expect(widths.leastShare([3000, 3000]) == nil)
        widths.see([4000, 2000])
        widths.see([1000, 0])
        #expect(widths.leastShare([4000, 2000]) == 1)
        #expect(widths.leastShare([2000, 1900]) == 0.5)
        #expect(widths.leastShare([4000, 1500]) == 0.75)
        #expect(widths.leastShare([4000, 0]) == nil)
        #expect(widths.leastShare([]) == nil)
    }

    /// The widest of some readings is what the core can do: between one and a dozen additions a cycle on any processor there is.
    @Test func aCoreAddsMoreThanOnceACycle() {
        #if arch(x86_64) || arch(arm64)
            let widest = (0..<2000).map { _ in zd_probe_width() }.max() ?? 0
            #expect(widest > 1000 && widest < 12_000, "\(widest) thousandths of an addition a cycle")
        #else
            #expect(zd_probe_width() == 0)
        #endif
    }

    @Test func looksAreKeptByPlaceAndMember() throws {
        let team = try ThreadTeam(plan: .make(.detect(), threads: 1))
        let watch = CoreWatch(team)
        watch.begin(looks: 50)
        team.run { member in for place in 0..<40 { watch.look(place, member: member) } }
        let shares = watch.shares
        #expect(shares.count == 50 && shares[40...].allSatisfy { $0 == nil })
        #if arch(x86_64) || arch(arm64)
            #expect(shares.compactMap(\.self).max() == 1)
        #endif
        watch.begin(looks: 1)
        #expect(watch.shares == [nil])
    }

    /// Readings between runs tell of the cores as well.
    @Test func marksTellTheShares() throws {
        let team = try ThreadTeam(plan: .make(.detect(), threads: 1))
        let marks = TeamMarks(team)
        marks.begin(runs: 60, each: 1)
        team.run { member in for run in 0...60 { marks.pass(run, member: member) } }
        let deltas = try #require(marks.end()).deltas
        #expect(deltas.count == 60)
        #if arch(x86_64) || arch(arm64)
            #expect(deltas.contains { $0.delta.coreShareBefore == 1 || $0.delta.coreShareAfter == 1 })
        #endif
    }
}
