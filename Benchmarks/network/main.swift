// How near the engine comes to the machine: whole networks as a share of the multiply-add peak measured in the same run, and the gain of more threads.
//
// network-benchmark [--models a,b] [--resolution 480] [--threads 1,2] [--isa avx512,avx2,baseline] [--json FILE]
//
// With --self-comparisons N and --planted N it compares a network with itself instead, see SelfComparison.swift; with --choices N two ways of choosing how
// convolutions are computed, see ChoiceComparison.swift.
//
// Every configuration of an instruction set takes its turn in rounds (A B B A …), so that drift hits all alike; the peak is measured before and after.

import Architecture
import Foundation
import Inference
import Latency
import Machine
import TensorCore

struct Row: Codable {
    var model: String
    var resolution: Int
    var isa: String
    var threads: Int
    var cpus: [Int]
    var median_ns: Double
    var p10_ns: Double
    var p90_ns: Double
    var gflop_per_s: Double
    var peak_gflop_per_s: Double
    var peak_fraction: Double
    var speedup_over_first_threads: Double
    var verdict: String
    var reasons: [String]
    var samples_ns: [UInt64]
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

func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }

let topology = try Topology.detect()
let allThreads = topology.allowedCPUs.count
let models = list(option("--models", "resnet50"))
let resolution = Int(option("--resolution", "480")) ?? 480
let threads = list(option("--threads", allThreads > 1 ? "1,\(allThreads)" : "1")).compactMap(Int.init)
let sets = list(option("--isa", InstructionSet.available.reversed().map(\.rawValue).joined(separator: ","))).compactMap(InstructionSet.init(rawValue:))
let teams = try threads.map { try ThreadTeam(plan: PinningPlan.make(topology, threads: $0, cpus: nil)) }

let equal = Int(option("--self-comparisons", "0")) ?? 0, planted = Int(option("--planted", "0")) ?? 0
if equal + planted > 0 {
    try SelfComparison.run(
        equal: equal, planted: planted, slowdown: Double(option("--slowdown", "0.03")) ?? 0.03, model: models[0], resolution: resolution, isa: sets[0],
        team: teams[0], topology: topology, path: option("--json", ""))
    exit(0)
}

let random = Int(option("--choices", "-1")) ?? -1
if random >= 0 {
    try ChoiceComparison.run(
        networks: random, seed: UInt64(option("--seed", "7")) ?? 7, models: list(option("--models", "")), resolution: resolution, isa: sets[0], team: teams[0],
        topology: topology, table: option("--table", ""), path: option("--json", ""))
    exit(0)
}

func peak(_ team: ThreadTeam, _ isa: InstructionSet) -> Double { MultiplyAddPeak.measure(team, isa: isa).best }

var rows: [Row] = []
for isa in sets {
    for model in models {
        let network = try Zoo.find(model)
        var peaks = teams.map { peak($0, isa) }
        let executables = try teams.map { try Executable(network, resolution: resolution, isa: isa, team: $0) }
        var plan = InterleavedPlan()
        plan.measuresNoiseFloor = false
        plan.maxNanoseconds = 12_000_000_000
        let comparison = measureInterleaved(executables, baseline: 0, plan: plan, observer: TeamObserver(teams.last!))
        for (index, team) in teams.enumerated() { peaks[index] = max(peaks[index], peak(team, isa)) }
        let macs = Double(executables[0].program.macs)
        for (index, measured) in comparison.measurements.enumerated() {
            let speed = 2 * macs / measured.medianNanoseconds
            rows.append(
                Row(
                    model: model, resolution: resolution, isa: isa.rawValue, threads: threads[index], cpus: teams[index].boundCPUs.flatMap(\.self),
                    median_ns: measured.medianNanoseconds, p10_ns: measured.p10Nanoseconds, p90_ns: measured.p90Nanoseconds, gflop_per_s: speed,
                    peak_gflop_per_s: peaks[index] / 1e9, peak_fraction: speed * 1e9 / peaks[index],
                    speedup_over_first_threads: 1 / comparison.ratios[index].ratio, verdict: measured.verdict.rawValue,
                    reasons: measured.reasons, samples_ns: measured.samplesNanoseconds))
            let row = rows[rows.count - 1]
            print(
                String(
                    format: "%@@%d  %-8@ threads %d  %8.2f ms  %7.1f GFLOP/s  %5.1f %% of %.1f  x%.2f  %@", model, resolution, isa.rawValue as NSString,
                    row.threads, row.median_ns / 1e6, row.gflop_per_s, 100 * row.peak_fraction, row.peak_gflop_per_s, row.speedup_over_first_threads,
                    row.verdict))
            fflush(nil)
        }
    }
}

let path = option("--json", "")
if !path.isEmpty {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let run = Run(
        command: ["network-benchmark"] + CommandLine.arguments.dropFirst(),
        environment: EnvironmentRecord.capture(team: teams.last!, isa: sets[0], topology: topology), rows: rows)
    try encoder.encode(run).write(to: URL(fileURLWithPath: path), options: .atomic)
}
