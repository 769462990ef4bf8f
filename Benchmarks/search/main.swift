// How good a search is and how sure: the certified optimum of the reference's ResNet-50 problem, and how near evolution comes in five seconds.
//
// search-benchmark rates|crossover|paper [--seeds 5] [--json FILE]: see Modes.swift. Without one of these words:
// search-benchmark [--threads 1,2] [--seeds 5] [--seconds 5] [--json FILE]
//
// The problem: TinyNAS' K1KXK1 space from start-r50 at 480 px, reference FLOPs up to 18.8 G, 91 layers; also with its last block frozen, as the released
// code leaves it, and with at most 25.8 M parameters.

import Architecture
import Entropy
import Foundation
import Inference
import Latency
import Machine
import Search
import TensorCore

struct Row: Codable {
    var problem: String
    var solver: String
    var threads: Int
    var seed: UInt64?
    var score: Double
    var bound: Double?
    var rounding_slack: Double?
    var gap: Double?
    var proved: Bool?
    var part_of_optimum: Double?
    var rounds: Int?
    var evaluations: Int?
    var seconds: Double
    var table_seconds: Double?
    var structure: String
}

struct Run: Codable {
    var command: [String]
    var environment: EnvironmentRecord
    var rows: [Row]
}

func option(_ name: String, _ fallback: String) -> String {
    guard let index = CommandLine.arguments.firstIndex(of: name), index + 1 < CommandLine.arguments.count else { return fallback }
    return CommandLine.arguments[index + 1]
}

let threads = option("--threads", "1,2").split(separator: ",").compactMap { Int($0) }
let seeds = Int(option("--seeds", "5")) ?? 5
let seconds = Double(option("--seconds", "5")) ?? 5
if let mode = CommandLine.arguments.dropFirst().first.flatMap(Mode.init) {
    try mode.run()
    exit(0)
}
let score = ClosedFormScore(.maeDet)
let start = try Zoo.find("start-r50").structure!
var frozen = DesignSpace.Options.reference
frozen.frozenBlocks = [5]
let budgets = Budgets(referenceFLOPs: 188e8, layers: 91)
var withParams = budgets
withParams.params = 25_800_000
let problems: [(String, DesignSpace.Options, Budgets)] = [
    ("r50", .reference, budgets), ("r50, last block frozen", frozen, budgets), ("r50, params 25.8M", .reference, withParams),
]

var rows: [Row] = []
func text(_ structure: Structure) -> String { StructureFile.pythonText([structure]) }

for (name, space, budgets) in problems {
    let space = try DesignSpace(start: start, resolution: 480, layerBudget: 91, options: space)
    for threads in threads {
        var options = ExactOptions()
        options.threads = threads
        let result = try ExactSolver(space: space, score: score, options: options).solve(budgets)
        let certificate = result.certificate
        rows.append(
            Row(
                problem: name, solver: "exact", threads: threads, score: result.best.score, bound: certificate.bound,
                rounding_slack: certificate.roundingSlack, gap: result.gap, proved: certificate.isOptimal, rounds: certificate.rounds,
                seconds: certificate.seconds, table_seconds: certificate.tableSeconds, structure: text(result.best.structure)))
        print(
            String(
                format: "%@, exact, %d threads: %.6f, bound %.6f, gap %.5f %%, %@, %d rounds, %.2f s (tables %.2f s)", name, threads, result.best.score,
                certificate.bound, 100 * result.gap, certificate.isOptimal ? "optimal" : "not proved", certificate.rounds, certificate.seconds,
                certificate.tableSeconds))
        fflush(nil)
    }
}
let optimum = rows[0].score
let space = try DesignSpace(start: start, resolution: 480, layerBudget: 91, options: .reference)
for seed in 0..<UInt64(seeds) {
    var options = EvolutionOptions()
    options.seed = seed
    options.evaluations = .max / 4
    options.timeLimit = .nanoseconds(Int64(seconds * 1e9))
    let result = try Evolution(space: space, score: score, budgets: budgets, options: options).run()
    rows.append(
        Row(
            problem: "r50", solver: "evolution", threads: 1, seed: seed, score: result.best.score, part_of_optimum: result.best.score / optimum,
            evaluations: result.evaluations, seconds: result.seconds, structure: text(result.best.structure)))
    print(
        String(
            format: "r50, evolution, seed %d: %.3f, %.3f %% of the optimum, %d structures in %.2f s", Int(seed), result.best.score,
            100 * result.best.score / optimum, result.evaluations, result.seconds))
    fflush(nil)
}

let path = option("--json", "")
if !path.isEmpty {
    let topology = try Topology.detect()
    let team = try ThreadTeam(plan: PinningPlan.make(topology, threads: threads.max() ?? 1, cpus: nil))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let run = Run(
        command: ["search-benchmark"] + CommandLine.arguments.dropFirst(),
        environment: EnvironmentRecord.capture(team: team, isa: .best, topology: topology), rows: rows)
    try encoder.encode(run).write(to: URL(fileURLWithPath: path), options: .atomic)
}
