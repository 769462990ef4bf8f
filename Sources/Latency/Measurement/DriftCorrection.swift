/// What the machine's speed did to one measurement, by an ``Anchor`` beside it. Both medians are kept.
public struct DriftCorrection: Hashable, Sendable, Codable {
    /// The anchor's first reading of the run: the speed that all measurements are corrected to.
    public var anchorReferenceNanoseconds: Double
    /// The anchor beside the measurement.
    public var anchorNanoseconds: Double
    /// The median as measured, and as it would be at the reference's speed.
    public var rawNanoseconds: Double
    public var correctedNanoseconds: Double

    /// Corrects by the anchor before and after a measurement; their geometric mean stands for the speed meanwhile.
    ///
    /// - Source: own derivation; a drift that is linear in time on a logarithmic scale.
    public init(rawNanoseconds: Double, reference: Double, before: Double, after: Double) {
        anchorReferenceNanoseconds = reference
        anchorNanoseconds = (before * after).squareRoot()
        self.rawNanoseconds = rawNanoseconds
        let slowness = anchorNanoseconds / reference
        correctedNanoseconds = slowness > 0 && slowness.isFinite ? rawNanoseconds / slowness : rawNanoseconds
    }

    /// Corrects rounds in which the anchor took its turn: the median of time over anchor, round by round, at the reference's speed.
    ///
    /// - Returns: nil without a round, or with a time that cannot be divided by.
    public init?(rawNanoseconds: Double, rounds: [Double], anchor: [Double], reference: Double) {
        guard !rounds.isEmpty, rounds.count == anchor.count, anchor.allSatisfy({ $0 > 0 }) else { return nil }
        anchorReferenceNanoseconds = reference
        anchorNanoseconds = Quantile.median(anchor)
        self.rawNanoseconds = rawNanoseconds
        correctedNanoseconds = Quantile.median(zip(rounds, anchor).map { $0 / $1 }) * reference
    }

    /// By how much the machine was slower than at the reference, as a share; negative where it was faster.
    public var drift: Double { anchorReferenceNanoseconds > 0 ? anchorNanoseconds / anchorReferenceNanoseconds - 1 : 0 }

    enum CodingKeys: String, CodingKey {
        case anchorReferenceNanoseconds = "anchor_reference_ns"
        case anchorNanoseconds = "anchor_ns"
        case rawNanoseconds = "raw_median_ns"
        case correctedNanoseconds = "drift_corrected_median_ns"
    }
}
