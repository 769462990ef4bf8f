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
    /// The anchor's median in each round; nil where none took part.
    public var anchorRoundNanoseconds: [Double]?
    /// True when every ratio reached the width the plan asked for.
    public var isPrecise: Bool

    /// The confidence of the interval that a difference is judged by.
    ///
    /// A comparison looks at its interval after every round and stops once it is narrow, and intervals that are narrow by chance miss more
    /// often than they say. Own choice; tests hold it to at most 5 differences in 100 comparisons of a thing with itself.
    public static let differenceConfidence = 0.99

    /// True when a subject differs from the baseline: its 99 % interval excludes 1, and its ratio lies outside of the noise floor.
    public func isDifference(_ subject: Int) -> Bool {
        let (times, base) = (roundNanoseconds[subject], roundNanoseconds[baseline])
        guard subject != baseline, !times.isEmpty, times.allSatisfy({ $0 > 0 }), base.allSatisfy({ $0 > 0 }) else { return false }
        let ratio = PairedRatio.of(values: times, baseline: base, confidence: Self.differenceConfidence)
        return ratio.isDifference && !(noiseFloor?.interval?.contains(ratio.ratio) ?? false)
    }

    /// A subject's time over another's, round by round; 1 without an interval where there is nothing to divide.
    public func ratio(of subject: Int, to other: Int, confidence: Double = 0.95) -> PairedRatio {
        pairedRatio(roundNanoseconds[subject], roundNanoseconds[other], confidence: confidence)
    }

    /// A subject's median at the speed at which the anchor takes `reference`; without one, at its median speed of these rounds.
    public func driftCorrection(_ subject: Int, reference: Double? = nil) -> DriftCorrection? {
        guard let anchor = anchorRoundNanoseconds, !anchor.isEmpty else { return nil }
        return DriftCorrection(
            rawNanoseconds: measurements[subject].medianNanoseconds, rounds: roundNanoseconds[subject], anchor: anchor,
            reference: reference ?? Quantile.median(anchor))
    }

    enum CodingKeys: String, CodingKey {
        case measurements
        case roundNanoseconds = "round_ns"
        case baseline, ratios
        case noiseFloor = "noise_floor"
        case rounds
        case anchorRoundNanoseconds = "anchor_round_ns"
        case isPrecise = "precise"
    }
}
