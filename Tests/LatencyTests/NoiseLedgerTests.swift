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

    /// Of a shared core the ledger tells what the others took; a reading or two of a thousand is nothing to speak of.
    @Test func samplesWithCoresOfTheirOwnAreSummarized() {
        func entry(_ first: Int, shared: Double?) -> LedgerEntry {
            var entry = Self.entry(first, 1, (shared ?? 0) > 0 ? [.sharedCore] : [])
            entry.noise.sharedCoreShare = shared
            return entry
        }
        func measurement(_ shares: [Double?]) -> Measurement {
            Measurement(
                samples: shares.map { $0 == 0 ? 1_000_000 : 1_500_000 }, warmUpRuns: 0, isSteady: true, plan: MeasurementPlan(), noise: NoiseRecord(elapsedNanoseconds: 1, members: 1),
                ledger: NoiseLedger(entries: shares.enumerated().map { entry($0, shared: $1) }))
        }
        let half = measurement((0..<160).map { $0 % 2 == 0 ? 0 : 1 })
        #expect(half.noise.sharedCoreShare == 0.5 && half.judgement.reasons.contains { $0.cause == .sharedCore && $0.verdict == .suspect })
        #expect(half.flags.contains("1.0 ms in the median of the 80 samples that had their cores for themselves"))
        let most = measurement((0..<160).map { $0 == 0 ? 0 : 1 })
        #expect(most.flags.contains("1 samples had their cores for themselves"))
        let few = measurement((0..<160).map { $0 == 0 ? 1 : 0 })
        #expect(!few.judgement.reasons.contains { $0.cause == .sharedCore } && !few.flags.contains { $0.contains("themselves") })
        let unknown = measurement((0..<160).map { _ in nil })
        #expect(unknown.noise.sharedCoreShare == nil && unknown.judgement.unknowns.contains("other hardware threads of the cores"))
    }

    /// Readings take at most half a per cent of what lies between them.
    @Test func longRunsHaveAnEntryEach() {
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 7_000, runNanoseconds: 2_000_000) == 1)
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 7_000, runNanoseconds: 1_000_000) == 2)
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 7_000, runNanoseconds: 10_000) == 140)
        #expect(LedgerKeeper.fewestRuns(readingNanoseconds: 0, runNanoseconds: 10) == 1 && LedgerKeeper.fewestRuns(readingNanoseconds: 1, runNanoseconds: 0) == 1)
    }
}
