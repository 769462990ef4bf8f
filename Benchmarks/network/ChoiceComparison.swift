import Architecture
import Foundation
import Inference
import Latency
import Machine
import Search
import TensorCore

/// Networks computed by two choices that take turns: each convolution in the way that is fastest with its weights in the cache that cores share, and in the way that is fastest where
/// this network leaves them.
///
/// network-benchmark --choices 40 [--seed 7] [--models resnet50] [--resolution 224] [--threads 2] [--isa avx2] [--table FILE] [--json FILE]
///
/// Of the random networks of all spaces, and of the models at the resolution, those are compared whose choices differ.
struct ChoiceComparison: Codable {
    struct Row: Codable {
        var network: String
        var resolution: Int
        /// Steps that the two choices compute in different ways, and all that can be computed in several.
        var changed: Int
        var open: Int
        /// What a run touches by the choice for weights in the cache: all weights and the largest maps.
        var footprint_bytes: Double
        /// Time by the network's own choice over that by the other.
        var ratio: Double
        var ratio_low: Double?
        var ratio_high: Double?
        var noise_floor_low: Double?
        var noise_floor_high: Double?
        var is_difference: Bool
        var verdict: String
    }

    var command: [String]
    var environment: EnvironmentRecord
    var isa: String
    var threads: Int
    /// Of how many networks both choices are the same.
    var equal = 0
    var rows: [Row] = []

    static func run(
        networks: Int, seed: UInt64, models: [String], resolution: Int, isa: InstructionSet, team: ThreadTeam, topology: Topology, table: String, path: String
    ) throws {
        var record = ChoiceComparison(
            command: ["network-benchmark"] + CommandLine.arguments.dropFirst(), environment: .capture(team: team, isa: isa, topology: topology), isa: isa.rawValue,
            threads: team.count)
        let timer = LayerTimer(
            team: team, isa: isa, table: table.isEmpty ? try LayerTable(inMemory: ()) : try LayerTable(path: table), machine: try MachineFingerprint.detect())
        let probes = try ProbeNetworks(seed: seed, mostMACs: 1 << 30)
        var subjects = try models.map { (name: $0, program: try Program.lower(Zoo.find($0), resolution: resolution)) }
        for number in 0..<networks {
            let probe = probes.probe(number)
            subjects.append(
                ("\(probe.structure.blocks[1].kind.rawValue) \(number)", try Program.lower(probe.structure.network(), resolution: probe.resolution)))
        }
        var plan = InterleavedPlan()
        plan.minRounds = 20
        plan.maxNanoseconds = 4_000_000_000
        for (name, program) in subjects {
            let choices = [try timer.choice(for: program, weights: .sharedCache), try timer.choice(for: program)]
            let open = program.steps.indices.filter { ConvolutionChoice.methods(for: program.steps[$0]).count > 1 }
            let changed = open.count { choices[0].method(ofStep: $0, in: program) != choices[1].method(ofStep: $0, in: program) }
            guard changed > 0 else {
                record.equal += 1
                continue
            }
            let executables = try choices.map { try Executable(program, isa: isa, team: team, seed: seed, convolution: $0, cache: nil) }
            let result = measureInterleaved(executables, baseline: 0, plan: plan, observer: TeamObserver(team))
            let row = Row(
                network: name, resolution: program.resolution, changed: changed, open: open.count,
                footprint_bytes: program.footprintBytes(program.steps.indices.map { choices[0].method(ofStep: $0, in: program) }),
                ratio: result.ratios[1].ratio, ratio_low: result.ratios[1].interval?.low,
                ratio_high: result.ratios[1].interval?.high, noise_floor_low: result.noiseFloor?.interval?.low, noise_floor_high: result.noiseFloor?.interval?.high,
                is_difference: result.isDifference(1), verdict: result.measurements[1].verdict.rawValue)
            record.rows.append(row)
            print(
                String(
                    format: "%@@%d  %d of %d convolutions otherwise, %.0f MB  time x%.3f (%.3f to %.3f)  %@  %@", row.network, row.resolution, changed,
                    open.count, row.footprint_bytes / 1e6, row.ratio, row.ratio_low ?? Double.nan, row.ratio_high ?? Double.nan, row.is_difference ? "a difference" : "no difference", row.verdict))
            fflush(nil)
        }
        let ratios = record.rows.map(\.ratio).sorted()
        print(
            "\(isa.rawValue), \(team.count) threads: \(record.rows.count) of \(subjects.count) networks are computed otherwise"
                + (ratios.isEmpty
                    ? ""
                    : String(
                        format: "; time x%.3f in the median, x%.3f to x%.3f; faster %d, slower %d", Quantile.ofSorted(ratios, 0.5), ratios[0], ratios[ratios.count - 1],
                        record.rows.count { $0.is_difference && $0.ratio < 1 }, record.rows.count { $0.is_difference && $0.ratio > 1 })))
        guard !path.isEmpty else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(record).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
