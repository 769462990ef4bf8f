import Architecture
import ArgumentParser
import Entropy
import Report

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores networks without training, and counts what they cost.",
        discussion: """
            The score is the closed-form maximum entropy of MAE-DET (arXiv 2111.13336): no weights, no data, no forward pass. \
            --score shows others beside it: the entropy measured by forward passes, DeepMAD, Zen-Score, and the counts that a score has to be \
            better than. --profile adds the latency that the model of another machine's hardware profile predicts, with the model's error; \
            nothing is measured. --audit draws random networks of a space and says how far the scores agree, and how much of that is depth alone.

            EXAMPLES
              zendet score maedet-s resnet50 --resolution 640
              zendet score found.txt --explain
              zendet score maedet-s resnet50 --score closed,forward,deepmad,zen,params,macs,depth
              zendet score maedet-s resnet50 --resolution 224 --profile my-board.json
              zendet score --audit wide --networks 200 --seed 1
              cat found.txt | zendet score - -o json
            """)

    @OptionGroup var models: ModelOptions

    @Option(help: ArgumentHelp("Weights of the stages; the last is the last stage's.", valueName: "list"))
    var stageWeights = WeightList([0, 0, 1, 1, 6])

    @Flag(
        help: "Show what every stage and block adds to the score, and what small changes would add and cost (latency where a search has measured the layers).")
    var explain = false

    @Option(
        help: ArgumentHelp(
            "Instead of scoring networks, hold the scores against each other on random networks of a space: wide, reference, or a structure to vary; minutes.",
            valueName: "space"))
    var audit: String?

    @Option(help: ArgumentHelp("Random networks of an audit.", valueName: "number"))
    var networks = 200

    @OptionGroup var scoring: ScoringOptions
    @OptionGroup var elsewhere: ProfileColumnOptions
    @OptionGroup var threads: ThreadOption

    @Option(help: ArgumentHelp("The table of measured layers that --explain takes latencies from.", valueName: "path"))
    var layerTable: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let output = try Output(output)
        let entropy = try ClosedFormEntropy(stageWeights: stageWeights.values)
        if let audit { return try runAudit(audit, entropy, output) }
        let kinds = scoring.score?.kinds ?? []
        let team = try scoring.team(kinds, threads: threads.threads)
        let elsewhere = try elsewhere.columns()
        let changes = explain ? try ScoreChanges(entropy, path: layerTable, threads: threads.threads) : nil
        var scorers: [Int: NetworkScorer] = [:]
        var records: [ScoreRecord] = []
        let networks = try models.loaded()
        for (index, model) in networks.enumerated() {
            let network = model.network
            try entropy.check(stageCount: network.stages.count, network: network.name)
            for resolution in try models.resolutions(model) {
                var record = try ScoreRecord(network, resolution: resolution, entropy: entropy, explains: explain)
                record.predictions = try elsewhere?.predictions(network, resolution: resolution)
                record.changes = try changes?.changes(network, resolution: resolution)
                if !kinds.isEmpty {
                    output.progress.update("scoring", done: Double(index), total: Double(networks.count), detail: network.name)
                    let options = scoring.forward(resolution: resolution, passes: 8)
                    let scorer = try scorers[options.resolution] ?? NetworkScorer(Set(kinds), entropy: entropy, options: options, team: team)
                    scorers[options.resolution] = scorer
                    record.scores = ScoreColumns(kinds: kinds, scores: try scorer.scores(network, resolution: resolution))
                }
                records.append(record)
            }
        }
        func table(isData: Bool) -> Table {
            kinds.isEmpty ? .scores(records, isData: isData) : .chosenScores(records, kinds: kinds, isData: isData)
        }
        var sections: [Section] = [.table(table(isData: false))]
        if explain {
            for record in records {
                sections.append(.heading("\(record.name) at \(record.resolution) px: \(NumberText.fixed(record.entropy, places: 3))"))
                sections += [.table(.stages(record)), .table(.blocks(record))]
                if record.changes?.isEmpty == false {
                    sections += [.heading("What small changes of \(record.name) would add"), .table(Table.changes(record).withoutEmptyColumns())]
                }
            }
            sections += ScoreNotes.changes(records).map { Section.note($0) }
        }
        sections += ProfileColumns.notes(records)
        if !kinds.isEmpty { sections += ScoreNotes.protocolOf(kinds, scoring).map { Section.note($0) } }
        sections += ScoreNotes.spaceToDepth(records).map { Section.note($0) }
        sections.append(.note(ScoreNotes.entropyIsNotAccuracy))
        try output.emit(sections, table: table(isData: true), records: records)
    }

    private func runAudit(_ space: String, _ entropy: ClosedFormEntropy, _ output: Output) throws {
        guard models.isEmpty else {
            throw ValidationError("--audit draws its own networks: leave the models out, or name one as the space (--audit maedet-s)")
        }
        guard elsewhere.profile.isEmpty else { throw ValidationError("--audit looks at scores only: leave --profile out") }
        guard !explain else { throw ValidationError("--audit and --explain both given: give one of them") }
        guard models.resolutionCount == 1 else { throw ValidationError("--audit counts MACs at one resolution: give one") }
        guard scoring.passes ?? 1 > 0, networks >= 10, networks <= 2000 else { throw ValidationError("--networks \(networks) is not between 10 and 2000") }
        let resolution = (models.imageResolution ?? models.resolution)?.values.first ?? ModelOptions.defaultResolution
        try ScoreAuditing(
            space: space, networks: networks, resolution: resolution, scoring: scoring, entropy: entropy, threads: threads.threads
        ).run(output)
    }
}

/// What a reader of scores has to know.
enum ScoreNotes {
    static let entropyIsNotAccuracy =
        "Entropy rises with depth above all and is not accuracy: it ranks networks of one budget (ResNet-101 outscores MAE-DET-M, whose AP is higher)."

    /// Under what conditions measured and fixed-size scores were computed.
    static func protocolOf(_ kinds: [ScoreKind], _ scoring: ScoringOptions) -> [String] {
        var notes: [String] = []
        let side = scoring.trueResolution ? "the resolution of the row" : "\(scoring.scoreResolution) px"
        if kinds.contains(.forward) {
            notes.append(
                "forward: \(scoring.deployed ? "with residual links and ReLU" : "main branch without ReLU, as the paper defines it"), at \(side), "
                    + "batch \(scoring.batch), seed \(scoring.seed), mean and standard error of \(scoring.passes ?? 8) passes; "
                    + "expected: the closed form with the padding's zeros at that side.")
        }
        if kinds.contains(.zen) {
            notes.append("zen: main branch with ReLU and batch normalization, at \(side), batch 16, mean and standard error of \(scoring.passes ?? 8) passes.")
        }
        if kinds.contains(.deepmad) {
            notes.append("DeepMAD: maps of a 224 px input whatever the resolution, depth penalty taken off; ρ above 0.5 means too deep for the width.")
        }
        return notes
    }

    /// Where the changes' latencies come from, or why there are none.
    static func changes(_ records: [ScoreRecord]) -> [String] {
        let changes = records.compactMap(\.changes).flatMap(\.self)
        if changes.isEmpty { return ["Changes are shown for networks in TinyNAS' notation only."] }
        return changes.contains { $0.nanoseconds != nil }
            ? ["Latency: sums of layers that were measured on this machine, not a measurement of the network."]
            : ["No latency beside the changes: the layer table does not hold all their layers at this resolution; a search here measures them."]
    }

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
