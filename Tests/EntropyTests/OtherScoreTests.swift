import Architecture
import Entropy
import Foundation
import Machine
import Support
import Testing

@Suite("DeepMAD and Zen-Score against published code")
struct OtherScoreTests {
    @Test func deepMAD() throws {
        var checked = 0
        for (name, golden) in try #require(try fixture("deepmad.json") as? [String: [String: Any]]) {
            let network = try structure(golden["structure"], name).network()
            let own = try DeepMADScore().score(network)
            #expect(isClose(own.effectiveness, try #require(golden["effectiveness"] as? Double), relative: 1e-12), "\(name)")
            for (weights, figures) in (golden["scores"] as? [String: [String: Any]]) ?? [:] {
                let score = try DeepMADScore(stageWeights: weights.split(separator: ",").map { try #require(Double($0)) }).score(network)
                #expect(isClose(score.entropy, try #require(figures["total"] as? Double), relative: 1e-12), "\(name) \(weights): \(score.entropy)")
                for (a, b) in zip(score.stages, try #require(figures["score_list"] as? [Double])) { #expect(isClose(a, b, relative: 1e-12), "\(name)") }
                checked += 1
            }
        }
        #expect(checked == 14)
    }

    /// MAE-DET-S has depths 2, then 4, 10 and 10 (two blocks of one stage): by hand.
    @Test func depthPenalty() throws {
        let network = try Zoo.find("maedet-s")
        let depths = try #require(network.structure).blocks.dropFirst(2).map { Double($0.depth) }
        let mean = depths.reduce(0, +) / Double(depths.count)
        let deviation = (depths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(depths.count)).squareRoot()
        let score = try DeepMADScore().score(network)
        #expect(isClose(score.depthPenalty, exp(deviation), relative: 1e-12))
        #expect(isClose(score.total, score.entropy - 10 * score.depthPenalty, relative: 1e-12))
        // torchvision's graph has no super blocks: its stages count. ResNet-50 has 3, 4, 6, 3.
        let resnet = try DeepMADScore().score(try Zoo.find("resnet50"))
        #expect(isClose(resnet.depthPenalty, exp((14.0 / 9).squareRoot()), relative: 1e-12))
        let error = #expect(throws: EntropyError.self) { try DeepMADScore(penaltyWeight: -1) }
        #expect(error?.code == .badWeights)
    }

    @Test func zen() throws {
        let team = try ThreadTeam(plan: PinningPlan.make(Topology.detect(), threads: nil, cpus: nil))
        for (name, golden) in try #require(try fixture("zen-scores.json") as? [String: [String: Any]]) {
            let network = try structure(golden["structure"], name).network()
            func figures(_ key: String) throws -> (mean: Double, std: Double, seeds: Double) {
                let entry = try #require(golden[key] as? [String: Any])
                return (try #require(entry["mean"] as? Double), try #require(entry["std"] as? Double), Double(entry["seeds"] as? Int ?? 32))
            }
            for (key, momentum) in [("published", ZenScore.Momentum.published), ("batch_variance", .paper)] {
                let options = ForwardOptions(
                    resolution: try #require(golden["resolution"] as? Int), batch: try #require(golden["batch"] as? Int), passes: 12, seed: 1)
                let score = try ZenScore(options: options, step: Float(try #require(golden["step"] as? Double)), momentum: momentum, team: team).score(network)
                #expect(score.normalizations == golden["batch_normalizations"] as? Int)
                let expected = try figures(key)
                let own = try #require(score.total.standardError)
                // Both means are estimates: their difference is within 4.5 of its standard error.
                let error = hypot(own, expected.std / expected.seeds.squareRoot())
                #expect(abs(score.total.mean - expected.mean) < 4.5 * error, "\(name) \(key): \(score.total.mean), not \(expected.mean), of \(error)")
                // And single passes scatter as much as there.
                #expect((0.4...2.5).contains(own * 12.0.squareRoot() / expected.std), "\(name) \(key): \(own)")
                guard momentum == .published else { continue }
                let (difference, variances) = (try figures("published_log_difference"), try figures("published_log_bn"))
                #expect(abs(score.logDifference.mean - difference.mean) < 6 * difference.std / 12.0.squareRoot(), "\(score.logDifference)")
                #expect(abs(score.logVariances.mean - variances.mean) < 6 * variances.std / 12.0.squareRoot(), "\(score.logVariances)")
            }
        }
    }

    @Test func zenOptions() throws {
        let error = #expect(throws: EntropyError.self) { try ZenScore(step: 0) }
        #expect(error?.code == .badOption)
        let tooSmall = #expect(throws: EntropyError.self) {
            try ZenScore(options: ForwardOptions(resolution: 8, batch: 2, passes: 1)).score(try Zoo.find("resnet18"))
        }
        #expect(tooSmall?.code == .badNetwork)
    }
}
