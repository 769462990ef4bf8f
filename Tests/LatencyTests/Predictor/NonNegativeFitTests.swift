import Testing

@testable import Latency

@Suite struct NonNegativeFitTests {
    /// Times made of known coefficients are taken apart again, whatever the terms' sizes.
    @Test func knownCoefficientsAreRecovered() {
        var noise = Noise(seed: 4)
        let truth = [900.0, 0.27, 0, 1.5e-3]
        let rows = (0..<300).map { _ in [1, 1e5 * noise.uniform(), 1e3 * noise.uniform(), 1e8 * noise.uniform()] }
        let times = rows.map { zip($0, truth).reduce(0) { $0 + $1.0 * $1.1 } }
        let found = NonNegativeFit.coefficients(rows: rows, times: times)
        for (a, b) in zip(found, truth) { #expect(abs(a - b) <= 1e-3 * b + 1e-6, "\(found)") }
    }

    /// A tenth of the observations several times too slow, as under a burst of other load, hardly moves the answer.
    @Test func outliersAreWeighedDown() {
        var noise = Noise(seed: 5)
        let rows = (0..<400).map { _ in [1, 1e5 * noise.uniform()] }
        let times = rows.enumerated().map { index, row in (2000 + 0.5 * row[1]) * (index % 10 == 0 ? 3 : 1 + 0.01 * noise.normal()) }
        let found = NonNegativeFit.coefficients(rows: rows, times: times)
        #expect(abs(found[1] / 0.5 - 1) < 0.02, "\(found)")
        #expect(abs(found[0] / 2000 - 1) < 0.1, "\(found)")
    }

    /// What would need a coefficient below zero gets none: the price of more work is never less time.
    @Test func coefficientsAreNeverNegative() {
        let rows = (1...50).map { [1, Double($0)] }
        let times = (1...50).map { 1000 - 5 * Double($0) }
        let found = NonNegativeFit.coefficients(rows: rows, times: times)
        #expect(found[1] == 0)
        #expect(found[0] > 800 && found[0] < 1000)
    }

    @Test func nothingGivesNothing() {
        #expect(NonNegativeFit.coefficients(rows: [], times: []).isEmpty)
        #expect(NonNegativeFit.coefficients(rows: [[0, 0]], times: [1]) == [0, 0])
    }
}
