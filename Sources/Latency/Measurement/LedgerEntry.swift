/// What the machine did during some samples in a row: a line of a measurement's ``NoiseLedger``.
public struct LedgerEntry: Hashable, Sendable, Codable {
    /// Index of the first sample, and how many there are.
    public var firstSample: Int
    public var samples: Int
    public var noise: NoiseRecord
    /// What these samples alone would be accused of.
    public var causes: [Reason.Cause]

    public init(firstSample: Int, samples: Int, noise: NoiseRecord, causes: [Reason.Cause]) {
        self.firstSample = firstSample
        self.samples = samples
        self.noise = noise
        self.causes = causes
    }

    enum CodingKeys: String, CodingKey {
        case firstSample = "first_sample"
        case samples, noise, causes
    }
}
