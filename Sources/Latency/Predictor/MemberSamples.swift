/// One member's times of one part of a step, and what its time is on a core of its own.
///
/// A neighbour only adds time, also one that came and went between two looks, or emptied the caches before: so the lower end of what the looks call undisturbed is nearest to the truth.
/// Of a long step they call few so, since both of its ends have to be: the fastest sample stands in where, by how often the member was undisturbed at all, twice as many
/// samples as are needed were. Beside a neighbour that never rests nothing does: all samples then take half as long again, for minutes.
/// - Source: own derivation. On a host whose neighbours left a core to itself for a twentieth of the time, the same steps in windows of three seconds: the 5th percentile of undisturbed samples
///   differed by 1.0 to 2.6 % (median of the absolute deviations, short steps most), the lower quartile by 1.5 to 4.3 %, the fastest of all samples by 2.1 to 4.7 %, their median by 5 to 13 %.
struct MemberSamples: Hashable, Sendable {
    /// The quantile of undisturbed samples that is taken.
    static let typical = 0.1

    private(set) var own: [UInt64] = []
    private(set) var all: [UInt64] = []

    /// - Parameter coreShares: what the member had of its core at each of the samples; where none is known, everything counts as undisturbed.
    mutating func add(_ samples: [UInt64], _ coreShares: [Double?]) {
        all += samples
        own += NetworkSteps.own(samples, coreShares)
    }

    mutating func add(_ other: MemberSamples) {
        all += other.all
        own += other.own
    }

    /// - Parameters:
    ///   - needed: undisturbed samples.
    ///   - ownShare: of the member's samples of all parts those that are undisturbed.
    /// - Returns: nanoseconds; nil where there are too few samples.
    func time(needed: Int, ownShare: Double) -> Double? {
        if own.count >= needed { return Quantile.of(own.map { Double($0) }, Self.typical) }
        if Double(all.count) * ownShare >= 2 * Double(needed) { return all.min().map { Double($0) } }
        return nil
    }

    /// The even or the odd ones.
    func half(_ half: Int) -> MemberSamples {
        func of(_ samples: [UInt64]) -> [UInt64] { samples.indices.filter { $0 % 2 == half }.map { samples[$0] } }
        return MemberSamples(own: of(own), all: of(all))
    }
}
