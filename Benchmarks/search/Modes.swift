import Architecture
import Entropy
import Foundation
import Inference
import Latency
import Machine
import Search
import TensorCore

/// The parts of the benchmark that are called by name.
///
/// search-benchmark rates: structures a second on one core, and time to 99.5 % of the certified optimum.
/// search-benchmark crossover: the best score with and without crossover.
/// search-benchmark paper: ResNet-50-class and MAE-DET-S, -M, -L budgets at 480 px; --structures FOLDER keeps the found networks.
enum Mode: String, CaseIterable {
    case rates, crossover, paper

    func run() throws {
        switch self {
        case .rates: try write(measureRates())
        case .crossover: try write(compareCrossover())
        case .paper: try write(repeatPaper())
        }
    }

    private struct Recorded<Row: Encodable>: Encodable {
        var command: [String]
        var environment: EnvironmentRecord
        var rows: [Row]
    }

    private func write(_ rows: [some Encodable]) throws {
        let path = option("--json", "")
        guard !path.isEmpty else { return }
        let topology = try Topology.detect()
        let team = try ThreadTeam(plan: PinningPlan.make(topology, threads: 1, cpus: nil))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let recorded = Recorded(
            command: ["search-benchmark"] + CommandLine.arguments.dropFirst(),
            environment: EnvironmentRecord.capture(team: team, isa: .best, topology: topology), rows: rows)
        try encoder.encode(recorded).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}

/// The certified optimum of the R50 problem; own exact solver, see Benchmarks/search/runs.
let knownOptimum = 2096.914716

func r50Space() throws -> DesignSpace {
    try DesignSpace(start: Zoo.find("start-r50").structure!, resolution: 480, layerBudget: 91, options: .reference)
}
let r50Budgets = Budgets(referenceFLOPs: 188e8, layers: 91)

func evolve(
    _ space: DesignSpace, _ budgets: Budgets, seed: UInt64, evaluations: Int, crossover: Double? = nil, latency: (any LatencySource)? = nil
) throws -> EvolutionResult {
    var options = EvolutionOptions()
    options.seed = seed
    options.evaluations = evaluations
    if let crossover { options.crossoverFraction = crossover }
    return try Evolution(space: space, score: ClosedFormScore(.maeDet), latency: latency, budgets: budgets, options: options).run()
}

func say(_ format: String, _ values: any CVarArg...) {
    print(String(format: format, arguments: values))
    fflush(nil)
}

var seedCount: Int { Int(option("--seeds", "5")) ?? 5 }
