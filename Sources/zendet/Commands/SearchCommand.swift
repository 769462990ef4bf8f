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
            Evolution, or a solver with a proof, proposes structures; their latency is composed from layers measured here, which are kept between runs. Every finalist \
            is then measured as a whole network, in turn with the baseline, and only a measured latency keeps the budget. The winner is \
            shown and written to a structure file. Exit code 3: the budget cannot be met.

            With --study the search writes every answer it gets to a file as it goes. Whatever ends it, --resume (or 'search resume') goes on and gives the \
            result that an undisturbed search would have given; nothing is measured twice. A study can be read while it is written: list, show, best, export.

            With --profile the search is for the machine of a hardware profile: all latencies are predicted by the profile's model, nothing is measured, and \
            the result says so with the model's error card. --isa and --threads choose among the profile's models.

            With --engine the budget is one of another runtime ('zendet help engines'): baseline and finalists run in it, in turn and on the same CPUs, and its \
            latencies alone keep the budget. Blocks are still priced by layers of the tensor core, scaled by measured over composed latency of whole networks, \
            which every round corrects: the engine's order should be near the tensor core's, which 'zendet verify' shows.

            EXAMPLES
              zendet search --budget-latency resnet50 --resolution 480
              zendet search --budget-latency 45ms --threads 1 --seed 7 --out found.txt
              zendet search --budget-latency 30ms --budget-percentile p90 --resolution 480
              zendet search --budget-flops 18.8G --budget-layers 91 --resolution 480 -o json
              zendet search --budget-latency 45ms --study board.study
              zendet search --resume board.study
              zendet search --budget-latency 45ms --profile my-board.json --isa avx2 --threads 1
              zendet search --budget-latency resnet50 --engine onnxruntime --threads 1
              zendet search --objectives entropy,latency,params --budget-params 30M
              zendet search --solver exact --within 0.2% --budget-flops 18.8G --budget-layers 91 --space reference --resolution 480
            """,
        subcommands: [
            StudyListCommand.self, StudyShowCommand.self, StudyBestCommand.self, StudyResumeCommand.self, StudyExportCommand.self,
        ])

    @OptionGroup var budget: BudgetOptions

    @Option(
        help: ArgumentHelp(
            "Side of the network's own input in pixels; half the image's side for a 12-channel (space-to-depth) stem.",
            valueName: "pixels"))
    var resolution = ModelOptions.defaultResolution

    @OptionGroup var space: SpaceOptions
    @OptionGroup var solver: SolverOptions
    @OptionGroup var objective: ObjectiveOptions
    @OptionGroup var study: StudyOptions

    @Option(
        help: ArgumentHelp(
            "The network measured beside the finalists. Without it: the one in the latency budget, else resnet50.",
            valueName: "model"), completion: .network)
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

    @Option(
        help: ArgumentHelp(
            "Search for the machine of this hardware profile, by its latency model: a file, or a name in hardware-profiles.", valueName: "profile"),
        completion: .profile)
    var profile: String?

    @OptionGroup var file: StructureFileOption

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var v100: V100Options
    @OptionGroup var engines: EngineOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard evaluations >= 1 else { throw ValidationError("--evaluations \(evaluations) is not above zero") }
        guard (1...64).contains(finalists) else { throw ValidationError("--finalists \(finalists) is not between 1 and 64") }
        guard objective.objectives == nil || solver.solver == .evolution else {
            throw ValidationError("--objectives and --solver exact: the solver finds one optimum, not a front; leave one of them out")
        }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds \(rounds) is not between 1 and 100") }
        if profile != nil {
            // What would be ignored is refused.
            let given: [(String, Bool)] = [
                ("--strict", measuring.strict), ("--cpus", machine.cpus != nil), ("--convolution", machine.convolution != .automatic),
                ("--layer-table", machine.layerTable != nil), ("--warmup", measuring.warmup != nil), ("--min-time", measuring.minTime != nil),
                ("--max-time", measuring.maxTime != nil), ("--engine", !engines.engines.isEmpty),
            ]
            guard budget.budgetPercentile == .p50 else {
                throw ValidationError(
                    "--budget-percentile \(budget.budgetPercentile.rawValue): a profile's model predicts medians only, so leave it or --profile out")
            }
            if let (option, _) = given.first(where: \.1) { throw ValidationError("nothing is measured with --profile: leave \(option) out") }
        }
    }

    func run() throws {
        if let path = study.resume {
            try resume(path, isBare: StudyOptions.isBare(CommandLine.arguments.dropFirst(2)))
        } else {
            try search(nil)
        }
    }

    /// - Parameter resumed: the study to go on with; nil begins one if --study asks for it.
    func search(_ resumed: Study?) throws {
        let output = try Output(output)
        let budgets = try budget.budgets()
        let path = file.out ?? "zendet-\(budget.slug)-\(measuring.seed).txt"
        try AtomicFile.check(path)
        let start = try startStructure()
        let entropy = try ClosedFormEntropy(stageWeights: stageWeights.values)
        try entropy.check(stageCount: try start.network().stages.count, network: start.name)
        let target = try profile.map { try ProfileTarget($0, isa: machine.isa?.rawValue, threads: threads.threads) }
        let space = try DesignSpace(
            start: start, resolution: resolution, layerBudget: budgets.layers,
            options: space.options { try ProfileTarget.channelStep(target, machine, threads: threads.threads) })
        let baseline = try baselineNetwork(budgets)
        try checkMemory(baseline, resolution: baselineResolution(baseline, start), batch: 1)

        let columns = try v100.columns()
        try checkReachable(budgets, space, entropy)

        let study = try resumed ?? newStudy(start)
        let runs = try EngineRuns(engines, progress: output.progress)
        guard runs.engines.count <= 1 else { throw ValidationError("--engine: a search has one source of latency, and \(runs.engines.count) engines are named") }
        let latencies = try target.map { SearchLatencies($0, baseline: baseline, at: baselineResolution(baseline, start), resolution: resolution) }
            ?? SearchLatencies(
                try Session(machine, threads: threads.threads, topology: try Topology.detect(), output: output), baseline: baseline,
                at: baselineResolution(baseline, start), resolution: resolution, measuring, percentile: budgets.latencyPercentile, runs, output)
        let measurer = latencies.measurer

        func measureOpening() throws -> StudyOpening {
            StudyOpening(baseline: try measurer.measure([]).baseline, composedNanoseconds: try latencies.composedBaseline())
        }
        let opening = try study.map { try $0.opening(measureOpening) } ?? measureOpening()
        measurer.recall(opening.baseline)
        let composed = opening.composedNanoseconds
        if let first = opening.baseline {
            let time = NumberText.duration(nanoseconds: first.medianNanoseconds)
            let words = target.map { "by the profile \($0.name), predicted and not measured" } ?? (measurer.engine.map { "in \($0.name) here" } ?? "here") + " (\(first.verdict.rawValue))"
            output.remark("\(baseline.name) at \(baselineResolution(baseline, start)) px takes \(time) \(words)")
        }
        var options = LatencySearchOptions()
        options.evolution.seed = measuring.seed
        options.evolution.evaluations = evaluations
        if let objectives = objective.objectives?.values {
            options.evolution.timeLimit = timeLimit.map { .nanoseconds(Int64($0.nanoseconds)) }
            let setting = FrontSetting(
                space: space, score: ClosedFormScore(entropy), latency: latencies.source, budgets: budgets, options: options.evolution,
                correction: opening.baseline.flatMap { first in composed.map { first.nanoseconds(at: budgets.latencyPercentile) / $0 } } ?? 1,
                baseline: opening.baseline,
                environment: latencies.environment, profile: target?.record, engine: measurer.engine, path: path)
            return try searchFront(objectives, setting, measurer, study, output)
        }
        options.finalists = finalists
        options.rounds = rounds
        options.exact = solver.options(threads: latencies.solverThreads)
        options.timeLimit = timeLimit.map { .nanoseconds(Int64($0.nanoseconds)) }
        if let time = opening.baseline?.nanoseconds(at: budgets.latencyPercentile), let composed, composed > 0 { options.initialCorrection = time / composed }

        let search = try LatencySearch(
            space: space, score: ClosedFormScore(entropy), latency: latencies.source, measurer: measurer,
            budgets: budgets, options: options, study: study)
        let progress = SearchProgressText(
            budgets, output, verb: target != nil ? "predicted" : measurer.engine.map { "measured in \($0.name)" } ?? "measured")
        var result = try search.run { progress.show($0) }
        if budgets.latency == nil { result = result.byCountsAlone() }
        latencies.tellOfStorage()
        let report = SearchReport(
            result: result, path: path, askedLatency: budget.budgetLatency, baseline: baseline,
            baselineResolution: baselineResolution(baseline, start), resolution: resolution,
            composedBaseline: composed, start: start.name, seed: measuring.seed, entropy: entropy, layers: latencies.statistics,
            testedBounds: latencies.testedBounds, v100: columns, target: target, engine: measurer.engine)
        try finish(try report.record(latencies.environment), result, path: path, output)
    }

    /// Writes the structure, then the report; says with the exit code whether the budget is kept.
    private func finish(_ record: SearchRecord, _ result: SearchResult, path: String, _ output: Output) throws {
        let text = StructureFile.pythonText([Structure(name: record.name, blocks: result.winner.structure.blocks)])
        if result.meetsBudget { try AtomicFile.write(text, to: path) }
        let table = Table.search(record)
        var sections: [Section] = [.sheet(table.withoutEmptyColumns())]
        if result.finalists.count > 1 { sections += [.heading(record.profile == nil ? "Measured finalists" : "Finalists, predicted"), .table(.finalists(record).withoutEmptyColumns())] }
        sections += [.heading(result.meetsBudget ? "Structure, written to \(path)" : "Nearest structure, not written"), .verbatim(text)]
        sections += SearchNotes.notes(record)
        try output.emit(sections, table: table, records: [record])
        guard result.meetsBudget else { throw CommandError(.budgetCannotBeMet, SearchNotes.miss(record)) }
        if record.profile == nil { try measuring.check(record.winner.measured.verdict, name: record.name, reason: record.winner.reasons.first) }
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

    func startStructure() throws -> Structure {
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
}
