/// What the machine did during one block of samples: a line of a measurement's noise ledger.
///
/// A block is about 50 ms, and one sample where a run is longer, so that a disturbance is laid at the door of the samples it hit. Where networks
/// take turns it is a round of all of them, and each network's ledger has the round's disturbances.
public struct LedgerEntry: Hashable, Sendable, Codable {
    /// Index of the block's first sample, and how many it has.
    public var firstSample: Int
    public var samples: Int
    public var noise: NoiseRecord
    /// What the block alone would be accused of.
    public var causes: [Reason.Cause]

    public init(firstSample: Int, samples: Int, noise: NoiseRecord) {
        self.firstSample = firstSample
        self.samples = samples
        self.noise = noise
        causes = NoiseLimits.reasons(noise).map(\.cause)
    }

    enum CodingKeys: String, CodingKey {
        case firstSample = "first_sample"
        case samples, noise, causes
    }
}

extension [LedgerEntry] {
    /// "migrations in samples 12-13 of 40" for every cause, its blocks joined.
    func summaries(of count: Int) -> [String] {
        var places: [Reason.Cause: [(first: Int, last: Int)]] = [:]
        for entry in self where entry.samples > 0 {
            let (first, last) = (entry.firstSample + 1, entry.firstSample + entry.samples)
            for cause in entry.causes {
                if let end = places[cause]?.last?.last, end + 1 == first {
                    places[cause]![places[cause]!.count - 1].last = last
                } else {
                    places[cause, default: []].append((first, last))
                }
            }
        }
        return Reason.Cause.allCases.compactMap { cause in
            guard let ranges = places[cause] else { return nil }
            let shown = ranges.prefix(4).map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ", ")
            let word = cause.rawValue.split(separator: "_").joined(separator: " ")
            return "\(word) in samples \(shown)\(ranges.count > 4 ? " and \(ranges.count - 4) more blocks" : "") of \(count)"
        }
    }
}
