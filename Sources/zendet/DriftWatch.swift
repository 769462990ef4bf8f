import Latency

/// Times the anchor before and after measurements of one team.
struct DriftWatch {
    private let anchor: Anchor
    private let reference: Double
    private var before: Double

    /// Takes the first reading, to which all medians are corrected.
    init(_ session: Session) throws {
        anchor = try Anchor(team: session.team, isa: session.isa)
        _ = anchor.read()
        reference = anchor.read()
        before = reference
    }

    /// Takes the reading before a measurement: right before it, since a network may take minutes to be prepared.
    mutating func begin() { before = anchor.read() }

    /// Takes the reading after it, and corrects what was measured.
    func correct(_ nanoseconds: Double) -> DriftCorrection {
        DriftCorrection(rawNanoseconds: nanoseconds, reference: reference, before: before, after: anchor.read())
    }
}
