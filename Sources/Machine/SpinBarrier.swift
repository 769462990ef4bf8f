internal import CPlatform
import Glibc
import Synchronization

/// A sense-reversing spin barrier for a fixed number of threads.
///
/// Each member counts the barriers it has entered; that count is its sense. The last to arrive publishes the count, the others spin
/// until they see it. Members' plain writes before a barrier are visible to all after it (release by every arrival, acquire by
/// every departure). Source: J. Mellor-Crummey and M. Scott, "Algorithms for Scalable Synchronization on Shared-Memory
/// Multiprocessors", 1991, section 3.1, with a counter in the place of the flag.
final class SpinBarrier: @unchecked Sendable {
    private let count: Int
    /// Pauses before a waiter offers its CPU to others. 4096 pauses are some 50–150 µs: longer than members of a layer drift apart,
    /// short enough to survive when another thread holds the CPU.
    private let spins: Int
    /// One count per member, each on its own pair of cache lines.
    private let entered: UnsafeMutablePointer<UInt>
    private static let stride = 128 / MemoryLayout<UInt>.stride

    // The paddings keep the two atomics on different pairs of 64-byte lines (the adjacent-line prefetcher fetches pairs) and away
    // from the object's header, whose reference count other threads may write.
    private let before = Padding()
    private let arrived = Atomic<Int>(0)
    private let between = Padding()
    private let released = Atomic<UInt>(0)
    private let after = Padding()

    private typealias Padding = InlineArrayOf128Bytes

    /// - Parameter oversubscribed: true when members share a CPU; waiters then yield almost at once.
    init(count: Int, oversubscribed: Bool) {
        self.count = count
        spins = oversubscribed ? 16 : 4096
        entered = .allocate(capacity: (count + 1) * Self.stride)
        entered.initialize(repeating: 0, count: (count + 1) * Self.stride)
    }

    deinit { entered.deallocate() }

    /// Returns when all members have called it as often as `member` has.
    @inline(never)
    func wait(_ member: Int) {
        precondition(member >= 0 && member < count, "barrier: no such member")
        // The first slot is a gap as well: the allocation may share its first lines with something else.
        let own = entered + (member + 1) * Self.stride
        let sense = own.pointee &+ 1
        own.pointee = sense
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            released.store(sense, ordering: .releasing)
            return
        }
        var spun = 0
        while released.load(ordering: .acquiring) != sense {
            if spun < spins {
                spun += 1
                zd_spin_pause()
            } else {
                sched_yield()
            }
        }
    }
}

/// 128 bytes that nobody reads.
private struct InlineArrayOf128Bytes {
    let bytes = InlineArray<16, UInt>(repeating: 0)
}
