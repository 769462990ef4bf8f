import Architecture
import ArgumentParser
import Engines
import Entropy
import Inference
import Latency
import Machine
import Report

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measures networks side by side with a baseline, and shows what they cost and score.",
        discussion: """
            All networks run in turn (A B B A), so that whatever the machine does hits all alike. The ratio is the network's time over the \
            baseline's with its 95 % interval; below 1 is faster. The baseline is also measured against itself: a ratio within that noise \
            floor is no difference. V100 columns come from a model, not from a measurement; so do those of --profile, which predict the latency on \
            the machines of hardware profiles and say how wrong their models are.

            --detector compares whole detectors; entropy stays that of their backbones.

            --rank-flips shows where FLOPs, a V100 and this CPU disagree about the order of the networks: Kendall's tau between every two \
            measures, the pairs that change places beyond what is uncertain, and which published choice would change here.

            --engine lets other runtimes take their turns with the same networks ('zendet help engines'); their latencies stand in columns of their own.

            EXAMPLES
              zendet compare maedet-s maedet-m --baseline resnet50 --resolution 480
              zendet compare found.txt --baseline resnet50 -o md --output-file found.md
              zendet compare maedet-m --baseline resnet50 --detector gflv2
              zendet compare maedet-s --precision fp32 --v100-batch 1
              zendet compare maedet-s --profile my-board.json --profile other-board.json --resolution 224
              zendet compare maedet-s --engine onnxruntime --threads 1
              zendet compare maedet-s maedet-m maedet-l resnet101 --rank-flips --resolution 480
              zendet compare maedet-s maedet-m --rank-flips --profile my-board.json --resolution 224
            """)

    @OptionGroup var models: ModelOptions
    @OptionGroup var detectors: DetectorOptions

    @Option(help: ArgumentHelp("The network that the others are compared with.", valueName: "model"), completion: .network)
    var baseline = "resnet50"

    @Option(name: [.short, .long], help: ArgumentHelp("Images in one run.", valueName: "number"))
    var batch = 1

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var v100: V100Options
    @OptionGroup var elsewhere: ProfileColumnOptions
    @OptionGroup var rank: RankOptions
    @OptionGroup var engines: EngineOptions

    @Option(help: ArgumentHelp("Weights of the stages in the score.", valueName: "list"))
    var stageWeights = WeightList([0, 0, 1, 1, 6])

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...65536).contains(batch) else { throw ValidationError("--batch \(batch) is not between 1 and 65536") }
        guard batch == 1 || elsewhere.profile.isEmpty else { throw ValidationError("the models of profiles know batch 1 only: leave --batch or --profile out") }
        guard detectors.detector == nil || elsewhere.profile.isEmpty else {
            throw ValidationError("the models of profiles know backbones only: leave --detector or --profile away")
        }
        guard detectors.detector == nil || !rank.rankFlips else {
            throw ValidationError("--rank-flips asks what a V100 says, which is not known of a detector; leave --detector away")
        }
        guard detectors.detector == nil || engines.engines.isEmpty else {
            throw ValidationError("--detector measures the tensor core alone, and --engine runs backbones: leave one of them out")
        }
        guard !rank.rankFlips || engines.engines.isEmpty else {
            throw ValidationError("--rank-flips has no place for --engine; 'zendet verify' says how an engine orders networks")
        }
    }

    func run() throws {
        let output = try Output(output)
        let entropy = try ClosedFormEntropy(stageWeights: stageWeights.values)
        let (loaded, baseline) = try networks()
        let networks = loaded.map(\.network)
        var scores: [[ScoreRecord]] = []
        for network in networks {
            try entropy.check(stageCount: network.stages.count, network: network.name)
            for resolution in try models.resolutions(network) { try checkMemory(network, resolution: resolution, batch: batch) }
            scores.append(try models.resolutions(network).map { try ScoreRecord(network, resolution: $0, entropy: entropy) })
        }
        // The V100's model knows no heads.
        let columns = detectors.detector == nil ? try v100.columns() : nil
        if !rank.rankFlips, let predicted = try elsewhere.columns() {
            for network in networks.indices {
                for place in scores[network].indices {
                    scores[network][place].predictions = try predicted.predictions(
                        networks[network], resolution: scores[network][place].resolution, baseline: (networks[baseline], scores[baseline][place].resolution))
                }
            }
        }
        if rank.rankFlips { return try showRankFlips(networks, baseline: baseline, scores, columns, output) }
        let runs = try EngineRuns(engines, progress: output.progress)
        let session = try Session(machine, threads: threads.threads, topology: try Topology.detect(), output: output)

        var records: [CompareRecord] = []
        var sections: [Section] = []
        for index in 0..<models.resolutionCount {
            let part = try compare(loaded, scores.map { $0[index] }, baseline: baseline, session, runs, columns, output)
            records += part
            try part.forEach(output.stream)
            if let floor = part.first?.noiseFloor { sections.append(.note(CompareNotes.noiseFloor(part[baseline], floor))) }
            sections.append(.table(.comparison(part, isData: false)))
        }
        sections += CompareNotes.notes(records, hasHeads: detectors.detector != nil) + EngineNotes.sections(records.map(\.bench))
        if output.isStreamed {
            output.finishStream(sections)
        } else {
            try output.emit(sections, table: .comparison(records, isData: true), records: records)
        }
        try EngineNotes.check(EngineNotes.compared(records.map(\.bench)))
        try measuring.check(records.map { ($0.score.name, $0.bench.measurement) })
    }

    /// The networks with the baseline among them, and its place.
    private func networks() throws -> (networks: [LoadedModel], baseline: Int) {
        let detector = try detectors.named()
        var networks = try models.loaded()
        let base = try LoadedModel.load(baseline)
        guard base.count == 1 else { throw CommandError(.badInput, "--baseline \(baseline) holds \(base.count) structures; one is needed") }
        var index = networks.firstIndex { $0.network == base[0].network }
        if index == nil {
            networks.insert(base[0], at: 0)
            index = 0
        }
        // The weights of a file are a backbone's alone.
        if let detector {
            networks = try networks.map { LoadedModel(network: try detector.network(around: $0.network).network, weights: .random, side: $0.side) }
        }
        return (networks, index ?? 0)
    }

    private func compare(
        _ models: [LoadedModel], _ scores: [ScoreRecord], baseline: Int, _ session: Session, _ runs: EngineRuns, _ columns: V100Columns?,
        _ output: Output
    ) throws -> [CompareRecord] {
        let networks = models.map(\.network)
        let executables = try models.indices.map {
            try session.executable(networks[$0], resolution: scores[$0].resolution, batch: batch, seed: measuring.seed, weights: models[$0].weights)
        }
        let processes = try models.indices.map { try runs.start(executables[$0], of: networks[$0], weights: models[$0].weights) }
        let others = Array(processes.joined())
        output.progress.update("warming up", done: 0, total: nil, detail: "\(networks.count) networks at \(scores[baseline].resolution) px")
        let plan = measuring.interleavedPlan()
        let anchor = try Anchor(team: session.team, isa: session.isa)
        let comparison = try measureInTurn(
            executables + others, engines: others, baseline: baseline, plan: plan, anchor: anchor, team: session.team
        ) { rounds, share in
            output.progress.update("measuring in turn", done: plan.shareDone(rounds: rounds, share: share), total: 1, detail: "round \(rounds)")
        }
        session.measurePeak()
        return try networks.indices.map { index in
            let first = executables.count + index * runs.engines.count
            let engines = try EngineRuns.records(
                processes[index], at: Array(first..<first + runs.engines.count), beside: executables[index], at: index, in: comparison)
            return CompareRecord(
                score: scores[index],
                bench: session.record(
                    networks[index], resolution: scores[index].resolution, batch: batch,
                    memoryBytes: executables[index].bytes, macs: scores[index].macs, seed: measuring.seed,
                    measurement: comparison.measurements[index], cache: .inTurn, drift: comparison.driftCorrection(index),
                    engines: engines.isEmpty ? nil : engines),
                baseline: networks[baseline].name, ratio: comparison.ratios[index], isDifference: comparison.isDifference(index),
                noiseFloor: comparison.noiseFloor, v100: try columns?.record(networks[index], resolution: scores[index].resolution))
        }
    }
}

/// What a reader of a comparison has to know.
enum CompareNotes {
    static func noiseFloor(_ baseline: CompareRecord, _ floor: PairedRatio) -> String {
        let range = floor.interval.map { "\(NumberText.fixed($0.low, places: 3)) to \(NumberText.fixed($0.high, places: 3))" } ?? "not known"
        return "Noise floor at \(baseline.score.resolution) px: \(baseline.score.name) against itself is "
            + "\(NumberText.fixed(floor.ratio, places: 3)) (\(range)) over \(floor.rounds) rounds."
    }

    static func notes(_ records: [CompareRecord], hasHeads: Bool) -> [Section] {
        var notes = ["Ratio: time over \(records.first?.baseline ?? "the baseline")'s, median of paired rounds with its 95 % interval; below 1 is faster."]
        let same = records.filter { !$0.isDifference && $0.score.name != $0.baseline }.map(\.score.name)
        if !same.isEmpty { notes.append("No difference from the baseline beyond the noise, judged at 99 %: \(same.joined(separator: ", ")).") }
        notes += ScoreNotes.spaceToDepth(records.map(\.score))
        notes.append(ScoreNotes.entropyIsNotAccuracy)
        let v100 = records.compactMap { record in record.v100.map { (record.score.name, $0) } }
        return notes.map { Section.note($0) } + ProfileColumns.notes(records.map(\.score))
            + (hasHeads ? [.note("No V100 column: its model knows no heads of detectors.")] : V100Columns.notes(v100)) + BenchNotes.verdicts(records.map(\.bench))
    }
}
