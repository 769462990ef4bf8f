import Foundation
import Latency
import Testing

@Suite struct InterleavedTests {
    /// A machine whose speed wanders by ±20 % with the shared clock.
    static func wandering(_ nanoseconds: Double, _ clock: FakeClock, seed: UInt64) -> FakeSampler {
        FakeSampler(seed: seed, clock: clock) { _, now, noise in
            let phase = now / 3e9
            let speed = 1 + 0.4 * abs(phase - phase.rounded())
            return nanoseconds * speed * (1 + 0.005 * noise.normal())
        }
    }

    @Test func aPlantedDifferenceIsFoundOnAWanderingMachine() throws {
        let clock = FakeClock()
        let result = measureInterleaved([
            Self.wandering(10_000_000, clock, seed: 1), Self.wandering(10_300_000, clock, seed: 2), Self.wandering(8_000_000, clock, seed: 3),
        ])
        #expect(result.ratios[0].ratio == 1)
        #expect(abs(result.ratios[1].ratio - 1.03) < 0.005)
        #expect(abs(result.ratios[2].ratio - 0.8) < 0.005)
        #expect(result.isDifference(1) && result.isDifference(2) && !result.isDifference(0))
        #expect(result.isPrecise)
        #expect(result.rounds >= 10 && result.roundNanoseconds.map(\.count) == [result.rounds, result.rounds, result.rounds])
        let floor = try #require(result.noiseFloor)
        #expect(abs(floor.ratio - 1) < 0.005)
    }

    /// Comparing a thing with itself finds no difference in at least 95 of 100 runs.
    @Test func aThingDoesNotDifferFromItself() {
        var differences = 0
        for seed in 0..<100 as Range<UInt64> {
            let clock = FakeClock()
            let result = measureInterleaved([
                Self.wandering(10_000_000, clock, seed: 2 * seed + 1000), Self.wandering(10_000_000, clock, seed: 2 * seed + 1001),
            ])
            if result.isDifference(1) { differences += 1 }
        }
        #expect(differences <= 5)
    }

    /// A machine as they are: its speed wanders, and does so from one run to the next as well; two runs in a hundred take half as long again,
    /// and now and then somebody else has the core for a fifth of a second. All of that is the machine's and hits whoever runs.
    final class Realistic {
        let clock = FakeClock()
        private var slow = 0.0

        func subject(_ nanoseconds: Double, seed: UInt64) -> FakeSampler {
            FakeSampler(seed: seed, clock: clock) { [self] _, now, noise in
                let phase = now / 2.3e9
                slow = 0.8 * slow + 0.004 * noise.normal()
                var time = nanoseconds * (1 + 0.3 * abs(phase - phase.rounded())) * (1 + slow + 0.004 * noise.normal())
                if noise.uniform() < 0.02 { time *= 1.5 }
                if (now / 0.2e9).rounded(.down).truncatingRemainder(dividingBy: 11) == 7 { time *= 1.3 }
                return time
            }
        }
    }

    @Test func onARealisticMachineAThingDoesNotDifferFromItself() {
        var differences = 0
        for seed in 0..<100 as Range<UInt64> {
            let machine = Realistic()
            let result = measureInterleaved([machine.subject(10_000_000, seed: 2 * seed + 5000), machine.subject(10_000_000, seed: 2 * seed + 5001)])
            if result.isDifference(1) { differences += 1 }
        }
        #expect(differences <= 5, "a difference in \(differences) of 100 comparisons with itself")
    }

    @Test func onARealisticMachineAPlantedSlowdownIsFound() {
        var found = 0
        for seed in 0..<100 as Range<UInt64> {
            let machine = Realistic()
            let result = measureInterleaved([machine.subject(10_000_000, seed: 2 * seed + 9000), machine.subject(10_300_000, seed: 2 * seed + 9001)])
            if result.isDifference(1), result.ratios[1].ratio > 1 { found += 1 }
        }
        #expect(found >= 95, "3 % found in \(found) of 100")
    }

    @Test func steadySlowingLeavesRatiosAlone() {
        let clock = FakeClock()
        func slowing(_ nanoseconds: Double) -> FakeSampler {
            FakeSampler(clock: clock) { _, now, _ in nanoseconds * (1 + 0.5 * now / 1e10) }
        }
        var plan = InterleavedPlan()
        plan.measuresNoiseFloor = false
        let result = measureInterleaved([slowing(20_000_000), slowing(30_000_000)], plan: plan)
        #expect(abs(result.ratios[1].ratio - 1.5) < 0.002)
        #expect(result.noiseFloor == nil)
        #expect(result.measurements[0].judgement.reasons.map(\.cause).contains(.drift))
    }

    @Test func roundsAreMirroredAndRotated() {
        let clock = FakeClock()
        var order: [Int] = []
        let subjects = (0..<2).map { id in
            FakeSampler(clock: clock) { _, _, _ in
                order.append(id)
                return 30_000_000
            }
        }
        var plan = InterleavedPlan()
        plan.measuresNoiseFloor = false
        plan.settleRuns = 0
        plan.minRounds = 2
        plan.maxRounds = 2
        var calls: [Int] = []
        let result = measureInterleaved(subjects, plan: plan) { rounds, share in
            calls.append(rounds)
            #expect(share > 0 && share <= 1)
        }
        #expect(Array(order.suffix(8)) == [0, 1, 1, 0, 1, 0, 0, 1])
        #expect(calls == [1, 2])
        #expect(result.ratios[1].interval == nil && !result.isPrecise)
        #expect(result.measurements[0].verdict == .invalid)
    }

    @Test func oneSubjectAlone() {
        let result = measureInterleaved([FakeSampler { _, _, noise in 5_000_000 + 10_000 * noise.normal() }])
        #expect(result.ratios.map(\.ratio) == [1])
        #expect(!result.isDifference(0))
    }

    @Test func recordsTravelAsJSON() throws {
        let result = measureInterleaved([FakeSampler { _, _, noise in 5_000_000 + 10_000 * noise.normal() }], observer: FixedObserver(record: .quiet))
        let data = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(InterleavedComparison.self, from: data) == result)
        let text = String(decoding: data, as: UTF8.self)
        for key in ["samples_ns", "median_ns", "p10_ns", "p90_ns", "median_interval_ns", "warm_up_runs", "noise_floor", "elapsed_ns"] {
            #expect(text.contains("\"\(key)\""), "\(key)")
        }
    }
}
