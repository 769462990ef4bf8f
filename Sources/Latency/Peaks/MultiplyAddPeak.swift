import CPlatform
import Machine
import TensorCore

/// The fp32 multiply-add rate that a team reaches from registers: the top of every roofline.
public struct MultiplyAddPeak: Hashable, Sendable, Codable {
    /// FLOP/s of each block, in the order measured.
    public var blocksFlopPerSecond: [Double]

    public var best: Double { blocksFlopPerSecond.max() ?? 0 }
    /// Below ``best`` where the machine was disturbed or changes its speed.
    public var median: Double { blocksFlopPerSecond.isEmpty ? 0 : Quantile.median(blocksFlopPerSecond) }

    /// Measures with a loop of independent multiply-adds on every member at once.
    ///
    /// A block ends when its last member does, so a slower core lowers the rate of all, as it would in a network.
    /// - Parameters:
    ///   - team: The threads, all of which work.
    ///   - isa: The instruction set of the multiply-adds.
    ///   - blocks: How many blocks count.
    ///   - blockNanoseconds: Aim for one block; the first blocks find the number of rounds and do not count.
    public static func measure(
        _ team: ThreadTeam, isa: InstructionSet = .best, blocks: Int = 7, blockNanoseconds: UInt64 = 20_000_000
    ) -> MultiplyAddPeak {
        var iterations = 10_000
        var last = block(team, isa, iterations)
        // A block of a quarter of the aim is long enough to scale from; the core has then had time to reach its speed.
        while last.nanoseconds < blockNanoseconds / 4, iterations < 1 << 40 {
            iterations *= 2
            last = block(team, isa, iterations)
        }
        iterations = max(1, Int(Double(iterations) * Double(blockNanoseconds) / Double(max(last.nanoseconds, 1))))
        return MultiplyAddPeak(
            blocksFlopPerSecond: (0..<max(blocks, 1)).map { _ in
                let block = block(team, isa, iterations)
                return block.flop / Double(max(block.nanoseconds, 1)) * 1e9
            })
    }

    private static func block(_ team: ThreadTeam, _ isa: InstructionSet, _ iterations: Int) -> (flop: Double, nanoseconds: UInt64) {
        let flops = MemberValues<Double>(count: team.count, repeating: 0)
        let sinks = MemberValues<Float>(count: team.count, repeating: 0)
        let elapsed = MemberValues<UInt64>(count: 1, repeating: 0)
        team.run { member in
            team.barrier(member)
            let start = zd_now_ns()
            let result = PeakKernel.multiplyAdd(isa, iterations: iterations)
            flops[member] = result.flop
            sinks[member] = result.value
            team.barrier(member)
            if member == 0 { elapsed[0] = zd_now_ns() - start }
        }
        return (flops.array.reduce(0, +), elapsed[0])
    }
}
