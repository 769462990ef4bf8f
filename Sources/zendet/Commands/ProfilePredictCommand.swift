import Architecture
import ArgumentParser
import Latency
import Report

struct ProfilePredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predicts networks' latencies on the machines of hardware profiles; nothing is measured.",
        discussion: """
            One row for each network, resolution and model of a profile. A network with layers outside of what a model was fitted to is \
            priced by extrapolation, and the share of its time that this concerns is shown.

            EXAMPLES
              zendet profile predict resnet50 maedet-s --profile my-board.json --resolution 224
              zendet profile predict found.txt --profile a.json --profile b.json --threads 1
            """)

    @OptionGroup var models: ModelOptions

    @Option(help: ArgumentHelp("A profile's file, or its name in hardware-profiles; may be repeated.", valueName: "profile"), completion: .profile)
    var profile: [String] = []

    @Option(help: "Only the models of this instruction set.")
    var isa: String?

    @OptionGroup var threads: ThreadOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !profile.isEmpty else { throw ValidationError("no profile: name at least one with --profile") }
    }

    /// One prediction.
    struct Prediction: Encodable {
        var name: String
        var resolution: Int
        var profile: String
        var isa: String
        var threads: Int
        var predictedNanoseconds: Double
        var outsideShare: Double
        var outside: [String]

        enum CodingKeys: String, CodingKey {
            case name, resolution, profile, isa, threads, outside
            case predictedNanoseconds = "predicted_ns"
            case outsideShare = "outside_share"
        }
    }

    func run() throws {
        let output = try Output(output)
        let networks = try models.networks()
        var predictions: [Prediction] = []
        for text in profile {
            // The first model that fits also says what is wrong if there is none.
            let first = try ProfileTarget(text, isa: isa, threads: threads.threads)
            let fitting = first.profile.measured.models.filter {
                (isa == nil || $0.isa == isa) && (threads.threads == nil || $0.engine.threads == threads.threads)
            }
            for network in networks {
                for side in try models.resolutions(network) {
                    for model in fitting {
                        let estimate = try model.estimate(model.program(network, resolution: side))
                        predictions.append(
                            Prediction(
                                name: network.name, resolution: side, profile: first.name, isa: model.isa, threads: model.engine.threads,
                                predictedNanoseconds: estimate.nanoseconds, outsideShare: estimate.outsideShare, outside: estimate.outside))
                    }
                }
            }
        }
        var table = Table([
            .text("network", key: "name"), .number("px", key: "resolution"), .text("profile", key: "profile"), .text("isa", key: "isa"),
            .number("threads", key: "threads"), .milliseconds("predicted", key: "predicted_ns"), .percent("out of range", key: "outside_share"),
        ])
        for row in predictions {
            table.append([
                .text(row.name), .integer(row.resolution), .text(row.profile), .text(row.isa), .integer(row.threads), .real(row.predictedNanoseconds),
                .real(row.outsideShare),
            ])
        }
        let outside = predictions.filter { !$0.outside.isEmpty }
        let notes: [Section] =
            outside.isEmpty
            ? [] : [.note("Extrapolated beyond what the model was fitted to:", points: outside.prefix(8).map { "\($0.name), \($0.isa): \($0.outside[0])" })]
        try output.emit([.table(table)] + notes + [.note("Predicted, not measured.")], table: table, records: predictions)
    }
}
