import CPlatform
import Testing

@testable import Machine

@Suite struct CoreWidthsTests {
    @Test func aShareIsOfWhatTheCoreDoesUndisturbed() {
        let widths = CoreWidths(count: 2)
        #expect(widths.shares([[3000], [3000]]) == [[nil], [nil]])
        widths.see(Array(repeating: 3880, count: 10), of: 0)
        #expect(widths.shares([[3880], [1940]])[1] == [nil] && CoreWidths.least(widths.shares([[3880], [1940]])) == [nil])
        widths.see(Array(repeating: 1940, count: 10) + [1000, 0, 0], of: 1)
        let shares = CoreWidths.least(widths.shares([[3880, 1940, 3880, 3880], [1940, 1900, 1455, 0]]))
        let wanted: [Double?] = [1, 0.5, 0.75, nil]
        #expect(shares.count == wanted.count && CoreWidths.least([]).isEmpty)
        for (share, wanted) in zip(shares, wanted) {
            #expect((share == nil) == (wanted == nil))
            if let share, let wanted { #expect(abs(share - wanted) < 0.02, "\(share) for \(wanted)") }
        }
    }

    /// A core that was shared at every reading has the width of the next whole number of additions.
    @Test func aCoreThatIsAlwaysSharedIsKnownToBe() throws {
        let widths = CoreWidths(count: 1)
        widths.see((0..<1000).map { 2100 + $0 % 1300 }, of: 0)
        let share = try #require(widths.shares([[3390]])[0][0])
        #expect(share > 0.86 && share < 0.89, "\(share): 3.39 of the 3.88 additions that four units do")
        // One to twelve units, read with some noise.
        for units in 1...12 {
            let width = Double(units) * 1000 * 32 / 33
            for reading in [0.985 * width, width, width + 20] { #expect(abs(CoreWidths.whole(reading) - width) < 1e-6, "\(reading)") }
        }
    }

    /// Readings that are too large by chance do not make every other one a neighbour's; a rare quiet moment does tell what the core can do.
    @Test func fewReadingsThatAreTooLargeDoNotCount() throws {
        let widths = CoreWidths(count: 1)
        var readings: [UInt64] = []
        for number in 0..<UInt64(100_000) {
            if number % 20_000 == 0 {
                readings.append(4200)
            } else if number % 200 == 0 {
                readings.append(3890 + number / 200 % 10)
            } else {
                readings.append(2200 + number % 900)
            }
        }
        widths.see(readings, of: 0)
        let shares = widths.shares([[4200, 3890, 3100]])[0]
        #expect(shares[0] == 1)
        #expect(try #require(shares[1]) > 0.99 && #require(shares[2]) < 0.85)
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
        let shares = watch.shares()
        #expect(shares.count == 50 && shares[40...].allSatisfy { $0 == nil })
        #if arch(x86_64) || arch(arm64)
            #expect(shares.compactMap(\.self).max() ?? 0 > 0.1)
        #endif
        let between = watch.sharesBetween()
        #expect(between.count == 49 && between[39...].allSatisfy { $0 == nil })
        for place in 0..<39 {
            guard let share = between[place] else { continue }
            #expect(share <= 1 && shares[place] != nil && shares[place + 1] != nil)
        }
        watch.begin(looks: 1)
        #expect(watch.sharesBetween().isEmpty && watch.shares() == [nil])
    }

    /// Once for a team, and the shares of the first look after it are known.
    @Test func learningIsDoneOnce() throws {
        let team = try ThreadTeam(plan: .make(.detect(), threads: 1))
        let watch = CoreWatch(team)
        watch.learn()
        #expect(!team.widths.beginsLearning() && CoreWidths(count: 1).beginsLearning())
        watch.begin(looks: 1)
        team.run { watch.look(0, member: $0) }
        #if arch(x86_64) || arch(arm64)
            #expect(watch.shares()[0] != nil)
        #endif
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
            #expect(deltas.contains { max($0.delta.coreShareBefore ?? 0, $0.delta.coreShareAfter ?? 0) > 0.1 })
        #endif
    }
}
