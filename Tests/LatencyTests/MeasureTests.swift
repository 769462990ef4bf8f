@testable import Latency
import Testing

@Suite struct MeasureTests {
    @Test func quietSubjectIsValid() {
        let fake = FakeSampler { _, _, noise in 1_000_000 + 2_000 * noise.normal() }
        let result = measure(fake, observer: FixedObserver(record: .quiet))
        #expect(result.verdict == .valid, "\(result.reasons)")
        #expect(result.isSteady)
        #expect(result.judgement.unknowns.isEmpty)
        #expect(abs(result.medianNanoseconds - 1_000_000) < 1_000)
        #expect(result.p10Nanoseconds < result.medianNanoseconds && result.medianNanoseconds < result.p90Nanoseconds)
        // Half a second of samples of a millisecond.
        #expect(result.samplesNanoseconds.count >= 500 && result.samplesNanoseconds.count < 600)
        #expect(result.interval!.contains(result.medianNanoseconds))
        #expect(result.relativeHalfWidth! <= 0.01)
    }

    @Test func sameSamplesSameResult() {
        func once() -> Measurement {
            measure(FakeSampler(seed: 9) { _, _, noise in 3_000_000 + 300_000 * noise.normal() }, observer: FixedObserver(record: .quiet))
        }
        #expect(once() == once())
    }

    @Test func warmUpIsLeftOut() {
        // The first 40 runs come down from three times the time.
        let fake = FakeSampler { run, _, noise in 1_000_000 * (run < 40 ? 3 - Double(run) / 20 : 1) + 1_000 * noise.normal() }
        let result = measure(fake, observer: FixedObserver(record: .quiet))
        #expect(result.warmUpRuns >= 40 && result.isSteady)
        #expect(result.samplesNanoseconds.max()! < 1_100_000)
        #expect(result.verdict == .valid, "\(result.reasons)")
    }

    @Test func everFasterIsNotSteady() {
        let fake = FakeSampler { run, _, _ in 20_000_000 / (1 + 0.01 * Double(run)) }
        let result = measure(fake, observer: FixedObserver(record: .quiet))
        #expect(!result.isSteady)
        #expect(result.verdict == .suspect)
        #expect(result.judgement.reasons.map(\.cause).contains(.notSteady))
    }

    @Test func driftIsNamed() {
        // A machine that heats up: 10 % slower over the measurement.
        let fake = FakeSampler { _, now, noise in 1_000_000 * (1 + 0.1 * now / 1e9) + 2_000 * noise.normal() }
        let result = measure(fake, observer: FixedObserver(record: .quiet))
        #expect(result.verdict == .suspect)
        #expect(result.judgement.reasons.map(\.cause).contains(.drift))
    }

    @Test func twoSpeedsAreNamed() {
        let fake = FakeSampler { run, _, noise in (run / 7 % 3 == 0 ? 1_300_000 : 1_000_000) + 2_000 * noise.normal() }
        let result = measure(fake, observer: FixedObserver(record: .quiet))
        #expect(result.judgement.reasons.map(\.cause).contains(.bimodal))
        #expect(result.verdict == .suspect)
    }

    @Test func noisyStopsAtTheLongestTime() {
        var plan = MeasurementPlan()
        plan.maxNanoseconds = 1_000_000_000
        let fake = FakeSampler { _, _, noise in 40_000_000 * (0.2 + 2 * noise.uniform()) }
        let result = measure(fake, plan: plan, observer: FixedObserver(record: .quiet))
        #expect(result.samplesNanoseconds.count >= plan.minSamples && result.samplesNanoseconds.count < 60)
        #expect(result.verdict == .invalid)
        #expect(result.judgement.reasons.map(\.cause).contains(.wideInterval))
        #expect(result.flags.count == 1)
    }

    @Test func slowSubjectStillGetsItsSamples() {
        var plan = MeasurementPlan()
        plan.maxNanoseconds = 1
        plan.minNanoseconds = 1
        plan.maxWarmUpNanoseconds = 1
        let fake = FakeSampler { _, _, _ in 5_000_000_000 }
        let result = measure(fake, plan: plan, observer: FixedObserver(record: .quiet))
        #expect(result.samplesNanoseconds.count >= plan.minSamples)
        #expect(result.warmUpRuns >= plan.minWarmUpRuns)
    }

    @Test func fewSamplesAreInvalid() {
        let result = Measurement(samples: [1, 2, 3], warmUpRuns: 3, isSteady: true, plan: MeasurementPlan(), noise: .quiet)
        #expect(result.verdict == .invalid)
        #expect(result.judgement.reasons.map(\.cause).contains(.tooFewSamples))
        let empty = Measurement(samples: [], warmUpRuns: 0, isSteady: true, plan: MeasurementPlan(), noise: .quiet)
        #expect(empty.verdict == .invalid && empty.medianNanoseconds == 0)
    }

    @Test func tailsOnlyFromEnoughSamples() {
        func summary(_ count: Int) -> Measurement {
            Measurement(samples: (0..<count).map { 1000 + UInt64($0 % 10) }, warmUpRuns: 3, isSteady: true, plan: MeasurementPlan(), noise: .quiet)
        }
        #expect(summary(661).p99Nanoseconds == nil)
        #expect(summary(662).p99Nanoseconds != nil)
        #expect(summary(63).flags.count == 1)
        #expect(summary(64).flags.isEmpty)
    }

    @Test func aDeadClockEnds() {
        let fake = FakeSampler { _, _, _ in 0 }
        var plan = MeasurementPlan()
        plan.maxSamples = 100
        #expect(measure(fake, plan: plan).verdict == .invalid)
    }
}

@Suite struct VerdictTests {
    /// One disturbance at a time, the verdict it gives and the cause it is called by.
    @Test(arguments: [
        ("switches", Verdict.suspect, Reason.Cause.involuntarySwitches), ("many switches", .invalid, .involuntarySwitches),
        ("brief switches", .suspect, .involuntarySwitches),
        ("migration", .invalid, .migrations), ("stray", .invalid, .migrations), ("wait", .suspect, .runQueueWait),
        ("much wait", .invalid, .runQueueWait), ("heat", .suspect, .thermalThrottling), ("steal", .suspect, .steal), ("much steal", .invalid, .steal),
        ("shared", .suspect, .sharedCore), ("load", .suspect, .foreignLoad), ("much load", .invalid, .foreignLoad), ("throttled", .suspect, .throttling),
        ("much throttled", .invalid, .throttling), ("faults", .suspect, .majorFaults), ("frequency", .suspect, .frequencyChange),
    ])
    func disturbanceIsNamed(name: String, verdict: Verdict, cause: Reason.Cause) {
        var record = NoiseRecord.quiet
        switch name {
        case "switches", "many switches":
            record.involuntarySwitches = name == "switches" ? 40 : 400
            record.runQueueWaitShare = nil
        case "brief switches": record.involuntarySwitches = 400
        case "migration": record.migrations = 1
        case "stray": record.strayMembers = 1
        case "wait": record.runQueueWaitShare = 0.01
        case "much wait": record.runQueueWaitShare = 0.3
        case "heat": record.thermalThrottles = 4
        case "steal": record.stealShare = 0.01
        case "much steal": record.stealShare = 0.2
        case "load": record.foreignLoadShare = 0.03
        case "much load": record.foreignLoadShare = 0.5
        case "shared": record.sharedCoreShare = 0.4
        case "throttled": record.throttledMicroseconds = 500
        case "much throttled": record.throttledMicroseconds = 50_000
        case "faults": record.majorFaults = 2
        default: record.frequencyAfterHertz = 2.5e9
        }
        let reasons = NoiseLimits.reasons(record)
        #expect(reasons.count == 1 && reasons.first?.cause == cause && reasons.first?.verdict == verdict, "\(reasons)")
        #expect(reasons.allSatisfy { !$0.advice.isEmpty })
    }

    @Test func looksThatTellNothingDoNotCount() {
        #expect(NoiseLimits.sharedShare([1, nil, 0.97, 0.6, 0.7]) == 0.5)
        #expect(NoiseLimits.sharedShare([nil, nil]) == nil && NoiseLimits.sharedShare([]) == nil)
    }

    @Test func quietGivesNoReason() { #expect(NoiseLimits.reasons(.quiet).isEmpty) }

    @Test func handoversAreNotInterruptions() {
        var record = NoiseRecord.quiet
        record.runQueueWaitShare = nil
        record.involuntarySwitches = 200
        record.handovers = 50
        #expect(NoiseLimits.reasons(record).isEmpty)
        record.handovers = 25
        #expect(NoiseLimits.reasons(record).map(\.cause) == [.involuntarySwitches])
    }

    @Test func aFewShortInterruptionsAreHarmless() {
        var record = NoiseRecord.quiet
        record.involuntarySwitches = 40
        #expect(NoiseLimits.reasons(record).isEmpty)
    }

    @Test func unreadableIsUnknownAndNotInvalid() {
        let fake = FakeSampler { _, _, noise in 1_000_000 + 2_000 * noise.normal() }
        let result = measure(fake)
        #expect(result.verdict == .valid)
        #expect(result.judgement.unknowns.count == 11)
    }

    /// Single runs: one switch counts if it took its part of the time, and rates or allowances play no part.
    @Test func causesOfSingleRuns() {
        func causes(_ change: (inout NoiseRecord) -> Void) -> [Reason.Cause] {
            var record = NoiseRecord(elapsedNanoseconds: 1_000_000, members: 2)
            record.runQueueWaitShare = 0
            change(&record)
            return NoiseLimits.causes(ofRuns: record)
        }
        #expect(causes { _ in } == [])
        #expect(causes { $0.sharedCoreShare = 0.5 } == [.sharedCore])
        #expect(causes { $0.involuntarySwitches = 1 } == [])
        #expect(causes { ($0.involuntarySwitches, $0.runQueueWaitShare) = (1, nil) } == [.involuntarySwitches])
        #expect(causes { ($0.involuntarySwitches, $0.runQueueWaitShare) = (1, 0.01) } == [.involuntarySwitches, .runQueueWait])
        #expect(causes { $0.migrations = 1 } == [.migrations] && causes { $0.strayMembers = 1 } == [.migrations])
        #expect(causes { $0.throttledMicroseconds = 1 } == [.throttling] && causes { $0.majorFaults = 1 } == [.majorFaults])
        // 9 faults of a microsecond in two milliseconds of two threads are 0.45 %.
        #expect(causes { $0.minorFaults = 9 } == [] && causes { $0.minorFaults = 10 } == [.minorFaults])
    }

    @Test func theWorstReasonDecides() {
        let suspect = Reason(.drift, .suspect, "a", advice: "b"), invalid = Reason(.steal, .invalid, "c", advice: "d")
        #expect(Judgement(reasons: [], unknowns: []).verdict == .valid)
        #expect(Judgement(reasons: [suspect], unknowns: []).verdict == .suspect)
        #expect(Judgement(reasons: [suspect, invalid], unknowns: []).verdict == .invalid)
        #expect(suspect.description == "a; b")
    }
}
