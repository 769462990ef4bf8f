import CPlatform
import Machine
import TensorCore

/// How fast a team reads and copies memory that no cache holds.
public enum MemoryBandwidth {
    /// Bytes of all buffers together: four times the last-level caches that the CPUs reach, at least 128 MiB, at most a quarter of the
    /// memory that is available.
    ///
    /// With four times the cache at most a quarter of a pass can be served from it; a cyclic pass over more than a cache leaves next to
    /// nothing of it under the usual replacement.
    public static func bufferBytes(plan: PinningPlan, topology: Topology, memory: MachineMemory) -> Int {
        let reached = topology.caches.filter { cache in cache.kind != .instruction && cache.pus.contains(where: plan.cpus.contains) }
        let last = reached.map(\.level).max() ?? 0
        let cached = reached.filter { $0.level == last }.reduce(0) { $0 + Int(clamping: $1.bytes) }
        let wanted = max(4 * min(cached, 1 << 40), 128 << 20)
        let allowed = memory.availableBytes.map { Int(clamping: $0 / 4) } ?? wanted
        return max(min(wanted, allowed), 1 << 20)
    }

    /// Best rates over several passes, in bytes per second; a copy counts its reads and its writes.
    ///
    /// Every member has a buffer of its own, touched by itself first so that it lies in the memory nearest to it; all start at the barrier.
    public static func measure(
        _ team: ThreadTeam, isa: InstructionSet = .best, bytes: Int, blocks: Int = 7
    ) -> (read: Double, copy: Double) {
        // Two halves a member, each a multiple of 64 floats.
        let floats = max(bytes / 4 / team.count / 2 / 64 * 64, 64)
        let buffers = MemberValues<UnsafeMutablePointer<Float>?>(count: team.count, repeating: nil)
        team.run { member in
            let raw = UnsafeMutableRawPointer.allocate(byteCount: 2 * floats * 4, alignment: 4096)
            let buffer = raw.bindMemory(to: Float.self, capacity: 2 * floats)
            buffer.initialize(repeating: 1, count: 2 * floats)
            buffers[member] = buffer
        }
        defer {
            for buffer in buffers.array { buffer.map { UnsafeMutableRawPointer($0).deallocate() } }
        }
        let sinks = MemberValues<Float>(count: team.count, repeating: 0)
        let read = best(team, bytes: Double(2 * floats * 4 * team.count), blocks) { member in
            sinks[member] = PeakKernel.read(isa, buffers[member]!, count: 2 * floats)
        }
        let copy = best(team, bytes: Double(2 * floats * 4 * team.count), blocks) { member in
            PeakKernel.copy(isa, buffers[member]!, buffers[member]! + floats, count: floats)
        }
        return (read, copy)
    }

    /// The best of several passes, after one that does not count.
    private static func best(_ team: ThreadTeam, bytes: Double, _ blocks: Int, _ work: @escaping @Sendable (Int) -> Void) -> Double {
        let passes = max(blocks, 1) + 1
        let elapsed = MemberValues<UInt64>(count: passes, repeating: 0)
        team.run { member in
            for pass in 0..<passes {
                team.barrier(member)
                let start = zd_now_ns()
                work(member)
                team.barrier(member)
                if member == 0 { elapsed[pass] = zd_now_ns() - start }
            }
        }
        return bytes / Double(max(elapsed.array.dropFirst().min() ?? 1, 1)) * 1e9
    }
}
