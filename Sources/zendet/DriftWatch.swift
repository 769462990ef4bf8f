import Latency

/// Times the anchor between measurements of one team.
struct DriftWatch {
    private let anchor: Anchor
    private let reference: Double
    private var last: Double

    /// Takes the first reading, to which all medians are corrected.
    init(_ session: Session) throws {
        anchor = try Anchor(team: session.team, isa: session.isa)
        _ = anchor.read()
        reference = anchor.read()
        last = reference
    }

    /// Takes another reading, and corrects what was measured since the last one.
    mutating func correct(_ nanoseconds: Double) -> DriftCorrection {
        let before = last
        last = anchor.read()
        return DriftCorrection(rawNanoseconds: nanoseconds, reference: reference, before: before, after: last)
    }
}
