import Architecture
import ArgumentParser
import Entropy
import Inference
import Latency
import Machine
import Report
import Search

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Finds the backbone of the best score within a budget that is measured on this machine.",
        discussion: """
            Evolution proposes structures; their latency is composed from layers measured here, which are kept between runs. Every finalist \
            is then measured as a whole network, in turn with the baseline, and only a measured latency keeps the budget. The winner is \
            shown and written to a structure file. Exit code 3: the budget cannot be met.

            EXAMPLES
              zendet search --budget-latency resnet50 --resolution 480
              zendet search --budget-latency 45ms --threads 1 --resolution 480 --seed 7 --out found.txt
              zendet search --budget-flops 18.8G --budget-layers 91 --resolution 480 -o json
            """)

    @OptionGroup var budget: BudgetOptions

    @Option(help: ArgumentHelp("Side of the network's own input in pixels; half the image's side for a 12-channel (space-to-depth) stem.", valueName: "pixels"))
    var resolution = ModelOptions.defaultResolution

    @OptionGroup var space: SpaceOptions

    @Option(help: ArgumentHelp("The network measured beside the finalists. Without it: the one in the latency budget, else resnet50.", valueName: "model"))
    var baseline: String?

    @Option(help: ArgumentHelp("Structures to look at.", valueName: "number"))
    var evaluations = EvolutionOptions().evaluations

    @Option(help: ArgumentHelp("Whole networks measured in a round.", valueName: "number"))
    var finalists = LatencySearchOptions().finalists

    @Option(help: ArgumentHelp("Rounds of evolving and measuring, at most.", valueName: "number"))
    var rounds = LatencySearchOptions().rounds

    @Option(help: ArgumentHelp("Stop looking after this time, such as 4min; the result then depends on the machine's speed.", valueName: "time"))
    var timeLimit: TimeSpan?

    @Option(help: ArgumentHelp("Weights of the stages in the score.", valueName: "list"))
    var stageWeights = WeightList([0, 0, 1, 1, 6])

    @Option(help: ArgumentHelp("Structure file of the winner. Without it: zendet-BUDGET-SEED.txt here.", valueName: "path"))
    var out: String?

    @Option(help: ArgumentHelp("The table of measured layers that is kept between runs.", valueName: "path"))
    var layerTable: String?

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var v100: V100Options
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard evaluations >= 1 else { throw ValidationError("--evaluations \(evaluations) is not above zero") }
        guard (1...64).contains(finalists) else { throw ValidationError("--finalists \(finalists) is not between 1 and 64") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds \(rounds) is not between 1 and 100") }
    }

    func run() throws {
        let output = try Output(output)
        let budgets = try budget.budgets()
        let path = out ?? "zendet-\(budget.slug)-\(measuring.seed).txt"
        try AtomicFile.check(path)
        let start = try startStructure()
        let entropy = try ClosedFormEntropy(stageWeights: stageWeights.values)
        try entropy.check(stageCount: try start.network().stages.count, network: start.name)
        let space = try DesignSpace(start: start, resolution: resolution, layerBudget: budgets.layers, options: space.options)
        let baseline = try baselineNetwork(budgets)
        _ = try baseline.cost(resolution: baselineResolution(baseline, start))

        try checkReachable(budgets, space, entropy)

        let session = try Session(machine, threads: threads.threads, topology: try Topology.detect())
        session.warnings.forEach { output.remark("zendet: \($0)") }
        output.remark(session.summary)
        let table = try LayerTable(path: layerTable ?? LayerTable.defaultPath())
        if let warning = table.warning { output.remark("zendet: \(warning)") }
        let timer = LayerTimer(team: session.team, isa: session.isa, table: table, machine: MachineFingerprint(model: .detect(), topology: session.topology))
        let predictor = LayerPredictor(source: timer)
        let measurer = try NetworkMeasurer(
            session: session, baseline: (baseline, baselineResolution(baseline, start)), resolution: resolution, seed: measuring.seed,
            plan: measuring.interleavedPlan, progress: output.progress)

        let first = try measurer.measure([])
        let composed = try measurer.baselineProgram.map { try predictor.nanoseconds(program: $0) }
        if let first = first.baseline {
            output.remark("\(baseline.name) at \(resolution) px takes \(NumberText.duration(nanoseconds: first.medianNanoseconds)) here (\(first.verdict.rawValue))")
        }
        var options = LatencySearchOptions()
        options.evolution.seed = measuring.seed
        options.evolution.evaluations = evaluations
        options.finalists = finalists
        options.rounds = rounds
        options.timeLimit = timeLimit.map { .nanoseconds(Int64($0.nanoseconds)) }
        if let median = first.baseline?.medianNanoseconds, let composed, composed > 0 { options.initialCorrection = median / composed }

        let search = try LatencySearch(
            space: space, score: ClosedFormScore(entropy), latency: LayerLatencySource(predictor: predictor), measurer: measurer,
            budgets: budgets, options: options)
        let result = try search.run { SearchProgressText.show($0, on: output) }
        let record = try record(
            result, path: path, start: start, baseline: baseline, composed: composed, entropy: entropy, session: session, measurer: measurer,
            layers: timer.statistics)
        try finish(record, result, path: path, output)
    }

    /// Refuses budgets that no structure of the space keeps before anything is measured; latency has to wait for its measurement.
    private func checkReachable(_ budgets: Budgets, _ space: DesignSpace, _ entropy: ClosedFormEntropy) throws {
        var counted = budgets
        counted.latency = nil
        var options = EvolutionOptions()
        options.evaluations = 1
        _ = try Evolution(space: space, score: ClosedFormScore(entropy), budgets: counted, options: options).run()
    }

    // MARK: Inputs

    private func startStructure() throws -> Structure {
        let networks = try Zoo.networks(space.start)
        guard networks.count == 1, let structure = networks[0].structure else {
            let found = networks.count == 1 ? "a network that TinyNAS' notation cannot express" : "\(networks.count) structures"
            throw CommandError(.badInput, "--start \(space.start): found \(found); one structure is needed, such as start-r50")
        }
        return structure
    }

    private func baselineNetwork(_ budgets: Budgets) throws -> Network {
        var name = baseline ?? "resnet50"
        if case .relative(_, let inBudget) = budgets.latency {
            guard baseline == nil || baseline == inBudget else {
                throw ValidationError("--baseline \(name) is not the network of --budget-latency \(inBudget): leave --baseline out")
            }
            name = inBudget
        }
        let networks = try Zoo.networks(name)
        guard networks.count == 1 else { throw CommandError(.badInput, "baseline \(name): found \(networks.count) structures; one is needed") }
        return networks[0]
    }

    /// The baseline sees the same image: half or twice the side where only one of the two has a space-to-depth stem.
    private func baselineResolution(_ baseline: Network, _ start: Structure) -> Int {
        let image = start.blocks[0].inChannels == 12 ? 2 * resolution : resolution
        return baseline.readsSpaceToDepth ? image / 2 : image
    }

    // MARK: Results

    private func record(
        _ result: SearchResult, path: String, start: Structure, baseline: Network, composed: Double?, entropy: ClosedFormEntropy,
        session: Session, measurer: NetworkMeasurer, layers: LayerTimer.Statistics
    ) throws -> SearchRecord {
        func candidate(_ finalist: Finalist) throws -> SearchRecord.Candidate {
            SearchRecord.Candidate(
                finalist, reasons: measurer.measurements[finalist.structure]?.reasons ?? [],
                v100: v100.record(try finalist.structure.network(), resolution: resolution))
        }
        var asked: Double?
        switch result.budgets.latency {
        case .nanoseconds(let time): asked = time
        case .relative(let factor, _): asked = result.baseline.map { factor * $0.medianNanoseconds }
        case nil: break
        }
        let baselineSide = baselineResolution(baseline, start)
        return SearchRecord(
            name: String(path.split(separator: "/").last?.split(separator: ".txt").first ?? "winner"), winner: try candidate(result.winner),
            meetsBudget: result.meetsBudget, finalists: try result.finalists.filter { $0 != result.winner }.map(candidate),
            baseline: try result.baseline.map {
                SearchRecord.Baseline(
                    name: baseline.name, entropy: entropy.score(baseline).total, cost: try baseline.cost(resolution: baselineSide),
                    predictedNanoseconds: composed, measured: $0, publishedAP: baseline.publishedAP,
                    v100: v100.record(baseline, resolution: baselineSide))
            },
            budgets: SearchRecord.BudgetRecord(result.budgets, latencyNanoseconds: asked), start: start.name, resolution: resolution,
            evaluations: result.evaluations, seed: measuring.seed, seconds: result.seconds, measuredLayers: layers.measured,
            reusedLayers: layers.reused, file: result.meetsBudget ? path : nil, environment: session.environment)
    }

    private func finish(_ record: SearchRecord, _ result: SearchResult, path: String, _ output: Output) throws {
        let structure = Structure(name: record.name, blocks: result.winner.structure.blocks)
        let text = StructureFile.pythonText([structure])
        if result.meetsBudget { try AtomicFile.write(text, to: path) }
        let table = Table.search(record)
        var sections: [Section] = [.table(table.withoutEmptyColumns())]
        if result.finalists.count > 1 { sections += [.heading("Measured finalists"), .table(.finalists(record).withoutEmptyColumns())] }
        sections += [.heading(result.meetsBudget ? "Structure, written to \(path)" : "Nearest structure, not written"), .verbatim(text)]
        sections += SearchNotes.notes(record, v100: v100)
        try output.emit(sections, table: table, records: [record])
        guard result.meetsBudget else {
            throw CommandError(.budgetCannotBeMet, SearchNotes.miss(record))
        }
        try measuring.check(record.winner.measured.verdict, name: record.name, reason: record.winner.reasons.first)
    }
}

/// What a reader of a search's result has to know.
enum SearchNotes {
    static func notes(_ record: SearchRecord, v100: V100Options) -> [Section] {
        var notes: [String] = []
        if let baseline = record.baseline, let ratio = record.winner.measured.ratio {
            let faster = ratio <= 1
            notes.append(
                "\(record.name) takes \(NumberText.percent(abs(1 - ratio))) \(faster ? "less" : "more") time than \(baseline.name) here and scores "
                    + "\(NumberText.fixed(record.winner.entropy, places: 1)) to \(NumberText.fixed(baseline.entropy, places: 1)).")
        }
        notes.append(
            "\(record.evaluations) structures in \(NumberText.fixed(record.seconds, places: 1)) s, seed \(record.seed); "
                + "\(record.measuredLayers) layers measured, \(record.reusedLayers) taken from earlier runs.")
        if let note = v100.note(record.winner.v100) { notes.append(note) }
        notes.append(ScoreNotes.entropyIsNotAccuracy)
        var sections = notes.map { Section.note($0) }
        let verdict = record.winner.measured.verdict
        if verdict != .valid { sections.append(.note("The winner's measurement is \(verdict.rawValue):", points: record.winner.reasons)) }
        return sections
    }

    /// Why the command ends with 3.
    static func miss(_ record: SearchRecord) -> String {
        let asked = record.budgets.latencyNanoseconds.map { NumberText.duration(nanoseconds: $0) } ?? "the budget"
        let winner = record.winner.measured
        let nearest = NumberText.duration(nanoseconds: winner.medianNanoseconds)
        if winner.verdict == .invalid {
            let reason = record.winner.reasons.first.map { ": \($0)" } ?? ""
            return "no finalist has a trustworthy latency within the budget of \(asked): the nearest took \(nearest), but that measurement is INVALID\(reason)"
        }
        return "no finalist's measured latency is within the budget of \(asked): the nearest takes \(nearest)"
    }
}

/// A search's progress in words.
enum SearchProgressText {
    static func show(_ progress: LatencySearchProgress, on output: Output) {
        switch progress {
        case .measuringBaseline: break
        case .evolving(let round, let evolution):
            var detail = "best \(NumberText.fixed(evolution.bestScore, places: 1)), \(evolution.evaluations) structures"
            if evolution.pricedBlocks > 0 { detail += ", \(evolution.pricedBlocks) blocks priced" }
            output.progress.update(
                "round \(round)", done: Double(evolution.evaluations), total: Double(evolution.evaluationGoal), detail: detail)
        case .measuring: break
        case .measured(let round, let finalists, let correction):
            let kept = finalists.filter(\.keepsBudget)
            let best = kept.map(\.score).max().map { "best within the budget \(NumberText.fixed($0, places: 1))" } ?? "none within the budget"
            output.remark(
                "round \(round): \(finalists.count) finalists measured, \(best); measured over composed latency \(NumberText.fixed(correction.found, places: 3))")
        }
    }
}
