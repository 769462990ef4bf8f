import Synchronization

/// What each member's core does in a cycle when it is undisturbed: a constant of the core, once it was seen so.
///
/// Kept for a team's life, so that a measurement with a neighbour from its first to its last run knows it from an earlier one.
///
/// Undisturbed readings lie within half a per cent of each other, and nothing is faster; but one in some hundred thousand is too large, where both of a
/// reading's chains were slowed. So the width is not the largest reading: it is the highest place where a fair number of them lie together.
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

        /// Nil until it is known.
        var width: Double? {
            let needed = max(CoreWidths.fewest, Int(CoreWidths.leastShare * Double(readings)))
            for bin in counts.indices.reversed() where bin > 0 && counts[bin] + counts[bin - 1] >= needed {
                return Double(bin * CoreWidths.binWidth)
            }
            return nil
        }
    }

    private let cores: Mutex<[Core]>

    init(count: Int) { cores = Mutex(Array(repeating: Core(), count: count)) }

    /// Takes in one member's readings; 0 is none.
    func see(_ widths: some Sequence<UInt64>, of member: Int) {
        cores.withLock { cores in
            for width in widths where width > 0 {
                cores[member].counts[min(Int(width) / Self.binWidth, Self.bins - 1)] += 1
                cores[member].readings += 1
            }
        }
    }

    /// For each look the least part of its core that one of the members has, at most 1; nil where that is not known of one.
    ///
    /// - Parameter looks: of each look one reading of each member.
    func leastShares(_ looks: [[UInt64]]) -> [Double?] {
        let widths = cores.withLock { $0.map(\.width) }
        return looks.map { readings in
            var least = 1.0
            for (reading, width) in zip(readings, widths) {
                guard reading > 0, let width else { return nil }
                least = min(least, Double(reading) / width)
            }
            return readings.isEmpty ? nil : least
        }
    }
}
