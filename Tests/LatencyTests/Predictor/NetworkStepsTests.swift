import Inference
import Testing

@testable import Latency

/// What is taken for the time of a network whose cores are not its own all the time.
@Suite struct NetworkStepsTests {
    static let quiet = [1.0, 0.99, 0.97, 1, 1, 1]
    static let shared = [0.6, 0.7, 0.9, 0.6, 0.7, 0.94]

    /// Of steps with one part and one member.
    static func samples(steps: Int = 2) -> NetworkSteps.Samples {
        NetworkSteps.Samples(parts: (0..<steps).map { StepPart(step: $0, endsAtBarrier: true) }, members: 1, needed: 5)
    }

    static func times(_ steps: [[UInt64]], _ shares: [[Double?]], gigahertz: Double? = nil) -> MemberTimes {
        MemberTimes(nanoseconds: steps.map { [$0] }, coreShares: shares.map { [$0] }, gigahertz: steps.map { [$0.map { _ in gigahertz }] })
    }

    @Test func wholeRunsCountWhereTheyAreUndisturbed() {
        var samples = Self.samples()
        samples.add(runs: [100, 101, 102, 103, 104, 999], [1, 1, 1, 1, 1, 0.6])
        samples.add(Self.times([[10, 11, 12, 13, 14, 15], [90, 90, 90, 90, 90, 90]], [Self.quiet, Self.quiet]))
        let measured = samples.summary([nil, nil])
        #expect(samples.areEnough && !measured.isSummed)
        #expect(measured.totals == [100, 101, 102, 103, 104] && measured.nanoseconds == [10, 90])
    }

    /// A run of which only both ends are known to be quiet may have been disturbed in between, where most are disturbed.
    @Test func sumsOfStepsStandInWhereQuietMomentsAreShort() {
        var samples = Self.samples()
        samples.add(runs: [150, 150, 150, 150, 150, 150, 170], [1, 1, 1, 1, 1, 0.6, 0.6])
        samples.add(Self.times([[10, 10, 10, 10, 10, 10], [90, 92, 90, 92, 90, 92]], [Self.quiet, Self.quiet]))
        // Twice as long beside a neighbour: not one of them counts.
        samples.add(Self.times([[20, 20, 20, 20, 20, 20], [180, 180, 180, 180, 180, 180]], [Self.shared, Self.shared]))
        let measured = samples.summary([nil, nil])
        #expect(samples.areEnough && measured.isSummed)
        #expect(measured.totals == [100, 102] && measured.totalNanoseconds == 100 && measured.nanoseconds == [10, 90])
        #expect(abs(measured.selfDifference - 2.0 / 102) < 1e-12)
    }

    /// Each member's part counts by that member's looks; a step takes as long as its slowest member, part by part, and the barriers.
    @Test func membersAreUndisturbedAtTimesOfTheirOwn() {
        // A step of two operators, and a chain of two stages with one barrier.
        let parts = [(0, true), (0, true), (1, false), (2, true)].map { StepPart(step: $0, endsAtBarrier: $1) }
        var samples = NetworkSteps.Samples(parts: parts, members: 2, needed: 5)
        let base: [[UInt64]] = [[100, 120], [60, 40], [30, 31], [10, 9]]
        // Never both at once: at each time one of the two takes twice as long.
        for time in 0..<20 {
            let slow = time % 2
            samples.add(
                MemberTimes(
                    nanoseconds: base.map { part in part.indices.map { [part[$0] * ($0 == slow ? 2 : 1)] } },
                    coreShares: base.map { part in part.indices.map { [$0 == slow ? 0.5 : 1] } },
                    gigahertz: base.map { part in part.map { _ in [nil] } }))
        }
        samples.sawBarrier(4)
        samples.sawBarrier(6)
        let measured = samples.summary([nil, nil, nil])
        #expect(samples.areEnough && measured.isSummed)
        #expect(measured.nanoseconds == [120 + 60 + 2 * 5, 31, 10 + 5] && measured.totals == [236, 236])
    }

    /// As many cycles at 2 and at 3 GHz are one time, given for the mean of the two; and at any other clock by the ratio.
    @Test func cyclesAreComparedAndNotNanoseconds() {
        var samples = Self.samples()
        samples.add(runs: [1200, 1200], [0.5, 0.5])
        for (clock, nanoseconds) in [(2.0, [300, 1200]), (3, [200, 800])] as [(Double, [UInt64])] {
            samples.add(Self.times(nanoseconds.map { Array(repeating: $0, count: 6) }, [Self.quiet, Self.quiet], gigahertz: clock))
        }
        let measured = samples.summary([nil, nil])
        #expect(samples.gigahertz == 2.5 && measured.gigahertz == 2.5 && measured.nanoseconds == [240, 960] && measured.totals == [1200, 1200])
        #expect(measured.selfDifference == 0 && !measured.isDisturbed)
        let other = measured.at(gigahertz: 3)
        #expect(other.nanoseconds == [200, 800] && other.totals == [1000, 1000] && other.gigahertz == 3 && measured.at(gigahertz: nil) == measured)
        var unknown = measured
        unknown.gigahertz = nil
        #expect(unknown.at(gigahertz: 3) == unknown)
    }

    @Test func aStepWithoutEnoughSamplesIsUnknown() {
        var samples = Self.samples()
        samples.add(runs: [100, 100, 100, 100, 100, 100], Self.quiet)
        samples.add(Self.times([[10, 10, 10, 10, 10, 10], [90, 90, 90, 90, 90, 90]], [Self.quiet, [1, 1, nil, 0.9, 1, 1]]))
        #expect(!samples.areEnough && samples.summary([nil, nil]).nanoseconds == [10, 0])
    }

    /// Where a processor's cycles cannot be counted nothing is known of neighbours, and nothing is thrown away for it.
    @Test func withoutLooksEverythingCounts() {
        #expect(NetworkSteps.own([1, 2, 3], [nil, nil, nil]) == [1, 2, 3])
        #expect(NetworkSteps.own([1, 2, 3], [nil, 1, 0.5]) == [2])
        #expect(NetworkSteps.own([], []) == [])
    }
}
