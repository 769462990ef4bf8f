import Latency

/// A ledger beside the samples of a record: `samples_ns[i]` belongs to the last entry whose `first_sample` is not above `i`.
///
/// `disturbed` names every run of samples that something was seen to disturb. The entries' readings lie in columns, one value an entry, null where
/// it could not be read; `blocks` has what is known of whole blocks of samples only.
struct LedgerColumns: Encodable {
    let ledger: NoiseLedger

    private struct Disturbed: Encodable {
        var cause: Reason.Cause
        var firstSample: Int
        var samples: Int
        /// "runs": read between runs; "block": read around a block, of which single samples may be innocent.
        var by: String

        enum CodingKeys: String, CodingKey {
            case cause
            case firstSample = "first_sample"
            case samples, by
        }
    }

    enum CodingKeys: String, CodingKey {
        case samplesPerEntry = "samples_per_entry"
        case readingNanoseconds = "reading_ns"
        case disturbed
        case firstSample = "first_sample"
        case elapsed = "elapsed_ns"
        case involuntarySwitches = "involuntary_switches"
        case migrations
        case strayMembers = "stray_members"
        case runQueueWaitShare = "run_queue_wait_share"
        case throttledMicroseconds = "throttled_us"
        case minorFaults = "minor_faults"
        case majorFaults = "major_faults"
        case blocks
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ledger.samplesPerEntry, forKey: .samplesPerEntry)
        try container.encodeIfPresent(ledger.readingNanoseconds, forKey: .readingNanoseconds)
        try container.encode(
            ledger.disturbances.map {
                Disturbed(cause: $0.cause, firstSample: $0.samples.lowerBound, samples: $0.samples.count, by: $0.isBlock ? "block" : "runs")
            }, forKey: .disturbed)
        func column<Value: Encodable>(_ value: (LedgerEntry) -> Value, _ key: CodingKeys) throws {
            try container.encode(ledger.entries.map(value), forKey: key)
        }
        try column(\.firstSample, .firstSample)
        try column(\.noise.elapsedNanoseconds, .elapsed)
        try column(\.noise.involuntarySwitches, .involuntarySwitches)
        try column(\.noise.migrations, .migrations)
        try column(\.noise.strayMembers, .strayMembers)
        try column(\.noise.runQueueWaitShare, .runQueueWaitShare)
        try column(\.noise.throttledMicroseconds, .throttledMicroseconds)
        try column(\.noise.minorFaults, .minorFaults)
        try column(\.noise.majorFaults, .majorFaults)
        try container.encode(ledger.blocks, forKey: .blocks)
    }
}
