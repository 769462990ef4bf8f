import Architecture
import ArgumentParser
import Inference
import Latency
import Machine
import Report

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures how fast networks run on this machine.",
        discussion: """
            Every network runs on pinned threads until it is warm and until its median is known to ±1 % (five seconds at most), for every \
            resolution and number of threads that is asked for. Weights are random, since they do not change the time; those of an ONNX file are \
            its own. The verdict says whether \
            the machine was quiet enough; the reasons say what to do.

            Between the networks of a list an anchor, always the same small piece of work, is timed again: it shows how much the machine's speed \
            drifted, and what each median would be at the speed of the start. --processes N measures in N fresh processes and lets what \
            differs between them into the interval. --engine measures in other runtimes too, each in turn with the tensor core ('zendet help engines').

            --detector measures the whole detector around each network, and the network by itself in turn with it: what the backbone is of the whole.

            EXAMPLES
              zendet bench resnet50 --resolution 480,640 --threads 1,2
              zendet bench maedet-s resnet50 -o json --output-file bench.json
              zendet bench found.txt --layers --min-time 3s --strict
              zendet bench maedet-s resnet50 --processes 5
              zendet bench model.onnx
              zendet bench resnet50 maedet-m --detector gflv2
              zendet bench resnet50 --engine onnxruntime,openvino --threads 1
            """)

    @OptionGroup var models: ModelOptions
    @OptionGroup var detectors: DetectorOptions

    @Option(name: [.short, .long], help: ArgumentHelp("Images in one run.", valueName: "number"))
    var batch = 1

    @Option(name: [.short, .long], help: ArgumentHelp("Numbers of pinned threads, such as 1,2. Without it: one per core.", valueName: "list"))
    var threads: NumberList?

    @OptionGroup var machine: MachineOptions
    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var engines: EngineOptions

    @Option(
        help: ArgumentHelp(
            "Measure in so many fresh processes, one after the other; their differences enter the interval. Three or more make sense.", valueName: "number"))
    var processes = 1

    @Flag(help: "Also time every layer, in a pass of its own.")
    var layers = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...65536).contains(batch) else { throw ValidationError("--batch \(batch) is not between 1 and 65536") }
        guard (1...FreshProcesses.most).contains(processes) else {
            throw ValidationError("--processes \(processes) is not between 1 and \(FreshProcesses.most)")
        }
        guard processes == 1 || engines.engines.isEmpty else {
            throw ValidationError("--processes measures this engine alone, and --engine takes turns in one process: leave one of them out")
        }
        guard processes == 1 || !layers else { throw ValidationError("--layers times layers in this process; leave --processes away") }
        guard detectors.detector == nil || engines.engines.isEmpty else {
            throw ValidationError("--detector measures the tensor core alone, and --engine runs backbones: leave one of them out")
        }
        guard processes == 1 || detectors.detector == nil else { throw ValidationError("--detector measures in this process; leave --processes away") }
    }

    func run() throws {
        let output = try Output(output)
        let detector = try detectors.named()
        let networks = try models.loaded()
        if let detector { return try showDetectors(detector, networks, output) }
        let topology = try Topology.detect()
        // Everything that can be refused is refused before the first measurement.
        if processes > 1, let model = networks.first(where: { !FreshProcesses.canStart($0) }) {
            throw ValidationError(
                "--processes starts workers by a name or a structure, with random weights: \(model.network.name) is another tool's, or has its own weights")
        }
        for network in networks {
            for resolution in try models.resolutions(network) { try checkMemory(network.network, resolution: resolution, batch: batch) }
        }
        let runs = try EngineRuns(engines, progress: output.progress)
        let teams = threads.map { $0.values.map(Optional.some) } ?? [nil]
        for team in teams { _ = try Session.plan(machine, threads: team, topology: topology) }

        var records: [BenchRecord] = []
        let total = teams.count * networks.count * models.resolutionCount
        for team in teams {
            let session = try Session(machine, threads: team, topology: topology, output: output)
            var drift = total / teams.count > 1 ? try DriftWatch(session) : nil
            for network in networks {
                for resolution in try models.resolutions(network) {
                    output.progress.update("measuring", done: Double(records.count), total: Double(total), detail: "\(network.network.name) at \(resolution) px")
                    let record = try measure(network, resolution, session, runs, &drift)
                    records.append(record)
                    try output.stream(record)
                }
            }
        }
        try finish(records, output)
    }

    private func measure(_ model: LoadedModel, _ resolution: Int, _ session: Session, _ runs: EngineRuns, _ drift: inout DriftWatch?) throws -> BenchRecord {
        let network = model.network
        func record(
            _ measurement: Measurement, memoryBytes: Int, cache: CacheState = .backToBack, spread: ProcessSpread? = nil, engines: [EngineRecord]? = nil,
            layers: () -> [LayerRecord]? = { nil }
        ) throws -> BenchRecord {
            let correction = drift?.correct(measurement.medianNanoseconds)
            session.measurePeak()
            return session.record(
                network, resolution: resolution, batch: batch, memoryBytes: memoryBytes, macs: try network.cost(resolution: resolution).macs,
                seed: measuring.seed, measurement: measurement, cache: cache, drift: correction, spread: spread, layers: layers(), engines: engines)
        }
        if processes > 1 {
            // The workers build the network; it is not built here as well.
            drift?.begin()
            let fresh = FreshProcesses(
                count: processes, machine: machine, threads: session.team.count, batch: batch, seed: measuring.seed, plan: measuring.plan,
                progress: session.progress)
            let found = try fresh.measure(network, resolution: resolution)
            return try record(found.measurement, memoryBytes: found.memoryBytes, spread: found.spread)
        }
        let executable = try session.executable(network, resolution: resolution, batch: batch, seed: measuring.seed, weights: model.weights)
        drift?.begin()
        let layerRecords = { (measurement: Measurement) in layers ? executable.layerRecords(measurement, session.roofline) : nil }
        guard runs.engines.isEmpty else {
            let (comparison, others) = try runs.measure(
                executable, of: network, weights: model.weights, plan: measuring.interleavedPlan(longest: 20_000_000_000), team: session.team)
            let measurement = comparison.measurements[0]
            return try record(measurement, memoryBytes: executable.bytes, cache: .inTurn, engines: others) { layerRecords(measurement) }
        }
        let measurement = Latency.measure(executable, plan: measuring.plan, observer: session.observer)
        return try record(measurement, memoryBytes: executable.bytes) { layerRecords(measurement) }
    }

    private func finish(_ records: [BenchRecord], _ output: Output) throws {
        let table = Table.benches(records)
        var sections: [Section] = [.table(table.withoutEmptyColumns())]
        for record in records {
            guard let layers = record.layers else { continue }
            sections.append(.heading("\(record.setting.name) at \(record.setting.resolution) px, \(counted(record.setting.threads, "thread")), layer by layer"))
            sections.append(.table(.layers(layers)))
        }
        if layers { sections.append(.note(BenchNotes.roofline)) }
        if records.contains(where: { $0.measurement.samplesNanoseconds.count < Quantile.minimumSamplesForP90 }) {
            sections.append(.note("p10 and p90 of fewer than \(Quantile.minimumSamplesForP90) runs are no firm tails; --min-time takes more."))
        }
        sections += EngineNotes.sections(records)
        sections += BenchNotes.verdicts(records)
        sections += BenchNotes.conditions(records)
        sections += BenchNotes.winograd(records).map { Section.note($0) }
        sections += BenchNotes.spaceToDepth(records).map { Section.note($0) }
        if output.isStreamed {
            output.finishStream(sections)
        } else {
            try output.emit(sections, table: table, records: records)
        }
        try EngineNotes.check(EngineNotes.compared(records))
        try measuring.check(records.map { ($0.setting.name, $0.measurement) })
    }
}

/// What a reader of measurements has to know.
enum BenchNotes {
    /// What the roofline is made of.
    static let roofline = """
        The roofline is the longer of the multiply-adds that the algorithm needs at the measured peak and the least bytes of maps and weights at the \
        measured rate of reading memory; a layer that finds its data in a cache passes 100 % of a bound by memory. "chain": computed row by row with \
        its neighbours, so that the map between them stays in the cache.
        """

    /// What the caches held, how the machine's speed changed, and what fresh processes disagreed on.
    static func conditions(_ records: [BenchRecord]) -> [Section] {
        var notes = records.prefix(1).map { Section.note($0.cache.text) }
        if let worst = records.compactMap(\.drift).max(by: { abs($0.drift) < abs($1.drift) }) {
            notes.append(
                .note(
                    "Drift: an anchor, the same work every time, was timed between the networks; at most it took \(NumberText.percent(abs(worst.drift))) "
                        + "\(worst.drift < 0 ? "less" : "more") time than at the start. \"less drift\" is the median at the speed of the start."))
        }
        let spreads = records.compactMap { record in record.spread.map { (record, $0) } }
        if !spreads.isEmpty {
            notes.append(
                .note(
                    "Fresh processes: the median is the geometric mean of theirs, ± a 95 % interval that holds what differs between them.",
                    points: spreads.map { record, spread in
                        "\(place(record)): medians \(spread.mediansNanoseconds.map { NumberText.fixed($0 / 1e6, places: 3) }.joined(separator: ", ")) ms; "
                            + "standard deviation between processes \(NumberText.percent(spread.betweenShare, places: 2)), of one's median from its own samples "
                            + "\(NumberText.percent(spread.withinShare, places: 2))"
                    }))
        }
        return notes
    }

    /// Why more than the peak can be reached.
    static func winograd(_ records: [BenchRecord]) -> [String] {
        guard records.contains(where: { $0.setting.convolution != ConvolutionAlgorithm.direct.rawValue }) else { return [] }
        return ["GFLOP/s count the multiply-accumulates of direct convolution; Winograd needs fewer, so the share of the peak may pass 100 % (--convolution direct turns it off)."]
    }

    /// Why verdicts are not VALID, each reason once, and what could not be checked.
    static func verdicts(_ records: [BenchRecord]) -> [Section] {
        var notes: [Section] = []
        for verdict in [Verdict.invalid, .suspect] {
            let judged = records.filter { $0.measurement.verdict == verdict }
            guard !judged.isEmpty else { continue }
            // Networks measured in turn share what the machine did meanwhile.
            var places: [String: [String]] = [:]
            var order: [String] = []
            for record in judged {
                for reason in record.measurement.reasons {
                    if places[reason] == nil { order.append(reason) }
                    places[reason, default: []].append(place(record))
                }
            }
            let points = order.map { reason in
                let affected = places[reason] ?? []
                return affected.count == judged.count ? reason : "\(affected.joined(separator: "; ")): \(reason)"
            }
            notes.append(.note("\(verdict.rawValue): \(judged.map(place).joined(separator: "; "))", points: points))
        }
        let unknowns = records.reduce(into: [String]()) { all, record in
            all += record.measurement.judgement.unknowns.filter { !all.contains($0) }
        }
        if !unknowns.isEmpty { notes.append(.note("Not readable here, so unknown: \(unknowns.joined(separator: ", ")).")) }
        return notes
    }

    private static func place(_ record: BenchRecord) -> String {
        "\(record.setting.name) at \(record.setting.resolution) px, \(counted(record.setting.threads, "thread"))"
    }

    static func spaceToDepth(_ records: [BenchRecord]) -> [String] {
        var seen: Set<String> = []
        return records.compactMap { record in
            let setting = record.setting
            guard setting.imageResolution != setting.resolution, seen.insert("\(setting.name) \(setting.resolution)").inserted else { return nil }
            return "\(setting.name) has a 12-channel (space-to-depth) stem: \(setting.resolution) px is its own input, the image has \(setting.imageResolution) px."
        }
    }
}

extension Executable {
    /// Times every layer, in about as many runs as a second holds.
    func layerRecords(_ measurement: Measurement, _ roofline: Roofline) -> [LayerRecord] {
        let runs = max(5, min(200, Int(1e9 / max(measurement.medianNanoseconds, 1))))
        _ = sampleSteps(runs: 1)
        let samples = sampleSteps(runs: runs)
        let total = samples.reduce(0) { $0 + Quantile.median($1) }
        return program.steps.indices.map { index in
            let step = program.steps[index]
            return LayerRecord(
                name: program.operands[index].name, operation: step.summary, algorithm: algorithm(ofStep: index), block: program.operands[index].block, samples: samples[index],
                total: total, macs: step.macs, multiplyAdds: multiplyAdds(ofStep: index), bytes: step.bytes, roofline: roofline)
        }
    }
}
