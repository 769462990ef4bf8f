import Architecture
import Engines
import Inference
import Latency
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
    static func disagreements(_ engines: [(network: String, engine: EngineRecord)]) -> [Section] {
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
    static func check(_ engines: [(network: String, engine: EngineRecord)]) throws(CommandError) {
        guard let first = engines.first(where: { !$0.engine.isRight }) else { return }
        throw CommandError(.failure, "the outputs of \(first.network) in \(first.engine.engine) are not those of zendet")
    }
}
