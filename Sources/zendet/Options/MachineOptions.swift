import ArgumentParser
import Inference
import Machine
import TensorCore

extension InstructionSet: ExpressibleByArgument {}
extension ConvolutionAlgorithm: ExpressibleByArgument {}

/// On which CPUs and with which instructions a command runs.
struct MachineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("CPUs that threads may be pinned to, as in 0-3,8. Without it: one per core, nearest first.", valueName: "list"))
    var cpus: String?

    @Option(help: "Instruction set: baseline, avx2 or avx512. Without it: the widest that runs here.")
    var isa: InstructionSet?

    @Option(
        help: """
            How convolutions are computed: auto (the way that was measured to be the fastest for each layer; the first run measures and keeps it), \
            rule (Winograd where it is expected to be faster) or direct.
            """)
    var convolution = ConvolutionAlgorithm.automatic

    @Option(help: ArgumentHelp("The table of measured layers that is kept between runs.", valueName: "path"), completion: .file())
    var layerTable: String?

    /// The instruction set to use.
    ///
    /// - Throws: `CommandError` for one that this machine lacks.
    func instructionSet() throws(CommandError) -> InstructionSet {
        let isa = isa ?? .best
        guard isa.isAvailable else {
            let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            throw CommandError(.usage, "--isa \(isa.rawValue): this machine does not have it; it has \(known)")
        }
        return isa
    }

    func cpuList() throws(CommandError) -> [Int]? {
        guard let cpus else { return nil }
        do { return try CPUList.parse(cpus) } catch { throw CommandError(.badInput, "--cpus: \(error.message)") }
    }
}

/// Number of threads for commands that take one number.
struct ThreadOption: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("Number of pinned threads. Without it: one per core.", valueName: "number"))
    var threads: Int?
}
