import Architecture
import Engines
import Foundation
import Latency
import Machine
import Report

/// Measures one network in several processes, one after the other, each of which starts anew: memory, pages, threads and all.
struct FreshProcesses {
    let count: Int
    let machine: MachineOptions
    let threads: Int
    let batch: Int
    let seed: UInt64
    let plan: MeasurementPlan
    let progress: ProgressLine?

    /// The most that are allowed; each takes seconds.
    static let most = 100

    /// - Returns: `memoryBytes`: of one process's feature maps and weights.
    func measure(_ network: Network, resolution: Int) throws -> (measurement: Latency.Measurement, spread: ProcessSpread, memoryBytes: Int) {
        let folder = try TemporaryFolder()
        let arguments = [try NetworkFiles.argument(for: network, in: folder), "--resolution", "\(resolution)", "--batch", "\(batch)", "--threads", "\(threads)", "--seed", "\(seed)"] + machine.arguments
        var parts: [Latency.Measurement] = []
        var memoryBytes = 0
        for index in 0..<count {
            progress?.update("measuring in fresh processes", done: Double(index), total: Double(count), detail: "\(network.name) at \(resolution) px")
            let worker = try ChildProcess([FreshProcesses.program, "worker"] + arguments, name: "a worker process")
            memoryBytes = try ready(worker).memoryBytes
            try worker.send("measure " + String(decoding: JSONEncoder().encode(plan), as: UTF8.self))
            let text = try answer(of: worker)
            do {
                parts.append(try JSONDecoder().decode(Latency.Measurement.self, from: Data(text.utf8)))
            } catch {
                throw CommandError(.failure, "a worker process gave no measurement: \(text.prefix(120))")
            }
        }
        guard parts.allSatisfy({ $0.medianNanoseconds > 0 }) else { throw CommandError(.failure, "\(network.name): a worker process measured nothing") }
        let joined = ProcessSpread.join(parts, plan: plan)
        return (joined.measurement, joined.spread, memoryBytes)
    }

    /// Whether a worker process can build this network and has its weights.
    static func canStart(_ model: LoadedModel) -> Bool {
        guard case .random = model.weights else { return false }
        return model.network.structure != nil || Zoo.entry(named: model.network.name)?.build().layers == model.network.layers
    }

    private struct Failure: Decodable { var error: String }

    /// This program's own file.
    private static let program = ProfileLocator.runningExecutable() ?? CommandLine.arguments[0]

    /// What of ``WorkerReady`` is of use here.
    private struct Ready: Decodable {
        var memoryBytes: Int

        enum CodingKeys: String, CodingKey { case memoryBytes = "memory_bytes" }
    }

    private func ready(_ worker: ChildProcess) throws -> Ready {
        let text = try answer(of: worker)
        do { return try JSONDecoder().decode(Ready.self, from: Data(text.utf8)) } catch {
            throw CommandError(.failure, "a worker process did not say that it is ready: \(text.prefix(120))")
        }
    }

    private func answer(of worker: ChildProcess) throws -> String {
        let text = try worker.receive()
        if let failure = try? JSONDecoder().decode(Failure.self, from: Data(text.utf8)) { throw CommandError(.failure, "a worker process: \(failure.error)") }
        return text
    }
}

extension MachineOptions {
    /// The same options as words.
    fileprivate var arguments: [String] {
        var words = ["--convolution", convolution.rawValue]
        if let cpus { words += ["--cpus", cpus] }
        if let isa { words += ["--isa", isa.rawValue] }
        if let layerTable { words += ["--layer-table", layerTable] }
        return words
    }
}
