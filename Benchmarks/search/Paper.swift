import Architecture
import Entropy
import Foundation
import Search

struct PaperRow: Encodable {
    /// The published network whose own FLOPs, parameters and layers at 480 px are the caps.
    var caps_of: String
    var cap_reference_flops: Double
    var cap_params: Int
    var cap_layers: Int
    var published_score: Double
    /// "evolution" or "exact".
    var solver: String
    var seed: UInt64?
    var score: Double
    var over_published: Double
    var bound: Double?
    var gap: Double?
    var reference_flops: Double
    var params: Int
    var layers: Int
    var evaluations: Int?
    var seconds: Double
    var structure: String
}

/// The searches of the paper, each under the caps of a published network: how much more entropy a search finds, in what time.
///
/// Source of the published networks: MAE-DET (arXiv 2111.13336), and He et al. 2015 for ResNet-50; their figures by this project's own counting.
func repeatPaper() throws -> [PaperRow] {
    let score = ClosedFormScore(.maeDet)
    let folder = option("--structures", "")
    var rows: [PaperRow] = []
    for (name, label) in [("resnet50", "r50"), ("maedet-s", "s"), ("maedet-m", "m"), ("maedet-l", "l")] {
        let published = try Zoo.find(name)
        let cost = try published.cost(resolution: 480)
        let budgets = Budgets(referenceFLOPs: cost.referenceFLOPs, params: cost.params, layers: cost.layers)
        let publishedScore = ClosedFormEntropy.maeDet.score(published).total
        // The published structure spans the space, so that it lies inside; for ResNet-50 it is the reference's start.
        var options = DesignSpace.Options()
        options.spreadsDepth = name == "resnet50"
        let start = try Zoo.find(name == "resnet50" ? "start-r50" : name).structure!
        let space = try DesignSpace(start: start, resolution: 480, layerBudget: cost.layers, options: options)
        func row(_ solver: String, _ seed: UInt64?, _ best: ScoredStructure, bound: Double?, gap: Double?, evaluations: Int?, seconds: Double) -> PaperRow {
            say(
                "caps of %@, %@%@: %.3f, %+.2f %% over its %.3f, %.2f s", name, solver, seed.map { " seed \($0)" } ?? "", best.score,
                100 * (best.score / publishedScore - 1), publishedScore, seconds)
            return PaperRow(
                caps_of: name, cap_reference_flops: cost.referenceFLOPs, cap_params: cost.params, cap_layers: cost.layers, published_score: publishedScore,
                solver: solver, seed: seed, score: best.score, over_published: best.score / publishedScore - 1, bound: bound, gap: gap,
                reference_flops: best.totals.referenceFLOPs, params: best.totals.params, layers: best.totals.layers, evaluations: evaluations,
                seconds: seconds, structure: StructureFile.pythonText([best.structure]))
        }
        for seed in 0..<UInt64(seedCount) {
            let result = try evolve(space, budgets, seed: seed, evaluations: 200_000)
            rows.append(row("evolution", seed, result.best, bound: nil, gap: nil, evaluations: result.evaluations, seconds: result.seconds))
            if seed == 0, !folder.isEmpty { try keep(result.best.structure, "\(folder)/found-\(label)-evolution.txt") }
        }
        let result = try ExactSolver(space: space, score: score).solve(budgets)
        rows.append(
            row("exact", nil, result.best, bound: result.certificate.bound, gap: result.gap, evaluations: nil, seconds: result.certificate.seconds))
        if !folder.isEmpty { try keep(result.best.structure, "\(folder)/found-\(label)-exact.txt") }
    }
    return rows
}

private func keep(_ structure: Structure, _ path: String) throws {
    try StructureFile.pythonText([structure]).write(toFile: path, atomically: true, encoding: .utf8)
}
