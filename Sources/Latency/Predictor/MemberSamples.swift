/// One member's times of one part of a step, in nanoseconds or cycles, and what its time is on a core of its own.
///
/// A neighbour only adds time, also one that came and went between two looks, or emptied the caches before: so the lower end of what the looks call undisturbed is nearest to the truth.
/// Of a long step they call few so, since both of its ends have to be. Where, by how often the member was undisturbed at all, twice as many samples as are needed were, the fastest stand in:
/// the last of as many as are needed, for among the very fastest are those that had a look in them and too much taken off. Beside a neighbour that never rests nothing stands in: all
/// samples then take half as long again, for minutes.
/// - Source: own derivation. On a host whose neighbours left a core to itself for some per cent to a quarter of the time, what is taken for a step's time changed from one window of three seconds to
///   the next by, in the median, 4.2 % (steps below 0.1 ms), 2.6 % (below 0.5 ms) and 2.2 %; the lower quartile by 5.0, 3.1 and 2.0 %, the median of all samples by 7.3, 6.3 and 5.2 %.
struct MemberSamples: Hashable, Sendable {
    /// The quantile of undisturbed samples that is taken, and of few no higher than of many: on that host the interpolation of `Quantile.of` was 2.8 % too high in the mean with eight
    /// samples, that of `Quantile.medianUnbiased` is less than 0.1 % off.
    static let typical = 0.1

    private(set) var own = ThinnedSamples()
    private(set) var all = ThinnedSamples()

    /// - Parameter coreShares: what the member had of its core at each of the samples; where none is known, everything counts as undisturbed.
    mutating func add(_ samples: [UInt64], _ coreShares: [Double?]) {
        all.add(samples)
        own.add(NetworkSteps.own(samples, coreShares))
    }

    mutating func add(_ other: MemberSamples) {
        all.add(other.all.values)
        own.add(other.own.values)
    }

    /// - Parameters:
    ///   - needed: undisturbed samples, at least 1.
    ///   - ownShare: of the member's samples of all parts those that are undisturbed.
    /// - Returns: in the samples' unit; nil where there are too few of them.
    func time(needed: Int, ownShare: Double) -> Double? {
        if own.values.count >= needed { return Quantile.medianUnbiased(own.values.map { Double($0) }, Self.typical) }
        guard isEnough(needed: needed, ownShare: ownShare) else { return nil }
        return Double(all.values.sorted()[needed - 1])
    }

    func isEnough(needed: Int, ownShare: Double) -> Bool { own.values.count >= needed || Double(all.values.count) * ownShare >= 2 * Double(needed) }

    /// The even or the odd ones.
    func half(_ half: Int) -> MemberSamples {
        var samples = MemberSamples()
        samples.own.add(Self.every(own.values, half))
        samples.all.add(Self.every(all.values, half))
        return samples
    }

    private static func every(_ samples: [UInt64], _ half: Int) -> [UInt64] { samples.indices.filter { $0 % 2 == half }.map { samples[$0] } }
}

/// Samples of which every second one is dropped when they become many: those that stay are spread over all of the time alike.
struct ThinnedSamples: Hashable, Sendable {
    /// A network of a hundred steps on two threads takes 1.6 MB for these, of dozens that are visited in turns.
    static let most = 512

    private(set) var values: [UInt64] = []
    /// Of all samples, also those that were dropped.
    private(set) var count = 0
    /// Of as many samples one is kept.
    private var stride = 1

    mutating func add(_ samples: [UInt64]) {
        for sample in samples {
            if count % stride == 0 { values.append(sample) }
            count += 1
            guard values.count > Self.most else { continue }
            values = values.indices.filter { $0 % 2 == 0 }.map { values[$0] }
            stride *= 2
        }
    }
}
