import Foundation
import Latency
import Testing

@Suite struct ProcessSpreadTests {
    /// Tabled values of Student's t, 95 % two-sided (Abramowitz and Stegun, table 26.10).
    @Test(arguments: [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (10, 2.228), (29, 2.045), (120, 1.980)])
    func studentsTEqualsTheTable(_ degrees: Int, _ expected: Double) {
        #expect(abs(StudentT.quantile(confidence: 0.95, degrees: degrees) - expected) < 5e-4)
        #expect(abs(StudentT.coverage(StudentT.quantile(confidence: 0.95, degrees: degrees), degrees: degrees) - 0.95) < 1e-9)
    }

    static func measurement(_ level: Double, seed: UInt64, noise: Double = 0.005) -> Latency.Measurement {
        var random = Noise(seed: seed)
        let samples = (0..<200).map { _ in UInt64(1e6 * level * (1 + noise * random.normal())) }
        return Latency.Measurement(samples: samples, warmUpRuns: 3, isSteady: true, plan: MeasurementPlan(), noise: .quiet)
    }

    @Test func equalProcessesHaveNoSpread() {
        let parts = (0..<8).map { Self.measurement(1, seed: UInt64($0)) }
        let (joined, spread) = ProcessSpread.join(parts, plan: MeasurementPlan())
        #expect(spread.betweenShare < 0.001 && spread.withinShare > 0 && spread.withinShare < 0.001)
        #expect(abs(joined.medianNanoseconds / 1e6 - 1) < 0.001 && joined.verdict == .valid)
        #expect(joined.samplesNanoseconds.count == 1600 && spread.mediansNanoseconds == parts.map(\.medianNanoseconds))
    }

    /// Processes that differ by 3 %: no process sees it in its own samples, and the joined interval holds it.
    @Test func whatDiffersBetweenProcessesEntersTheInterval() throws {
        let levels = [1, 1.03, 0.97, 1.02, 0.98]
        let parts = levels.enumerated().map { Self.measurement($1, seed: UInt64($0)) }
        #expect(parts.allSatisfy { ($0.relativeHalfWidth ?? 1) < 0.002 && $0.verdict == .valid })
        let (joined, spread) = ProcessSpread.join(parts, plan: MeasurementPlan())
        // The standard deviation of the levels' logarithms.
        let logs = levels.map { log($0) }, mean = logs.reduce(0, +) / 5
        let deviation = (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
        #expect(abs(spread.betweenShare - deviation) < 0.001)
        let half = try #require(joined.relativeHalfWidth)
        #expect(abs(half - 2.776 * deviation / 5.0.squareRoot()) < 0.002)
        #expect(joined.judgement.reasons.contains { $0.cause == .wideInterval && $0.advice.contains("--processes") })
    }

    /// The interval of N processes covers the true median in 95 of 100 cases.
    @Test func theIntervalCoversAsOftenAsItSays() {
        var covered = 0
        for trial in 0..<400 {
            var random = Noise(seed: UInt64(1000 + trial))
            let parts = (0..<5).map { Self.measurement(exp(0.01 * random.normal()), seed: UInt64(trial * 5 + $0)) }
            if ProcessSpread.join(parts, plan: MeasurementPlan()).measurement.interval?.contains(1e6) == true { covered += 1 }
        }
        // 400 trials at 95 %: 380 ± 4.4; five standard deviations below.
        #expect(covered >= 358, "\(covered) of 400")
    }

    @Test func theWorstVerdictStaysWithItsReasons() {
        var noise = NoiseRecord.quiet
        noise.foreignLoadShare = 0.5
        let bad = Latency.Measurement(
            samples: Self.measurement(1, seed: 1).samplesNanoseconds, warmUpRuns: 3, isSteady: true, plan: MeasurementPlan(), noise: noise)
        let (joined, _) = ProcessSpread.join([Self.measurement(1, seed: 2), bad, Self.measurement(1, seed: 3)], plan: MeasurementPlan())
        #expect(joined.verdict == .invalid && joined.judgement.reasons.contains { $0.cause == .foreignLoad })
        #expect(abs((joined.noise.foreignLoadShare ?? 0) - 0.5 / 3) < 1e-9)
    }
}
