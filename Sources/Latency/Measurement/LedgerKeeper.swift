import CPlatform
import Machine

/// Keeps the ledger of one subject while it is sampled: the counters between its runs, and what the observer says of its blocks.
struct LedgerKeeper {
    /// The most that readings may take of the time, each level for itself; own choice, half of the usual ±1 % interval.
    static let readingShare = 0.005

    /// How many times as long as the plan's a block may get for the sake of cheap readings. On a busy machine a reading waits for its threads: then it
    /// takes what it takes, and blocks still end in time.
    static let longestBlock = 4

    private let marks: TeamMarks?
    private let stride: Int
    /// Readings with the number of samples before them.
    private var readings: [(first: Int, reading: TeamMarks.Reading)] = []
    private var blocks: [LedgerEntry] = []

    /// - Parameter runNanoseconds: about what one run takes.
    init(_ marks: TeamMarks?, runNanoseconds: Double) {
        self.marks = marks
        stride = marks.map { Self.fewestRuns(readingNanoseconds: $0.readingNanoseconds, runNanoseconds: runNanoseconds) } ?? 1
    }

    /// The fewest runs beside which a reading is cheap enough.
    static func fewestRuns(readingNanoseconds: Double, runNanoseconds: Double) -> Int {
        guard runNanoseconds > 0 else { return 1 }
        return max(1, Int(min((readingNanoseconds / readingShare / runNanoseconds).rounded(.up), 1e6)))
    }

    /// Samples with readings in between, where the subject's team takes them.
    ///
    /// - Parameter first: number of samples before these.
    mutating func sample(_ subject: any Sampled, runs: Int, first: Int) -> [UInt64] {
        guard let marks else { return subject.sample(runs: runs) }
        marks.begin(runs: runs, each: stride)
        let times = subject.sample(runs: runs, marks: marks)
        if times.count == runs, let reading = marks.end() { readings.append((first, reading)) }
        return times
    }

    mutating func add(block noise: NoiseRecord, first: Int, samples: Int) {
        guard samples > 0 else { return }
        blocks.append(LedgerEntry(firstSample: first, samples: samples, noise: noise, causes: NoiseLimits.reasons(noise).map(\.cause)))
    }

    /// What was kept, made into numbers.
    var ledger: NoiseLedger {
        guard let marks else { return NoiseLedger(samplesPerEntry: stride, blocks: blocks) }
        let entries = readings.flatMap { first, reading in
            reading.deltas.map { run, count, delta in
                let noise = NoiseRecord(delta, members: marks.memberCount, handovers: 0)
                return LedgerEntry(firstSample: first + run, samples: count, noise: noise, causes: NoiseLimits.causes(ofRuns: noise))
            }
        }
        return NoiseLedger(samplesPerEntry: stride, readingNanoseconds: entries.isEmpty ? nil : marks.readingNanoseconds, entries: entries, blocks: blocks)
    }
}

extension NoiseObserver {
    /// What one observation takes beside the work, the best of several.
    var observationNanoseconds: Double {
        (0..<5).map { _ in
            let start = zd_now_ns()
            _ = observe { 0 }
            return Double(zd_now_ns() - start)
        }.min() ?? 0
    }
}
