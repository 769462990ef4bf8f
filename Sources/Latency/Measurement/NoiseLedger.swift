/// What the machine did to each sample of a measurement.
///
/// Two levels, since not everything can be read as often. Between runs the threads read their own counters (``entries``): switches, migrations,
/// faults, waiting for a CPU and the control group's throttling belong to the sample they hit, or to the fewest samples beside which a
/// reading takes at most half a per cent of the time. Around blocks of samples everything is read (``blocks``): load of others and steal time,
/// which the kernel counts in ticks of 10 ms as a rule, the frequency and throttling by heat are known for a block only.
public struct NoiseLedger: Hashable, Sendable, Codable {
    /// Samples of one entry; the last entry of a block may have fewer.
    public var samplesPerEntry: Int
    /// What one reading between runs takes; nil where nothing was read between runs.
    public var readingNanoseconds: Double?
    /// Each sample is in one of these, or in none where nothing was read between runs.
    public var entries: [LedgerEntry]
    /// Each sample is in one of these. Where networks take turns: a turn, or a whole round where a turn is too short, and then with what happened in
    /// the others' turns.
    public var blocks: [LedgerEntry]

    public init(samplesPerEntry: Int = 1, readingNanoseconds: Double? = nil, entries: [LedgerEntry] = [], blocks: [LedgerEntry] = []) {
        self.samplesPerEntry = samplesPerEntry
        self.readingNanoseconds = readingNanoseconds
        self.entries = entries
        self.blocks = blocks
    }

    /// What speaks against one sample, by its entry and its block.
    public func causes(ofSample sample: Int) -> [Reason.Cause] {
        Reason.Cause.allCases.filter { cause in disturbances.contains { $0.cause == cause && $0.samples.contains(sample) } }
    }

    /// Samples in a row that were disturbed by one thing.
    public struct Disturbance: Hashable, Sendable {
        public var cause: Reason.Cause
        /// Indices of the samples, from 0.
        public var samples: Range<Int>
        /// Whether a whole block is accused, of which single samples may be innocent.
        public var isBlock: Bool
    }

    /// Every disturbance, cause by cause, neighbours joined. What can be read between runs is judged by that and not by blocks.
    public var disturbances: [Disturbance] {
        var found: [Disturbance] = []
        for cause in Reason.Cause.allCases {
            let isBlock = entries.isEmpty || !NoiseLimits.causesOfRuns.contains(cause)
            for entry in isBlock ? blocks : entries where entry.samples > 0 && entry.causes.contains(cause) {
                let range = entry.firstSample..<entry.firstSample + entry.samples
                if let last = found.last, last.cause == cause, last.samples.upperBound == range.lowerBound {
                    found[found.count - 1].samples = last.samples.lowerBound..<range.upperBound
                } else {
                    found.append(Disturbance(cause: cause, samples: range, isBlock: isBlock))
                }
            }
        }
        return found
    }

    /// Of the entries, by time; nil where none knows it.
    var sharedCoreShare: Double? {
        let known = entries.compactMap { entry in entry.noise.sharedCoreShare.map { (share: $0, time: Double(entry.noise.elapsedNanoseconds)) } }
        let time = known.reduce(0) { $0 + $1.time }
        return time > 0 ? known.reduce(0) { $0 + $1.share * $1.time } / time : nil
    }

    /// The samples whose entry does not know of this cause.
    func indices(without cause: Reason.Cause) -> [Int] {
        entries.filter { !$0.causes.contains(cause) }.flatMap { Array($0.firstSample..<$0.firstSample + $0.samples) }
    }

    /// "migrations in samples 12-13 of 40" for every cause, counted from 1.
    func summaries(of count: Int) -> [String] {
        let all = disturbances
        return Reason.Cause.allCases.compactMap { cause in
            let places = all.filter { $0.cause == cause }.map(\.samples)
            guard !places.isEmpty else { return nil }
            let shown = places.prefix(4).map { $0.count == 1 ? "\($0.lowerBound + 1)" : "\($0.lowerBound + 1)-\($0.upperBound)" }.joined(separator: ", ")
            let word = cause.rawValue.split(separator: "_").joined(separator: " ")
            return "\(word) in samples \(shown)\(places.count > 4 ? " and \(places.count - 4) more places" : "") of \(count)"
        }
    }

    /// One ledger for the samples of several measurements, one behind the other.
    static func joined(_ parts: [Measurement]) -> NoiseLedger? {
        var (all, first) = (NoiseLedger(), 0)
        for part in parts {
            guard let ledger = part.ledger else { return nil }
            func moved(_ entries: [LedgerEntry]) -> [LedgerEntry] {
                entries.map { entry in
                    var entry = entry
                    entry.firstSample += first
                    return entry
                }
            }
            all.samplesPerEntry = max(all.samplesPerEntry, ledger.samplesPerEntry)
            all.readingNanoseconds = ledger.readingNanoseconds.map { max($0, all.readingNanoseconds ?? 0) } ?? all.readingNanoseconds
            all.entries += moved(ledger.entries)
            all.blocks += moved(ledger.blocks)
            first += part.samplesNanoseconds.count
        }
        return all
    }

    enum CodingKeys: String, CodingKey {
        case samplesPerEntry = "samples_per_entry"
        case readingNanoseconds = "reading_ns"
        case entries, blocks
    }
}
