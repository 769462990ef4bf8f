import Synchronization

/// What each member's core does in a cycle when it is undisturbed: a constant of the core.
///
/// Kept for a team's life. A core adds a whole number of times in a cycle, as often as it has units for that, and the probe's loop takes one of 33. So
/// its width is the least such number that explains what was read; a core that was never seen undisturbed has a known width, too.
///
/// Undisturbed readings lie within half a per cent of each other, and nothing is faster; but one in some hundred thousand is too large, where both of a
/// reading's chains were slowed. So what was read is not the largest reading: it is the highest place where a fair number of them lie together.
/// - Source: own derivation; of 400,000 readings on a Zen 3 core with four such units, undisturbed ones were 3.88 to 3.91.
final class CoreWidths: Sendable {
    /// Thousandths of an addition in a bin: less than a per cent of a core that does four.
    private static let binWidth = 32
    private static let bins = 512
    /// How many readings, and which share of all, have to lie in two bins side by side.
    private static let fewest = 5
    private static let leastShare = 0.002

    private struct Core {
        var counts = [Int](repeating: 0, count: CoreWidths.bins)
        var readings = 0

        /// In thousandths of an addition; nil until it is known.
        var width: Double? {
            let needed = max(CoreWidths.fewest, Int(CoreWidths.leastShare * Double(readings)))
            for bin in counts.indices.reversed() where bin > 0 && counts[bin] + counts[bin - 1] >= needed {
                return CoreWidths.whole(Double(bin * CoreWidths.binWidth))
            }
            return nil
        }
    }

    /// What a core reads that does no less than this, undisturbed. Some per cent more than a whole number is still that number.
    static func whole(_ reading: Double) -> Double {
        let one = 1000.0 * 32 / 33
        return one * max((reading / one - 0.04).rounded(.up), 1)
    }

    private let cores: Mutex<[Core]>
    private let isLearned = Mutex(false)
    /// What interrupting each member for a look takes beside the look; nil until it was measured.
    let interruptionNanoseconds = Mutex<[Double]?>(nil)

    init(count: Int) { cores = Mutex(Array(repeating: Core(), count: count)) }

    /// True for who asks first.
    func beginsLearning() -> Bool {
        isLearned.withLock { isLearned in
            defer { isLearned = true }
            return !isLearned
        }
    }

    /// Takes in one member's readings; 0 is none.
    func see(_ widths: some Sequence<UInt64>, of member: Int) {
        cores.withLock { cores in
            for width in widths where width > 0 {
                cores[member].counts[min(Int(width) / Self.binWidth, Self.bins - 1)] += 1
                cores[member].readings += 1
            }
        }
    }

    /// The part of its core that a member had at each of its looks, at most 1; nil where that is not known. What surrounds a look takes some per cent off a
    /// reading.
    ///
    /// - Parameter readings: of each member one for each look.
    func shares(_ readings: [[UInt64]]) -> [[Double?]] {
        let widths = cores.withLock { $0.map(\.width) }
        return zip(readings, widths).map { readings, width in
            readings.map { reading in width.flatMap { reading > 0 ? min(1, Double(reading) / $0) : nil } }
        }
    }

    /// For each look the least of the members' shares; nil where that of one is not known.
    static func least(_ shares: [[Double?]]) -> [Double?] {
        guard let looks = shares.map(\.count).min() else { return [] }
        return (0..<looks).map { look in
            let known = shares.compactMap { $0[look] }
            return known.count == shares.count ? known.min() : nil
        }
    }
}
