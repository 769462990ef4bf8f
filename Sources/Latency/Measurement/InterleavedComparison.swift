/// Several subjects measured in turn, and how their times relate to one of them.
public struct InterleavedComparison: Hashable, Sendable, Codable {
    /// One for each subject, in the order given. All share the noise record of the whole comparison.
    public var measurements: [Measurement]
    /// Each subject's median in each round, [subject][round], in nanoseconds.
    public var roundNanoseconds: [[Double]]
    /// Index of the subject that the others are compared with.
    public var baseline: Int
    /// Each subject's time over the baseline's; the baseline's own is 1 by definition.
    public var ratios: [PairedRatio]
    /// The baseline against itself under the same rounds: differences within this interval are noise. Nil if not asked for.
    public var noiseFloor: PairedRatio?
    public var rounds: Int
    /// True when every ratio reached the width the plan asked for.
    public var isPrecise: Bool

    /// True when a subject differs from the baseline: its interval excludes 1 and its ratio lies outside of the noise floor.
    public func isDifference(_ subject: Int) -> Bool {
        let ratio = ratios[subject]
        return ratio.isDifference && !(noiseFloor?.interval?.contains(ratio.ratio) ?? false)
    }

    enum CodingKeys: String, CodingKey {
        case measurements
        case roundNanoseconds = "round_ns"
        case baseline, ratios
        case noiseFloor = "noise_floor"
        case rounds
        case isPrecise = "precise"
    }
}
