import Latency
import Testing

@Suite struct QuantileTests {
    @Test func typeSevenOnKnownSample() {
        // R: quantile(c(1, 2, 4, 8, 16), c(0, .1, .25, .5, .9, 1), type = 7)
        let values: [Double] = [16, 1, 8, 2, 4]
        let expected: [(Double, Double)] = [(0, 1), (0.1, 1.4), (0.25, 2), (0.5, 4), (0.9, 12.8), (1, 16)]
        for (p, value) in expected { #expect(abs(Quantile.of(values, p) - value) < 1e-12, "p \(p)") }
    }

    @Test func typeEightOnKnownSample() {
        // NumPy: quantile([1, 2, 4, 8, 16], p, method="median_unbiased")
        let values: [Double] = [16, 1, 8, 2, 4]
        let expected: [(Double, Double)] = [(0, 1), (0.1, 1), (0.25, 5.0 / 3), (0.5, 4), (0.75, 32.0 / 3), (0.9, 16), (1, 16)]
        for (p, value) in expected { #expect(abs(Quantile.medianUnbiased(values, p) - value) < 1e-12, "p \(p)") }
        #expect(Quantile.medianUnbiased([7], 0.1) == 7)
    }

    /// The tenth percentile of few normal deviates is neither nearer to the middle than that of many nor farther, as definition 7's is.
    @Test(arguments: [8, 15, 40]) func typeEightDoesNotDependOnTheCount(count: Int) {
        var random = Noise(seed: UInt64(count))
        let found = (0..<4000).map { _ in Quantile.medianUnbiased((0..<count).map { _ in random.normal() }, 0.1) }
        #expect(abs(Quantile.median(found) + 1.2816) < 0.05)
    }

    @Test func medianOfEvenOddAndSingle() {
        #expect(Quantile.median([3.0, 1, 2]) == 2)
        #expect(Quantile.median([4.0, 1, 2, 3]) == 2.5)
        #expect(Quantile.median([7.0]) == 7)
        #expect(Quantile.median([UInt64(10), 20]) == 15)
    }

    @Test func deviationFromTheMedian() {
        #expect(Quantile.medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]) == 1)
        #expect(Quantile.medianAbsoluteDeviation([5, 5, 5]) == 0)
    }

    @Test func tailsNeedTheCountsOfLoadGen() {
        #expect(Quantile.minimumSamples(for: 0.90) == Quantile.minimumSamplesForP90)
        #expect(Quantile.minimumSamples(for: 0.99) == Quantile.minimumSamplesForP99)
    }
}

@Suite struct MedianIntervalTests {
    /// Ranks (from 1) of the tabulated sign-test intervals at 95 %: W. J. Conover, Practical Nonparametric Statistics, table A3.
    @Test(arguments: [(6, 1), (8, 1), (9, 2), (10, 2), (11, 2), (12, 3), (15, 4), (20, 6), (25, 8)])
    func ranksAreTheTabulatedOnes(count: Int, rank: Int) throws {
        let found = try #require(MedianInterval.lowerRank(count: count))
        #expect(found.index + 1 == rank)
    }

    @Test func coverageIsExact() throws {
        // n = 10, ranks 2 and 9: 1 − 2·(1 + 10)/1024.
        let ten = try #require(MedianInterval.lowerRank(count: 10))
        #expect(abs(ten.confidence - (1 - 22.0 / 1024)) < 1e-12)
        // n = 6: 1 − 2/64.
        let six = try #require(MedianInterval.of([6, 5, 4, 3, 2, 1]))
        #expect(six == Interval(low: 1, high: 6, confidence: 1 - 2.0 / 64))
    }

    @Test func fewerThanSixGiveNone() {
        #expect(MedianInterval.of([]) == nil)
        #expect(MedianInterval.of([1, 2, 3, 4, 5]) == nil)
    }

    @Test func largeCountsStayFinite() throws {
        let found = try #require(MedianInterval.lowerRank(count: 100_000))
        // Normal approximation: n/2 − 1.96·√n/2.
        #expect(abs(Double(found.index) - (50_000 - 1.959964 * 100_000.0.squareRoot() / 2)) < 2)
        #expect(found.confidence >= 0.95 && found.confidence < 0.951)
    }

    /// In repeated sampling from a skewed distribution the interval covers the true median about as often as it says.
    @Test func coversTheMedianOfASkewedDistribution() {
        var noise = Noise(seed: 20)
        var covered = 0
        let trials = 2000
        for _ in 0..<trials {
            // The square of a uniform: median ¼.
            let sample = (0..<25).map { _ in
                let u = noise.uniform()
                return u * u
            }
            if MedianInterval.of(sample)!.contains(0.25) { covered += 1 }
        }
        // Exact coverage for n = 25 is 0.957; four standard deviations of 2000 trials are 0.018.
        #expect(abs(Double(covered) / Double(trials) - 0.957) < 0.018)
    }
}

@Suite struct PairedRatioTests {
    @Test func constantRatio() throws {
        let ratio = PairedRatio.of(values: [2, 4, 6, 8, 10, 12], baseline: [1, 2, 3, 4, 5, 6])
        let interval = try #require(ratio.interval)
        #expect(abs(ratio.ratio - 2) < 1e-12 && abs(interval.low - 2) < 1e-12 && abs(interval.high - 2) < 1e-12)
        #expect(ratio.isDifference)
    }

    @Test func exchangingSidesInverts() throws {
        var noise = Noise(seed: 3)
        let a = (0..<31).map { _ in 10 + noise.uniform() }, b = (0..<31).map { _ in 11 + noise.uniform() }
        let forward = PairedRatio.of(values: a, baseline: b), backward = PairedRatio.of(values: b, baseline: a)
        let f = try #require(forward.interval), g = try #require(backward.interval)
        #expect(abs(forward.ratio * backward.ratio - 1) < 1e-12)
        #expect(abs(f.low * g.high - 1) < 1e-12 && abs(f.high * g.low - 1) < 1e-12)
    }

    @Test func fewRoundsHaveNoInterval() {
        let ratio = PairedRatio.of(values: [1, 2], baseline: [2, 2])
        #expect(ratio.interval == nil && !ratio.isDifference && ratio.rounds == 2)
    }
}

@Suite struct RankCorrelationTests {
    @Test func knownValues() throws {
        let a: [Double] = [1, 2, 3, 4, 5]
        #expect(RankCorrelation.spearman(a, a) == 1)
        #expect(RankCorrelation.kendall(a, a.reversed()) == -1)
        // Ranks 1…5 against 2 1 4 3 5: Σd² = 4, ρ = 1 − 6·4/120; two of ten pairs are discordant.
        let b: [Double] = [20, 10, 40, 30, 50]
        #expect(abs(try #require(RankCorrelation.spearman(a, b)) - 0.8) < 1e-12)
        #expect(abs(try #require(RankCorrelation.kendall(a, b)) - 0.6) < 1e-12)
    }

    @Test func tiesShareTheirRank() throws {
        #expect(RankCorrelation.ranks([10, 20, 20, 5]) == [2, 3.5, 3.5, 1])
        // Pairs: (1,1) (2,1) (3,2): concordant 2, discordant 0, one tie in b: τ-b = 2/√(3·2).
        let tau = try #require(RankCorrelation.kendall([1, 2, 3], [1, 1, 2]))
        #expect(abs(tau - 2 / 6.0.squareRoot()) < 1e-12)
        let rho = try #require(RankCorrelation.spearman([1, 2, 3], [1, 1, 2]))
        #expect(abs(rho - 0.866025403784439) < 1e-12)
    }

    @Test func constantSideHasNoOrder() {
        #expect(RankCorrelation.spearman([1, 2, 3], [7, 7, 7]) == nil)
        #expect(RankCorrelation.kendall([1], [2]) == nil)
    }
}

@Suite struct BimodalityTests {
    @Test func twoGroupsAreFound() throws {
        var noise = Noise(seed: 5)
        let values = (0..<200).map { $0 % 10 < 3 ? 130 + noise.normal() : 100 + noise.normal() }
        let modes = try #require(Bimodality.modes(values))
        #expect(abs(modes.low - 100) < 1 && abs(modes.high - 130) < 1 && abs(modes.highShare - 0.3) < 0.05)
    }

    @Test func oneGroupIsNot() {
        for seed in 0..<50 as Range<UInt64> {
            var noise = Noise(seed: seed)
            #expect(Bimodality.modes((0..<100).map { _ in 100 + 10 * noise.normal() }) == nil, "normal, seed \(seed)")
            #expect(Bimodality.modes((0..<100).map { _ in 100 + 50 * noise.uniform() }) == nil, "uniform, seed \(seed)")
        }
    }

    @Test func outliersAreNotAGroup() {
        var noise = Noise(seed: 6)
        var values = (0..<100).map { _ in 100 + noise.normal() }
        for index in 0..<4 { values[index * 20] = 900 }
        #expect(Bimodality.modes(values) == nil)
    }

    @Test func closeGroupsDoNotMatter() {
        #expect(Bimodality.modes((0..<100).map { $0 % 2 == 0 ? 100.0 : 101.0 }) == nil)
        #expect(Bimodality.modes([Double](repeating: 5, count: 50)) == nil)
        #expect(Bimodality.modes([1, 100]) == nil)
    }
}
