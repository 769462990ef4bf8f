import ArgumentParser
import Latency
import TensorCore

/// Which measures `compare --rank-flips` holds against each other.
struct RankOptions: ParsableArguments {
    @Flag(
        help: """
            Show where measures disagree about the networks' order: FLOPs, a V100 by precision and batch, and this CPU by instruction set and \
            number of threads.
            """)
    var rankFlips = false

    @Option(help: ArgumentHelp("With --rank-flips: batches of the V100.", valueName: "list"))
    var rankBatches = NumberList([1, 32, 128])

    @Option(help: ArgumentHelp("With --rank-flips: numbers of pinned threads. Without it: 1, and one per core.", valueName: "list"))
    var rankThreads: NumberList?

    @Flag(help: "With --rank-flips: price this CPU by its measured layers instead of measuring whole networks.")
    var predicted = false

    func validate() throws {
        guard rankFlips || !predicted else { throw ValidationError("--predicted belongs to --rank-flips") }
        guard rankFlips || rankThreads == nil else { throw ValidationError("--rank-threads belongs to --rank-flips; --threads sets the threads of a comparison") }
        if let large = rankBatches.values.first(where: { $0 > 65536 }) { throw ValidationError("--rank-batches \(large) is not between 1 and 65536") }
    }
}
