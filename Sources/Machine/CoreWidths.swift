import Synchronization

/// What each member's core did in a cycle at most: a constant of the core, once it was seen undisturbed.
///
/// Kept for a team's life, so that a measurement with a neighbour from its first to its last run knows it from an earlier one.
final class CoreWidths: Sendable {
    private let most: Mutex<[UInt64]>

    init(count: Int) { most = Mutex(Array(repeating: 0, count: count)) }

    func see(_ widths: [UInt64]) {
        most.withLock { most in
            for (member, width) in widths.enumerated() { most[member] = max(most[member], width) }
        }
    }

    /// The least part of its core that one of the members has, by what each core does in a cycle now; nil where that is not known of one, which is 0.
    func leastShare(_ widths: [UInt64]) -> Double? {
        most.withLock { most in
            guard !widths.isEmpty, zip(widths, most).allSatisfy({ $0 > 0 && $1 > 0 }) else { return nil }
            return zip(widths, most).map { Double($0) / Double($1) }.min()
        }
    }
}
