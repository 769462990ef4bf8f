import Latency
import Support
import Testing

@Suite struct RankFlipsTests {
    @Test func exactColumnsFlipEveryPairTheyDisagreeOn() {
        let a = RankColumn(exact: [1, 2, 3, 4]), b = RankColumn(exact: [4, 3, 2, 1]), c = RankColumn(exact: [1, 2, 4, 3])
        #expect(RankFlips(a, a).flipped.isEmpty && RankFlips(a, a).tau == 1 && RankFlips(a, a).decided == 6)
        #expect(RankFlips(a, b).flipped.count == 6 && RankFlips(a, b).tau == -1)
        #expect(RankFlips(a, c).flipped == [[2, 3]])
        // Five concordant pairs, one discordant: (5 − 1) / 6.
        #expect(abs((RankFlips(a, c).tau ?? 0) - 4.0 / 6) < 1e-12)
        let equal = RankColumn(exact: [1, 1, 1, 1])
        #expect(RankFlips(a, equal).tau == nil && RankFlips(a, equal).decided == 0)
    }

    @Test func overlappingIntervalsAreTies() {
        let a = RankColumn(exact: [1, 2])
        let certain = RankColumn(values: [5, 3], low: [4.5, 2.5], high: [5.5, 3.5])
        let uncertain = RankColumn(values: [5, 3], low: [3.2, 2.5], high: [5.5, 3.5])
        #expect(RankFlips(a, certain).flipped == [[0, 1]])
        #expect(RankFlips(a, uncertain).flipped.isEmpty && RankFlips(a, uncertain).decided == 0)
        // The correlation is one of the values, certain or not.
        #expect(RankFlips(a, uncertain).tau == -1)
    }

    /// A machine that slows down by half meanwhile: intervals of the times overlap, the paired ratio tells the order.
    @Test func pairedRoundsOrderWhatDriftHides() {
        var random = SplitMix64(seed: 7)
        func noise() -> Double { 1 + 0.004 * (Double(random.next() % 1000) / 1000 - 0.5) }
        let drift = (0..<20).map { 1 + 0.025 * Double($0) }
        let rounds = [drift.map { 100 * $0 * noise() }, drift.map { 103 * $0 * noise() }, drift.map { 100 * $0 * noise() }]
        let column = RankColumn(roundNanoseconds: rounds)
        #expect(column.high[0] > column.low[1])
        #expect(column.order[0][1] == -1 && column.order[1][0] == 1)
        #expect(column.order[0][0] == 0 && column.order[0][2] == 0)
        // Within the noise floor nothing is a difference.
        let noisy = RankColumn(roundNanoseconds: rounds, noiseFloor: Interval(low: 0.96, high: 1.04, confidence: 0.95))
        #expect(noisy.order[0][1] == 0)
    }

    @Test func thePickIsTheBestWithinTheBudget() {
        let column = RankColumn(exact: [10, 8, 12, 10])
        #expect(RankPick.best(column, merits: [1, 2, 3, nil], budget: 0) == 1)
        #expect(RankPick.best(column, merits: [1, 2, 3, nil], budget: 2) == 2)
        #expect(RankPick.best(column, merits: [nil, nil, nil, nil], budget: 0) == nil)
        // A budget asked is a budget met: what is above it is no pick, however uncertain.
        let wide = RankColumn(values: [10, 8, 12], low: [9, 8, 9.5], high: [11, 8, 13])
        #expect(RankPick.best(wide, merits: [1, 2, 3], budget: 0) == 1)
    }

    @Test func whatIsUncertainMayBeThePick() {
        let exact = RankColumn(exact: [10, 8, 12])
        #expect(RankPick.possible(exact, merits: [1, 2, 3], budget: 0) == [1])
        #expect(RankPick.possible(exact, merits: [3, 2, 1], budget: 0) == [0])
        #expect(RankPick.possible(exact, merits: [nil, nil, nil], budget: 0) == [])
        // The third may cost more than the first or not, and nobody would take it for less merit.
        let wide = RankColumn(values: [10, 8, 10.5], low: [9.9, 8, 9.5], high: [10.1, 8, 11])
        #expect(RankPick.possible(wide, merits: [1, 2, 3], budget: 0) == [1, 2])
        #expect(RankPick.possible(wide, merits: [1, 3, 2], budget: 0) == [1])
        // The budget's own merit is not known: perhaps there is no pick but this.
        #expect(RankPick.possible(RankColumn(values: [10, 10.5], low: [9, 9], high: [11, 12]), merits: [nil, 1], budget: 0) == [1])
    }
}
