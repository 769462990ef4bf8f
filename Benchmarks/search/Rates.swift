import Architecture
import Foundation
import Search

struct RateRow: Encodable {
    var what: String
    var seed: UInt64
    var evaluations: Int
    var seconds: Double
    var evaluations_per_second: Double
    var priced_blocks: Int
    var part_of_optimum: Double?
}

/// A table's place: the time of a block by its multiply-accumulates, with a start-up cost. Looking up a measured table costs as much.
let linearSource = TableLatencySource { block, _, side in
    let cost = block.cost(inputSide: side, idealInputSide: Double(side), keepsInput: false)
    return 2_000 + Double(cost.macs) / 50
}

/// Structures a second, duplicates and rejected children not counted; and how soon 99.5 % of the optimum is reached.
func measureRates() throws -> [RateRow] {
    let space = try r50Space()
    var rows: [RateRow] = []
    for seed in 0..<UInt64(seedCount) {
        var latency = r50Budgets
        latency.latency = .nanoseconds(200e6)
        for (what, budgets, source) in [("closed form", r50Budgets, nil), ("closed form and latency from a table", latency, linearSource)]
            as [(String, Budgets, TableLatencySource?)]
        {
            let result = try evolve(space, budgets, seed: seed, evaluations: 1_000_000, latency: source)
            let rate = Double(result.evaluations) / result.seconds
            rows.append(
                RateRow(
                    what: what, seed: seed, evaluations: result.evaluations, seconds: result.seconds, evaluations_per_second: rate,
                    priced_blocks: result.pricedBlocks))
            say(
                "%@, seed %d: %.0f structures a second (%d in %.2f s, %d blocks priced)", what, Int(seed), rate, result.evaluations, result.seconds,
                result.pricedBlocks)
        }
        // Doubled until it is enough: the time of the run that was.
        var evaluations = 1_000
        while evaluations <= 4_096_000 {
            let result = try evolve(space, r50Budgets, seed: seed, evaluations: evaluations)
            let part = result.best.score / knownOptimum
            if part >= 0.995 {
                rows.append(
                    RateRow(
                        what: "to 99.5 % of the optimum", seed: seed, evaluations: evaluations, seconds: result.seconds,
                        evaluations_per_second: Double(evaluations) / result.seconds, priced_blocks: 0, part_of_optimum: part))
                say("99.5 %% of the optimum, seed %d: %d structures, %.3f s (%.3f %%)", Int(seed), evaluations, result.seconds, 100 * part)
                break
            }
            evaluations *= 2
        }
    }
    return rows
}

struct CrossoverRow: Encodable {
    var crossover_fraction: Double
    var evaluations: Int
    var seed: UInt64
    var score: Double
    var part_of_optimum: Double
    var seconds: Double
}

/// The best score with and without crossover, same seeds and evaluations.
func compareCrossover() throws -> [CrossoverRow] {
    let space = try r50Space()
    var rows: [CrossoverRow] = []
    for evaluations in [5_000, 20_000, 100_000] {
        for fraction in [0, 0.1, 0.25, 0.5] {
            var scores: [Double] = []
            for seed in 0..<UInt64(seedCount) {
                let result = try evolve(space, r50Budgets, seed: seed, evaluations: evaluations, crossover: fraction)
                scores.append(result.best.score)
                rows.append(
                    CrossoverRow(
                        crossover_fraction: fraction, evaluations: evaluations, seed: seed, score: result.best.score,
                        part_of_optimum: result.best.score / knownOptimum, seconds: result.seconds))
            }
            let mean = scores.reduce(0, +) / Double(scores.count)
            say(
                "%d structures, crossover %.2f: mean %.3f (%.3f %% of the optimum), least %.3f, most %.3f, %d seeds", evaluations, fraction, mean,
                100 * mean / knownOptimum, scores.min()!, scores.max()!, scores.count)
        }
    }
    return rows
}
