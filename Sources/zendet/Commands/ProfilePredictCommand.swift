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
            priced by extrapolation; the share of its time that this concerns is shown, and beside it how wrong each model is.

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
        var prediction: PredictionRecord

        enum CodingKeys: String, CodingKey { case name, resolution }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(resolution, forKey: .resolution)
            try prediction.encode(to: encoder)
        }
    }

    func run() throws {
        let output = try Output(output)
        let networks = try models.networks()
        var predictions: [Prediction] = []
        for text in profile {
            let target = try ProfileTarget(text, isa: isa, threads: threads.threads)
            let fitting = try target.profile.models(isa: isa, threads: threads.threads)
            for network in networks {
                for side in try models.resolutions(network) {
                    for model in fitting {
                        predictions.append(
                            Prediction(
                                name: network.name, resolution: side, prediction: try PredictionRecord(target.name, model, network, resolution: side)))
                    }
                }
            }
        }
        var table = Table([
            .text("network", key: "name"), .number("px", key: "resolution"), .text("profile", key: "profile"), .text("isa", key: "isa"),
            .number("threads", key: "threads"), .milliseconds("predicted", key: "predicted_ns"), .percent("out of range", key: "outside_share"),
        ])
        var errors: [String] = []
        for row in predictions {
            let prediction = row.prediction
            table.append([
                .text(row.name), .integer(row.resolution), .text(prediction.profile.name), .text(prediction.profile.isa), .integer(prediction.profile.threads),
                .real(prediction.nanoseconds), .real(prediction.outsideShare),
            ])
            if !errors.contains(prediction.profile.text) { errors.append(prediction.profile.text) }
        }
        let notes = errors.map { Section.note($0) } + ProfileColumns.extrapolations(predictions.map { ("\($0.name) at \($0.resolution) px", $0.prediction) })
        try output.emit([.table(table)] + notes, table: table, records: predictions)
    }
}
