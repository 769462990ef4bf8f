import ArgumentParser
import Latency

/// The command: `zendet SUBCOMMAND`.
struct ZenDet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zendet",
        abstract: "Finds object-detection backbones for the CPU that you own.",
        discussion: """
            Candidates are scored without training (maximum entropy), timed on pinned threads of this machine, and searched for the best \
            score within a budget that is measured, not guessed.

            EXAMPLES
              zendet search --budget-latency resnet50 --resolution 480
              zendet compare maedet-s maedet-m --baseline resnet50 --resolution 480
              zendet bench resnet50 --resolution 480,640 --threads 1,2

            EXIT CODES
              0 done              1 failure
              3 the budget cannot be met
              64 wrong usage      65 bad input      66 missing input
              75 too noisy, with --strict
            """,
        version: ZenDetVersion.current,
        subcommands: [
            SearchCommand.self, CompareCommand.self, BenchCommand.self, VerifyCommand.self, ScoreCommand.self, ModelsCommand.self, TopologyCommand.self,
            ProfileCommand.self, ExportCommand.self, ReportCommand.self, DoctorCommand.self, EnginesCommand.self, KernelsCommand.self, WorkerCommand.self, ManualCommand.self,
        ])
}
