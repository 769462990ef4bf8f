import Architecture
import ArgumentParser
import Entropy
import Report

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists the networks that are known by name, with their costs.",
        discussion: """
            A name of this list can be given wherever a command takes a network. Parameters include batch normalization and leave out the \
            classifier; MACs and reference FLOPs are those of one image. AP is the published average precision with GFLV2 on COCO val.

            EXAMPLES
              zendet models
              zendet models --resolution 480 -o csv
            """)

    @Option(help: ArgumentHelp("Side of the networks' own input in pixels.", valueName: "pixels"))
    var resolution = 640

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        var records: [ModelRecord] = []
        for entry in Zoo.entries {
            let network = entry.build()
            records.append(
                ModelRecord(
                    entry: entry, network: network, resolution: resolution, cost: try network.cost(resolution: resolution),
                    entropy: ClosedFormEntropy.maeDet.score(network).total))
        }
        let table = Table.models(records)
        var sections: [Section] = [.table(table)]
        let spaceToDepth = records.filter { $0.inputChannels == 12 }.map(\.name)
        if !spaceToDepth.isEmpty {
            sections.append(
                .note("12-channel (space-to-depth) stem, image side \(2 * resolution) for px \(resolution): \(spaceToDepth.joined(separator: ", "))."))
        }
        sections.append(.note(ScoreNotes.entropyIsNotAccuracy))
        try output.emit(sections, table: table, records: records)
    }
}
