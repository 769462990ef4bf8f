import Architecture
import ArgumentParser
import Entropy
import Report

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores networks without training, and counts what they cost.",
        discussion: """
            The score is the closed-form maximum entropy of MAE-DET (arXiv 2111.13336): no weights, no data, no forward pass.

            EXAMPLES
              zendet score maedet-s resnet50 --resolution 640
              zendet score found.txt --explain
              cat found.txt | zendet score - -o json
            """)

    @OptionGroup var models: ModelOptions

    @Option(help: ArgumentHelp("Weights of the stages; the last is the last stage's.", valueName: "list"))
    var stageWeights = WeightList([0, 0, 1, 1, 6])

    @Flag(help: "Show what every stage and every block adds to the score.")
    var explain = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let entropy = try ClosedFormEntropy(stageWeights: stageWeights.values)
        var records: [ScoreRecord] = []
        for network in try models.networks() {
            try entropy.check(stageCount: network.stages.count, network: network.name)
            for resolution in try models.resolutions(network) {
                records.append(try ScoreRecord(network, resolution: resolution, entropy: entropy, explains: explain))
            }
        }
        let table = Table.scores(records)
        var sections: [Section] = [.table(table)]
        if explain {
            for record in records {
                sections.append(.heading("\(record.name) at \(record.resolution) px: \(NumberText.fixed(record.entropy, places: 3))"))
                sections += [.table(.stages(record)), .table(.blocks(record))]
            }
        }
        sections += ScoreNotes.spaceToDepth(records).map { Section.note($0) }
        sections.append(.note(ScoreNotes.entropyIsNotAccuracy))
        try output.emit(sections, table: table, records: records)
    }
}

/// What a reader of scores has to know.
enum ScoreNotes {
    static let entropyIsNotAccuracy =
        "Entropy rises with depth above all and is not accuracy: it ranks networks of one budget (ResNet-101 outscores MAE-DET-M, whose AP is higher)."

    /// A remark for the networks whose resolution is not the image's side.
    static func spaceToDepth(_ records: [ScoreRecord]) -> [String] {
        records.filter { $0.inputChannels == 12 }.map {
            "\($0.name) has a 12-channel (space-to-depth) stem: \($0.resolution) px is its own input, the image has \($0.imageResolution) px."
        }
    }
}

extension ScoreRecord {
    /// Counts and scores a network.
    ///
    /// - Throws: `ArchitectureError` for a resolution that does not fit.
    init(_ network: Network, resolution: Int, entropy: ClosedFormEntropy, explains: Bool = false) throws(ArchitectureError) {
        let cost = try network.cost(resolution: resolution)
        let stageInfo = try network.stageInfo(resolution: resolution)
        let score = entropy.score(network)
        self.init(
            name: network.name, resolution: resolution, imageResolution: network.imageResolution(resolution),
            inputChannels: network.inputChannels, params: cost.params, macs: cost.macs, referenceFLOPs: cost.referenceFLOPs,
            layers: cost.layers, peakActivationBytes: cost.peakActivationBytes,
            stages: zip(score.stages, stageInfo).map { stage, info in
                Stage(
                    channels: stage.channels, featureSize: info.featureSize, entropy: stage.entropy, weight: stage.weight,
                    contribution: stage.contribution)
            },
            entropy: score.total, publishedAP: network.publishedAP, blocks: explains ? Self.blocks(network, score) : nil)
    }

    private static func blocks(_ network: Network, _ score: EntropyScore) -> [Block] {
        score.blocks.indices.map { index in
            let stage = score.stages.firstIndex { index <= $0.lastBlock } ?? score.stages.count - 1
            // A block counts in its own stage's sum and in those of all later stages.
            let weight = score.stages[stage...].reduce(0) { $0 + $1.weight }
            let summary = network.structure.map { $0.blocks[index].summary } ?? network.summary(block: index)
            return Block(
                index: index, summary: summary, stage: stage, entropy: score.blocks[index].entropy,
                contribution: weight * score.blocks[index].entropy)
        }
    }
}

extension Block {
    /// "SuperResK1KXK1 32→256 /2 k3 L2 btn64".
    var summary: String {
        var text = "\(kind.rawValue) \(inChannels)→\(outChannels)"
        if stride > 1 { text += " /\(stride)" }
        text += " k\(kernelSize)"
        if kind != .convKXBNRELU { text += " L\(depth) btn\(bottleneck)" }
        return text
    }
}

extension Network {
    /// The main-branch convolutions of a block: "64→64 1x1, 64→64 3x3 /2, 64→256 1x1".
    func summary(block: Int) -> String {
        layers.compactMap { layer -> String? in
            guard layer.block == block, layer.isMainBranch, case .convolution(let c) = layer.operation else { return nil }
            return "\(c.inChannels)→\(c.outChannels) \(c.kernelSize)x\(c.kernelSize)" + (c.stride > 1 ? " /\(c.stride)" : "")
        }.joined(separator: ", ")
    }
}
