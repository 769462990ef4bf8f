import Architecture
import Inference
import Machine
import TensorCore

/// A fixed piece of work that is timed again and again between candidates, to see how fast the machine is meanwhile.
///
/// A small residual network: multiply-adds near the peak and maps that pass through the second cache, as in the networks that are measured. It
/// takes about a millisecond, so that a median of it costs little.
public final class Anchor: Sampled {
    private let executable: Executable
    /// Sampling for one reading: long enough for a median to a few tenths of a per cent on a quiet machine.
    public static let readingNanoseconds: UInt64 = 60_000_000
    static let fewestRuns = 15

    /// - Throws: `InferenceError` where there is no memory for it.
    public init(team: ThreadTeam, isa: InstructionSet) throws {
        let structure = Structure(
            name: "anchor",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 32, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 32, out: 128, stride: 2, kernelSize: 3, depth: 2, bottleneck: 64),
                Block(.superResK1KXK1, in: 128, out: 256, stride: 2, kernelSize: 3, depth: 2, bottleneck: 96),
            ])
        // The rule and not measurements chooses the algorithms: an anchor is the same work on every day.
        executable = try Executable(structure.network(), resolution: 128, isa: isa, team: team, seed: 1, convolution: .rule)
    }

    public func sample(runs: Int) -> [UInt64] { executable.sample(runs: runs) }

    /// One reading, after a run that fills the caches: the median in nanoseconds.
    public func read() -> Double {
        let first = total(executable.sample(runs: 2)) / 2
        let runs = max(Anchor.fewestRuns, min(2000, Int(Double(Anchor.readingNanoseconds) / max(first, 1))))
        return Quantile.median(executable.sample(runs: runs))
    }
}
