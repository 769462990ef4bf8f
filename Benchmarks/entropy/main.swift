// How many forward scores a second, and how many times as many as PyTorch with freshly drawn weights.
//
// entropy-benchmark [--models start-r50,maedet-m] [--resolution 64] [--batch 1] [--threads 1] [--seconds 2] [--rounds 4] [--json FILE]
//                   [--torch PYTHON]
//
// An evaluation is everything from a network's structure to its score: the plan, the weights, the input and one pass. The pool of
// numbers is drawn once in the process; its time is printed by itself. With --torch (a Python that has torch), the script beside
// this file evaluates the same networks with weights drawn anew for each, and the two take turns (A B B A …) on the same CPUs.

import Architecture
import Entropy
import Foundation
import Latency
import Machine
import TensorCore

func option(_ name: String, _ fallback: String) -> String {
    guard let index = CommandLine.arguments.firstIndex(of: name), index + 1 < CommandLine.arguments.count else { return fallback }
    return CommandLine.arguments[index + 1]
}

let models = option("--models", "start-r50,maedet-m").split(separator: ",").map(String.init)
let resolution = Int(option("--resolution", "64")) ?? 64
let batch = Int(option("--batch", "1")) ?? 1
let threads = Int(option("--threads", "1")) ?? 1
let seconds = Double(option("--seconds", "2")) ?? 2
let rounds = Int(option("--rounds", "4")) ?? 4
let python = option("--torch", "")

struct Row: Codable {
    var model: String
    var resolution: Int
    var batch: Int
    var threads: Int
    var cpus: [Int]
    var isa: String
    var evaluations_per_s: Double
    /// Of each round.
    var samples_per_s: [Double]
    var torch_evaluations_per_s: Double?
    var torch_samples_per_s: [Double]?
    /// Median over rounds of the ratio within a round.
    var ratio: Double?
    var score: Double
}

struct Run: Codable {
    var command: [String]
    var environment: EnvironmentRecord
    var pool_seconds: Double
    var torch: String?
    var rows: [Row]
}

let clock = ContinuousClock()

func elapsed(_ body: () throws -> Void) rethrows -> Double {
    let start = clock.now
    try body()
    let time = clock.now - start
    return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.count % 2 == 1 ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
}

let topology = try Topology.detect()
let plan = try PinningPlan.make(topology, threads: threads, cpus: nil)
let team = try ThreadTeam(plan: plan)
// Every evaluation is a candidate of its own: one pass each, as many candidates at once as there are threads.
let scorer = try ForwardEntropy(options: ForwardOptions(resolution: resolution, batch: batch, passes: threads), team: team)
let poolSeconds = elapsed { _ = GaussianPool(count: GaussianPool.usualCount, seed: 1) }

@MainActor func ours(_ structure: Structure) throws -> (rate: Double, score: Double) {
    var score = 0.0
    var count = 0
    var time = 0.0
    while time < seconds {
        time += try elapsed { score = try scorer.score(try structure.network()).total.mean }
        count += threads
    }
    return (Double(count) / time, score)
}

/// The other side, kept running so that its start is not measured: a line in, a line out.
final class Torch {
    let process = Process()
    let input = Pipe()
    let output = Pipe()

    init(_ python: String, cpus: [Int]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("torch_forward.py").path
        process.arguments = ["taskset", "-c", cpus.map(String.init).joined(separator: ","), python, script, "\(cpus.count)"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func ask(_ request: String) throws -> String {
        try input.fileHandleForWriting.write(contentsOf: Data((request + "\n").utf8))
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]) { line += byte }
        return String(decoding: line, as: UTF8.self)
    }
}

let torch = python.isEmpty ? nil : try Torch(python, cpus: plan.cpus)
let torchVersion = try torch?.ask("version")

/// The main branch as the script reads it: in, out, kernel, stride, groups of each convolution.
func chain(_ network: Network) -> String {
    network.layers.compactMap { layer -> String? in
        guard layer.isMainBranch, case .convolution(let c) = layer.operation else { return nil }
        return "\(c.inChannels),\(c.outChannels),\(c.kernelSize),\(c.stride),\(c.groups)"
    }.joined(separator: ";")
}

var rows: [Row] = []
print("pool of \(GaussianPool.usualCount) numbers drawn in \(String(format: "%.3f", poolSeconds)) s; CPUs \(plan.cpus); \(torchVersion ?? "no torch")")
for model in models {
    let network = try Zoo.find(model)
    guard let structure = network.structure else {
        print("\(model): not in TinyNAS' notation, left out")
        continue
    }
    func theirs() throws -> Double? { try torch.flatMap { Double(try $0.ask("\(batch) \(resolution) \(seconds) \(chain(network))")) } }
    _ = try scorer.score(network)
    if torch != nil { _ = try torch?.ask("\(batch) \(resolution) 0.01 \(chain(network))") }
    var mine: [Double] = []
    var others: [Double] = []
    var score = 0.0
    for round in 0..<rounds {
        if round % 2 == 1, let rate = try theirs() { others.append(rate) }
        let result = try ours(structure)
        mine.append(result.rate)
        score = result.score
        if round % 2 == 0, let rate = try theirs() { others.append(rate) }
    }
    let ratio = others.count == mine.count ? median(zip(mine, others).map(/)) : nil
    rows.append(
        Row(
            model: model, resolution: resolution, batch: batch, threads: threads, cpus: plan.cpus, isa: InstructionSet.best.rawValue,
            evaluations_per_s: median(mine), samples_per_s: mine, torch_evaluations_per_s: others.isEmpty ? nil : median(others),
            torch_samples_per_s: others.isEmpty ? nil : others, ratio: ratio, score: score))
    var line = "\(model)@\(resolution) batch \(batch) threads \(threads)"
    line += String(format: "  %8.1f evaluations/s  score %.2f", median(mine), score)
    if let ratio { line += String(format: "  torch %.2f /s  ratio %.1f", median(others), ratio) }
    print(line)
}
let json = option("--json", "")
if !json.isEmpty {
    let run = Run(
        command: ["entropy-benchmark"] + CommandLine.arguments.dropFirst(), environment: EnvironmentRecord.capture(team: team, isa: .best, topology: topology), pool_seconds: poolSeconds,
        torch: torchVersion, rows: rows)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(run).write(to: URL(fileURLWithPath: json))
}
