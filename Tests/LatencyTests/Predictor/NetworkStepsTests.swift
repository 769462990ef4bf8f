import Testing

@testable import Latency

/// What is taken for the time of a network whose cores are not its own all the time.
@Suite struct NetworkStepsTests {
    static let quiet = [1.0, 0.99, 0.97, 1, 1, 1]
    static let shared = [0.6, 0.7, 0.9, 0.6, 0.7, 0.94]

    @Test func wholeRunsCountWhereTheyAreUndisturbed() {
        var samples = NetworkSteps.Samples(steps: 2)
        samples.add(runs: [100, 101, 102, 103, 104, 999], [1, 1, 1, 1, 1, 0.6])
        samples.add(steps: [[10, 11, 12, 13, 14, 15], [90, 90, 90, 90, 90, 90]], [Self.quiet, Self.quiet])
        let measured = samples.summary([nil, nil], barrierNanoseconds: 50)
        #expect(samples.areEnough && !measured.isSummed)
        #expect(measured.totals == [100, 101, 102, 103, 104] && measured.nanoseconds == [12.5, 90])
    }

    /// A run of which only both ends are known to be quiet may have been disturbed in between, where most are disturbed.
    @Test func sumsOfStepsStandInWhereQuietMomentsAreShort() {
        var samples = NetworkSteps.Samples(steps: 2)
        samples.add(runs: [150, 150, 150, 150, 150, 150, 170], [1, 1, 1, 1, 1, 0.6, 0.6])
        samples.add(steps: [[10, 10, 10, 10, 10, 10], [90, 92, 90, 92, 90, 92]], [Self.quiet, Self.quiet])
        // Twice as long beside a neighbour: not one of them counts.
        samples.add(steps: [[20, 20, 20, 20, 20, 20], [180, 180, 180, 180, 180, 180]], [Self.shared, Self.shared])
        let measured = samples.summary([nil, nil], barrierNanoseconds: 50)
        #expect(samples.areEnough && measured.isSummed)
        #expect(measured.totals == [100, 102] && measured.totalNanoseconds == 101 && measured.nanoseconds == [10, 91])
        #expect(abs(measured.selfDifference - 2.0 / 102) < 1e-12)
    }

    @Test func aStepWithoutEnoughSamplesIsUnknown() {
        var samples = NetworkSteps.Samples(steps: 2)
        samples.add(runs: [100, 100, 100, 100, 100, 100], Self.quiet)
        samples.add(steps: [[10, 10, 10, 10, 10, 10], [90, 90, 90, 90, 90, 90]], [Self.quiet, [1, 1, nil, 0.9, 1, 1]])
        #expect(!samples.areEnough && samples.summary([nil, nil], barrierNanoseconds: 50).nanoseconds == [10, 0])
    }

    /// Where a processor's cycles cannot be counted nothing is known of neighbours, and nothing is thrown away for it.
    @Test func withoutLooksEverythingCounts() {
        #expect(NetworkSteps.own([1, 2, 3], [nil, nil, nil]) == [1, 2, 3])
        #expect(NetworkSteps.own([1, 2, 3], [nil, 1, 0.5]) == [2])
        #expect(NetworkSteps.own([], []) == [])
    }
}
