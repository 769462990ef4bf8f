import Architecture
import ArgumentParser
import Engines
import Foundation
import Inference
import Latency
import Machine
import Report
import Search

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Holds latencies against other runtimes: both latencies, whether the outputs agree, and whether both order networks alike.",
        discussion: """
            Every network runs in the tensor core and in each engine, in turn, on the same CPUs, with the same weights and input; while one runs, the others \
            sleep. The ratio is the engine's time over the tensor core's, round by round: above 1 the tensor core is faster. Outputs that differ by more \
            than 1e-3 (relative L2) or 1e-2 (largest error over largest value) end the command with exit code 1.

            Over five networks and more, Spearman's and Kendall's rank correlation say whether the engine orders them as the tensor core does. --networks adds \
            random networks of all search spaces. --record keeps every network's result in a file, one line of JSON each; what is in it already is \
            not measured again, so that a long run goes on where it was. Engines are named as in 'zendet help engines'.

            EXAMPLES
              zendet verify resnet50 maedet-m --engines onnxruntime,openvino --resolution 480
              zendet verify resnet18 resnet50 --networks 38 --engines onnxruntime,openvino --image-resolution 224 --threads 1 --record verify.jsonl
              zendet verify found.txt --engine ncnn --python .venv/bin/python -o json
              zendet verify resnet50 --engine 'mine=./mine {onnx} {input} {threads}'
            """)

    @OptionGroup var models: ModelOptions

    @Option(help: ArgumentHelp("Random networks of the search spaces to verify besides; from --seed.", valueName: "number"))
    var networks = 0

    @OptionGroup var engines: EngineOptions

    @Option(name: [.short, .long], help: ArgumentHelp("Images in one run.", valueName: "number"))
    var batch = 1

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions
    @OptionGroup var measuring: MeasureOptions

    @Option(
        help: ArgumentHelp("Keep each network's result in this file (JSON Lines), and do not measure again what is in it.", valueName: "path"),
        completion: .file())
    var record: String?

    @OptionGroup var output: OutputOptions

    /// Random networks above this only take time.
    private static let mostMACs = 1 << 32
    /// Longest sampling of one network in all engines, where --max-time says nothing.
    private static let longestNanoseconds: UInt64 = 10_000_000_000

    func validate() throws {
        guard (1...65536).contains(batch) else { throw ValidationError("--batch \(batch) is not between 1 and 65536") }
        guard (0...1000).contains(networks) else { throw ValidationError("--networks \(networks) is not between 0 and 1000") }
        guard !engines.engines.isEmpty else { throw ValidationError("no engine is named: --engines onnxruntime,openvino, or 'zendet engines' for what is here") }
        guard models.resolutionCount == 1 else { throw ValidationError("networks are compared at one resolution: give one") }
        if record == "" { throw ValidationError("--record is empty: name a file") }
    }

    func run() throws {
        let output = try Output(output)
        let subjects = try subjects()
        for (model, resolution) in subjects { try checkMemory(model.network, resolution: resolution, batch: batch) }
        let kept = try VerifyFile(record)
        let runs = try EngineRuns(engines, progress: output.progress)
        let session = try Session(machine, threads: threads.threads, topology: try Topology.detect(), output: output)
        var records: [VerifyRecord] = []
        for (index, subject) in subjects.enumerated() {
            output.progress.update("verifying", done: Double(index), total: Double(subjects.count), detail: subject.model.network.name)
            let setting = try setting(subject.model, subject.resolution, session)
            let result: VerifyRecord
            if let earlier = kept.record(of: setting, engines: runs.engines, in: session.environment) {
                result = earlier
            } else {
                result = try verify(subject.model, setting, session, runs)
                try kept.append(result)
            }
            records.append(result)
            try output.stream(VerifyResult.network(result))
        }
        try finish(records, runs, output)
    }

    private typealias Subject = (model: LoadedModel, resolution: Int)

    /// The networks that were named, and the random ones, with the sides of their own inputs.
    private func subjects() throws -> [Subject] {
        var subjects: [Subject] = []
        if networks == 0 || !(models.models + models.modelOptions).isEmpty {
            for model in try models.loaded() { subjects += try models.resolutions(model).map { (model, $0) } }
        }
        guard networks > 0 else { return subjects }
        let side = (models.imageResolution ?? models.resolution)?.values[0] ?? ModelOptions.defaultResolution
        let probes = try ProbeNetworks(seed: measuring.seed, mostMACs: Self.mostMACs, resolutions: [side])
        for number in 0..<networks {
            let probe = probes.probe(number)
            subjects.append((LoadedModel(network: try probe.structure.network(), weights: .random, side: nil), probe.resolution))
        }
        return subjects
    }

    private func setting(_ model: LoadedModel, _ resolution: Int, _ session: Session) throws -> VerifyRecord.Setting {
        let network = model.network
        let cost = try network.cost(resolution: resolution)
        return VerifyRecord.Setting(
            name: network.name, resolution: resolution, imageResolution: network.imageResolution(resolution), batch: batch, threads: session.team.count,
            isa: session.isa.rawValue, convolution: session.timer.algorithm.rawValue, cpus: session.team.plan.cpus, seed: measuring.seed, macs: cost.macs,
            params: cost.params, structure: network.structure.map { StructureFile.jsonText([$0]) })
    }

    private func verify(_ model: LoadedModel, _ setting: VerifyRecord.Setting, _ session: Session, _ runs: EngineRuns) throws -> VerifyRecord {
        let executable = try session.executable(
            model.network, resolution: setting.resolution, batch: batch, seed: measuring.seed, weights: model.weights)
        let (comparison, engines) = try runs.measure(
            executable, of: model.network, weights: model.weights, plan: measuring.interleavedPlan(longest: Self.longestNanoseconds), team: session.team)
        return VerifyRecord(
            setting: setting, timing: TimingRecord(comparison, subject: 0), noise: comparison.measurements[0].noise, engines: engines,
            environment: session.environment)
    }

    private func finish(_ records: [VerifyRecord], _ runs: EngineRuns, _ output: Output) throws {
        let orders = runs.engines.compactMap { EngineOrderRecord(engine: $0.name, of: records) }
        let table = Table.verification(records)
        var sections: [Section] = [.table(table.withoutEmptyColumns())]
        sections += [.heading("Order of \(counted(records.count, "network"))"), .table(Table.engineOrders(orders).withoutEmptyColumns())]
        let compared = records.flatMap { record in record.engines.map { (record.setting.name, $0) } }
        sections += VerifyNotes.sections(records, orders) + EngineNotes.disagreements(compared)
        if output.isStreamed {
            for order in orders { try output.stream(VerifyResult.order(order)) }
            output.finishStream(sections)
        } else {
            try output.emit(sections, table: table, records: records.map(VerifyResult.network) + orders.map(VerifyResult.order))
        }
        try EngineNotes.check(compared)
        guard let worst = records.max(by: { $0.verdict < $1.verdict }) else { return }
        try measuring.check(worst.verdict, name: worst.setting.name, reason: (worst.timing.reasons + worst.engines.flatMap(\.timing.reasons)).first)
    }
}

/// What a reader of a verification has to know.
enum VerifyNotes {
    static func sections(_ records: [VerifyRecord], _ orders: [EngineOrderRecord]) -> [Section] {
        var notes: [Section] = [
            .note(EngineNotes.ratio)
        ]
        if orders.contains(where: { $0.spearman != nil }) {
            notes.append(.note("Rank correlations are of the medians; the interval of Spearman's is a bootstrap over the networks, 95 %."))
        } else {
            notes.append(.note("A rank correlation needs \(EngineOrderRecord.leastNetworks) networks; --networks adds random ones."))
        }
        let leftOut = records.filter { $0.verdict == .invalid }
        if !leftOut.isEmpty {
            notes.append(
                .note(
                    "INVALID, and left out of the rank correlation: \(leftOut.map(\.setting.name).joined(separator: ", "))",
                    points: distinct(leftOut.flatMap { $0.timing.reasons + $0.engines.flatMap(\.timing.reasons) })))
        }
        let suspect = records.filter { $0.verdict == .suspect }
        if !suspect.isEmpty {
            notes.append(
                .note("SUSPECT: \(suspect.map(\.setting.name).joined(separator: ", "))", points: Array(distinct(suspect.flatMap { record in
                    (record.timing.reasons.map { "zendet: \($0)" } + record.engines.flatMap { engine in engine.timing.reasons.map { "\(engine.engine): \($0)" } })
                        .map { "\(record.setting.name): \($0)" }
                }).prefix(12))))
        }
        return notes
    }

    private static func distinct(_ texts: [String]) -> [String] { texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
