import Architecture
import Foundation
import Inference
import Latency
import Machine
import TensorCore

/// A network compared with itself again and again, and with itself made slower on purpose: how often a difference is seen.
///
/// network-benchmark --self-comparisons 100 --planted 20 [--slowdown 0.03] [--two-copies] [--models resnet18] [--resolution 64] [--threads 1] [--json FILE]
///
/// With --json the comparisons join those that the file holds already, so that a long run can be made in pieces.
struct SelfComparison: Codable {
    struct Comparison: Codable {
        /// Share by which the second subject was made slower; 0 for a comparison with itself.
        var planted: Double
        var ratio: Double
        var ratio_low: Double?
        var ratio_high: Double?
        var noise_floor_low: Double?
        var noise_floor_high: Double?
        var rounds: Int
        var is_difference: Bool
        var verdict: String
    }

    var commands: [[String]] = []
    var environment: EnvironmentRecord
    var model: String
    var resolution: Int
    var comparisons: [Comparison] = []

    /// A network that spends a share of each run's time once more, spinning.
    final class Planted: Sampled {
        let executable: Executable
        let share: Double

        init(_ executable: Executable, share: Double) {
            self.executable = executable
            self.share = share
        }

        func handovers(runs: Int) -> Int { runs }

        func sample(runs: Int) -> [UInt64] {
            (0..<runs).map { _ in
                let time = executable.sample(runs: 1)[0]
                let start = DispatchTime.now().uptimeNanoseconds
                let more = UInt64(Double(time) * share)
                while DispatchTime.now().uptimeNanoseconds - start < more {}
                return time + (share > 0 ? DispatchTime.now().uptimeNanoseconds - start : 0)
            }
        }
    }

    /// What a person reads: how many differences were seen among the equal ones and among the planted ones.
    var summary: String {
        func seen(_ comparisons: [Comparison]) -> String { "\(comparisons.count { $0.is_difference }) of \(comparisons.count)" }
        let equal = comparisons.filter { $0.planted == 0 }, planted = comparisons.filter { $0.planted > 0 }
        let off = equal.map { abs($0.ratio - 1) }.sorted()
        let found = planted.map { $0.ratio }.sorted()
        return "itself: a difference in \(seen(equal))"
            + (off.isEmpty ? "" : String(format: ", |ratio - 1| median %.4f, worst %.4f", Quantile.ofSorted(off, 0.5), off[off.count - 1]))
            + "; planted: a difference in \(seen(planted))" + (found.isEmpty ? "" : String(format: ", median ratio %.4f", Quantile.ofSorted(found, 0.5)))
    }

    static func run(equal: Int, planted: Int, slowdown: Double, model: String, resolution: Int, isa: InstructionSet, team: ThreadTeam, topology: Topology, path: String)
        throws
    {
        var record = SelfComparison(environment: .capture(team: team, isa: isa, topology: topology), model: model, resolution: resolution)
        if let known = try? Data(contentsOf: URL(fileURLWithPath: path)) { record = try JSONDecoder().decode(SelfComparison.self, from: known) }
        record.commands.append(["network-benchmark"] + CommandLine.arguments.dropFirst())
        let network = try Zoo.find(model)
        // One copy by default: two copies of a network lie in other pages, and do differ until the kernel has given both their large ones.
        let copies = try (0..<(CommandLine.arguments.contains("--two-copies") ? 2 : 1)).map { _ in
            try Executable(network, resolution: resolution, isa: isa, team: team)
        }
        var plan = InterleavedPlan()
        plan.visitNanoseconds = 4_000_000
        plan.maxNanoseconds = 1_200_000_000
        plan.measurement.maxWarmUpNanoseconds = 50_000_000
        plan.measurement.blockNanoseconds = 10_000_000
        for share in Array(repeating: 0, count: equal) + Array(repeating: slowdown, count: planted) {
            let subjects = [Planted(copies[0], share: 0), Planted(copies[copies.count - 1], share: share)]
            let result = measureInterleaved(subjects, baseline: 0, plan: plan, observer: TeamObserver(team))
            record.comparisons.append(
                Comparison(
                    planted: share, ratio: result.ratios[1].ratio, ratio_low: result.ratios[1].interval?.low, ratio_high: result.ratios[1].interval?.high,
                    noise_floor_low: result.noiseFloor?.interval?.low, noise_floor_high: result.noiseFloor?.interval?.high, rounds: result.rounds,
                    is_difference: result.isDifference(1), verdict: result.measurements[1].verdict.rawValue))
        }
        print("\(model)@\(resolution): \(record.summary)")
        guard !path.isEmpty else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(record).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
