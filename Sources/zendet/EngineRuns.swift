import Architecture
import Engines
import Inference
import Latency
import Machine
import Report

/// Other runtimes that run what an executable runs, on the same CPUs.
struct EngineRuns {
    let engines: [Engine]
    let python: String
    let progress: ProgressLine?

    init(_ options: EngineOptions, progress: ProgressLine?) throws {
        engines = try options.checked()
        python = options.interpreter
        self.progress = progress
    }

    /// Starts every engine with a network, its weights and its input; they are loaded and sleep.
    func start(_ executable: Executable, of network: Network, weights: WeightSource = .random) throws -> [EngineProcess] {
        guard !engines.isEmpty else { return [] }
        let files = try NetworkFiles(executable, of: network, weights: weights)
        return try engines.map { engine in
            progress?.update("waiting for \(engine.name) to load", done: 0, total: nil, detail: "\(network.name) at \(executable.program.resolution) px")
            return try EngineProcess(
                engine, running: executable, files: files, imageResolution: network.imageResolution(executable.program.resolution), python: python)
        }
    }

    /// The one engine, loaded with a network in the place of the tensor core. Its outputs are compared first: another network's latency is none.
    func replacing(_ executable: Executable, of network: Network) throws -> EngineProcess {
        let process = try start(executable, of: network)[0]
        executable.run()
        let agreement = Agreement(try process.outputs(), with: executable.program.outputs.indices.map(executable.output))
        guard agreement.isWithinTolerance else {
            throw EngineError(.badAnswer, "\(process.title): its outputs of \(network.name) are not those of zendet: relative L2 \(agreement.worstL2)")
        }
        return process
    }

    /// Measures an executable in turn with every engine, and again where that was INVALID: a burst of other load must not decide.
    func measure(
        _ executable: Executable, of network: Network, weights: WeightSource, plan: InterleavedPlan, team: ThreadTeam
    ) throws -> (comparison: InterleavedComparison, records: [EngineRecord]) {
        let processes = try start(executable, of: network, weights: weights)
        var plan = plan
        plan.measuresNoiseFloor = false
        func compare() throws -> InterleavedComparison {
            try measureInTurn([executable] + processes, engines: processes, plan: plan, team: team) { rounds, share in
                progress?.update("measuring in turn", done: plan.shareDone(rounds: rounds, share: share), total: 1, detail: "\(network.name), round \(rounds)")
            }
        }
        var comparison = try compare()
        if comparison.hasInvalid { comparison = try compare() }
        return (comparison, try EngineRuns.records(processes, at: Array(1..<1 + processes.count), beside: executable, at: 0, in: comparison))
    }

    /// What a comparison says of engines, with how far their outputs lie from the executable's.
    ///
    /// - Parameters:
    ///   - own: the executable's place among the comparison's subjects.
    ///   - places: the engines' places, in the order of `processes`.
    static func records(
        _ processes: [EngineProcess], at places: [Int], beside executable: Executable, at own: Int, in comparison: InterleavedComparison
    ) throws -> [EngineRecord] {
        let expected = executable.program.outputs.indices.map(executable.output)
        return try processes.indices.map { index in
            EngineRecord(
                processes[index], timing: TimingRecord(comparison, subject: places[index]),
                ratio: comparison.ratio(of: places[index], to: own), agreement: Agreement(try processes[index].outputs(), with: expected))
        }
    }
}

/// What a reader of other runtimes' figures has to know.
enum EngineNotes {
    typealias Compared = (network: String, engine: EngineRecord)

    static let ratio = "engine/zendet: the engine's time over the tensor core's, median of paired rounds with its 95 % interval; above 1 the tensor core is faster."

    static func compared(_ records: [BenchRecord]) -> [Compared] {
        records.flatMap { record in (record.engines ?? []).map { (record.setting.name, $0) } }
    }

    /// What belongs under a table with columns of engines; nothing where there are none.
    static func sections(_ records: [BenchRecord]) -> [Section] {
        let all = compared(records)
        guard !all.isEmpty else { return [] }
        let titles = all.map { "\($0.engine.engine) \($0.engine.version)" }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let doubts = all.filter { $0.engine.timing.verdict != .valid }.flatMap { compared in
            compared.engine.timing.reasons.map { "\(compared.network) in \(compared.engine.engine): \($0)" }
        }
        return [.note("Engines: \(titles.joined(separator: ", ")). \(ratio)")] + (doubts.isEmpty ? [] : [.note("Engines' measurements that are not VALID:", points: doubts)])
            + disagreements(all)
    }

    static func disagreements(_ engines: [Compared]) -> [Section] {
        let wrong = engines.filter { !$0.engine.isRight }
        guard !wrong.isEmpty else { return [] }
        return [
            .note(
                "Outputs DIFFER beyond \(Agreement.toleranceL2) (relative L2) or \(Agreement.toleranceMax) (largest error over largest value):",
                points: wrong.map { network, engine in
                    "\(network) in \(engine.engine): " + engine.agreement.relativeL2.indices.map { index in
                        "c\(index + 2) \(engine.agreement.relativeL2[index]) and \(engine.agreement.relativeMax[index])"
                    }.joined(separator: ", ")
                })
        ]
    }

    /// - Throws: `CommandError` (1) where outputs disagree: latencies of different networks are no comparison.
    static func check(_ engines: [Compared]) throws(CommandError) {
        guard let first = engines.first(where: { !$0.engine.isRight }) else { return }
        throw CommandError(.failure, "the outputs of \(first.network) in \(first.engine.engine) are not those of zendet")
    }
}
