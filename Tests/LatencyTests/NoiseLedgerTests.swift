@testable import Latency
import Testing

@Suite struct NoiseLedgerTests {
    static func entry(_ first: Int, _ samples: Int, _ causes: [Reason.Cause]) -> LedgerEntry {
        LedgerEntry(firstSample: first, samples: samples, noise: NoiseRecord(elapsedNanoseconds: 1, members: 1), causes: causes)
    }

    @Test func neighboursAreJoinedAndBlocksGiveWayToRuns() {
        let ledger = NoiseLedger(
            samplesPerEntry: 2, readingNanoseconds: 5,
            entries: [Self.entry(0, 2, []), Self.entry(2, 2, [.migrations]), Self.entry(4, 2, [.migrations, .runQueueWait]), Self.entry(6, 2, [.runQueueWait])],
            blocks: [Self.entry(0, 4, [.migrations, .steal]), Self.entry(4, 4, [.steal, .throttling])])
        #expect(
            ledger.disturbances == [
                .init(cause: .migrations, samples: 2..<6, isBlock: false), .init(cause: .runQueueWait, samples: 4..<8, isBlock: false),
                .init(cause: .steal, samples: 0..<8, isBlock: true),
            ])
        #expect(ledger.causes(ofSample: 1) == [.steal] && ledger.causes(ofSample: 5) == [.migrations, .runQueueWait, .steal])
        #expect(ledger.summaries(of: 8) == ["migrations in samples 3-6 of 8", "run queue wait in samples 5-8 of 8", "steal in samples 1-8 of 8"])
    }

    @Test func withoutReadingsBetweenRunsBlocksAreAccused() {
        let ledger = NoiseLedger(blocks: [Self.entry(0, 1, [.migrations]), Self.entry(1, 1, []), Self.entry(2, 1, [.migrations])])
        #expect(ledger.summaries(of: 3) == ["migrations in samples 1, 3 of 3"])
        #expect(ledger.disturbances.allSatisfy { $0.isBlock })
    }

    @Test func joinedLedgersFollowTheSamples() throws {
        func part(_ causes: [Reason.Cause]) -> Measurement {
            Measurement(
                samples: [1, 1, 1], warmUpRuns: 0, isSteady: true, plan: MeasurementPlan(), noise: .quiet,
                ledger: NoiseLedger(samplesPerEntry: 3, readingNanoseconds: 7, entries: [Self.entry(0, 3, causes)], blocks: [Self.entry(0, 3, [])]))
        }
        let joined = try #require(NoiseLedger.joined([part([]), part([.majorFaults])]))
        #expect(joined.disturbances == [.init(cause: .majorFaults, samples: 3..<6, isBlock: false)])
        #expect(joined.blocks.map(\.firstSample) == [0, 3] && joined.readingNanoseconds == 7)
    }

    /// Readings take at most half a per cent of what lies between them.
    @Test func longRunsHaveAnEntryEach() {
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 7_000, runNanoseconds: 2_000_000) == 1)
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 7_000, runNanoseconds: 1_000_000) == 2)
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 7_000, runNanoseconds: 10_000) == 140)
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 0, runNanoseconds: 10) == 1 && LedgerKeeper.fewestRuns(readingNanoseconds: 1, runNanoseconds: 0) == 1)
    }
}
