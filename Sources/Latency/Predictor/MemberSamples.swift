/// One member's times of one part of a step, and what its time is on a core of its own.
///
/// A neighbour only adds time, also one that came and went between two looks, or emptied the caches before: so the lower end of what the looks call undisturbed is nearest to the truth.
/// Where they call next to nothing undisturbed, the fastest of very many samples stands in.
/// - Source: own derivation. On a host whose neighbours left a core to itself for a twentieth of the time, the same steps in windows of three seconds: the 5th percentile of undisturbed samples
///   differed by 1.0 to 2.6 % (median of the absolute deviations, short steps most), the lower quartile by 1.5 to 4.3 %, the fastest of all samples by 2.1 to 4.7 %, their median by 5 to 13 %.
struct MemberSamples: Hashable, Sendable {
    /// The quantile of undisturbed samples that is taken.
    static let typical = 0.1
    /// How many times as many samples, undisturbed or not, do for those that are needed undisturbed.
    static let manyTimes = 20

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

    /// - Parameter needed: undisturbed samples.
    /// - Returns: nanoseconds; nil where there are too few samples.
    func time(needed: Int) -> Double? {
        if own.count >= needed { return Quantile.of(own.map { Double($0) }, Self.typical) }
        if all.count >= Self.manyTimes * needed { return all.min().map { Double($0) } }
        return nil
    }

    /// The even or the odd ones.
    func half(_ half: Int) -> MemberSamples {
        func of(_ samples: [UInt64]) -> [UInt64] { samples.indices.filter { $0 % 2 == half }.map { samples[$0] } }
        return MemberSamples(own: of(own), all: of(all))
    }
}
