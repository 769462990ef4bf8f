import Machine
import TensorCore

/// What the machine can do at most, measured with the engine's own instruction set on its own pinned threads.
///
/// Rates are the best of several blocks of about 20 ms: a peak is a bound, and a disturbance can only lower a rate.
public struct MachinePeaks: Hashable, Sendable, Codable {
    /// Instruction set of the loops, as on the command line.
    public var isa: String
    /// The CPUs, one per member, in the plan's order.
    public var cpus: [Int]
    /// fp32 multiply-adds on each CPU by itself, the others idle; FLOP/s, a multiply-add counts two. Same order as `cpus`.
    public var flopPerSecondAlone: [Double]
    /// fp32 multiply-adds on all CPUs at once; FLOP/s.
    public var flopPerSecondAll: Double
    /// Bytes per second read from memory by the first CPU alone, and by all at once.
    public var readBytesPerSecondAlone: Double
    public var readBytesPerSecondAll: Double
    /// Bytes per second copied: each byte counts once as read and once as written. Fetching the written line is not counted.
    public var copyBytesPerSecondAlone: Double
    public var copyBytesPerSecondAll: Double
    /// Bytes of all buffers of one bandwidth run, well beyond the last-level cache.
    public var bandwidthBufferBytes: Int

    public init(
        isa: String, cpus: [Int], flopPerSecondAlone: [Double], flopPerSecondAll: Double, readBytesPerSecondAlone: Double,
        readBytesPerSecondAll: Double, copyBytesPerSecondAlone: Double, copyBytesPerSecondAll: Double, bandwidthBufferBytes: Int
    ) {
        self.isa = isa
        self.cpus = cpus
        self.flopPerSecondAlone = flopPerSecondAlone
        self.flopPerSecondAll = flopPerSecondAll
        self.readBytesPerSecondAlone = readBytesPerSecondAlone
        self.readBytesPerSecondAll = readBytesPerSecondAll
        self.copyBytesPerSecondAlone = copyBytesPerSecondAlone
        self.copyBytesPerSecondAll = copyBytesPerSecondAll
        self.bandwidthBufferBytes = bandwidthBufferBytes
    }

    /// The peak that a run on the first `threads` CPUs is held against, in FLOP/s: the sum of their peaks alone, and for all CPUs, or where
    /// that sum exceeds it, the peak of all at once.
    public func flopPerSecond(threads: Int) -> Double {
        threads >= cpus.count ? flopPerSecondAll : min(flopPerSecondAlone.prefix(threads).reduce(0, +), flopPerSecondAll)
    }

    enum CodingKeys: String, CodingKey {
        case isa, cpus
        case flopPerSecondAlone = "alone_flop_per_s"
        case flopPerSecondAll = "all_flop_per_s"
        case readBytesPerSecondAlone = "read_alone_byte_per_s"
        case readBytesPerSecondAll = "read_all_byte_per_s"
        case copyBytesPerSecondAlone = "copy_alone_byte_per_s"
        case copyBytesPerSecondAll = "copy_all_byte_per_s"
        case bandwidthBufferBytes = "bandwidth_buffer_bytes"
    }
}

extension MachinePeaks {
    /// Measures everything on the CPUs of a plan; about a second for two CPUs.
    ///
    /// - Parameters:
    ///   - plan: the CPUs that are measured.
    ///   - topology: tells the size of the last-level caches.
    ///   - isa: the instruction set of the multiply-adds.
    ///   - blocks: blocks of which the best counts.
    /// - Throws: `MachineError` when a thread cannot be bound.
    public static func measure(
        plan: PinningPlan, topology: Topology, isa: InstructionSet = .best, blocks: Int = 7
    ) throws(MachineError) -> MachinePeaks {
        var alone: [Double] = []
        for cpu in plan.cpus {
            let single = try ThreadTeam(plan: PinningPlan(explicit: [cpu]))
            alone.append(MultiplyAddPeak.measure(single, isa: isa, blocks: blocks).best)
        }
        let one = try ThreadTeam(plan: PinningPlan(explicit: [plan.cpus[0]]))
        let all = try ThreadTeam(plan: plan)
        let bytes = MemoryBandwidth.bufferBytes(plan: plan, topology: topology, memory: .detect())
        let single = MemoryBandwidth.measure(one, isa: isa, bytes: bytes, blocks: blocks)
        let every = MemoryBandwidth.measure(all, isa: isa, bytes: bytes, blocks: blocks)
        return MachinePeaks(
            isa: isa.rawValue, cpus: plan.cpus, flopPerSecondAlone: alone,
            flopPerSecondAll: MultiplyAddPeak.measure(all, isa: isa, blocks: blocks).best,
            readBytesPerSecondAlone: single.read, readBytesPerSecondAll: every.read, copyBytesPerSecondAlone: single.copy,
            copyBytesPerSecondAll: every.copy, bandwidthBufferBytes: bytes)
    }
}
