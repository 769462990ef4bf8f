import Architecture
import Latency
import Machine
import Report
import TensorCore

extension CompareCommand {
    /// Takes every measure of the networks and shows where they disagree.
    func showRankFlips(
        _ networks: [Network], baseline: Int, _ scores: [[ScoreRecord]], _ columns: V100Columns?, _ output: Output
    ) throws {
        let names = networks.map(\.name)
        guard Set(names).count == names.count else { throw CommandError(.usage, "--rank-flips needs networks with different names") }
        guard networks.count >= 2 else { throw CommandError(.usage, "--rank-flips needs a network beside the baseline") }
        let topology = try Topology.detect()
        let isas = try machine.isa == nil ? InstructionSet.available.reversed() : [machine.instructionSet()]
        let most = try Session.plan(machine, threads: nil, topology: topology).cpus.count
        let counts = rank.rankThreads?.values ?? threads.threads.map { [$0] } ?? Set([1, most]).sorted()
        for count in counts { _ = try Session.plan(machine, threads: count, topology: topology) }
        let profiles = try elsewhere.models()

        var records: [RankFlipsRecord] = []
        var verdicts: [(name: String, measurement: Measurement)] = []
        for place in 0..<models.resolutionCount {
            let part = scores.map { $0[place] }
            let measures = RankMeasures(
                networks: networks, baseline: baseline, resolutions: part.map(\.resolution), batch: batch, seed: measuring.seed, output: output)
            var all = [measures.flops(part)]
            if let columns { all += try measures.v100(columns.model, batches: rank.rankBatches.values) }
            all += try profiles.map { try measures.predicted($0.name, $0.model) }
            for isa in isas {
                for count in counts {
                    var machine = machine
                    machine.isa = isa
                    let session = try Session(machine, threads: count, topology: topology, output: output)
                    if rank.predicted {
                        all.append(try measures.predicted(session))
                    } else {
                        let (measure, comparison) = try measures.measured(session, plan: measuring.interleavedPlan(longest: 20_000_000_000))
                        all.append(measure)
                        verdicts += zip(names, comparison.measurements).map { ("\($0) (\(measure.title))", $1) }
                    }
                }
            }
            let hasPrecisions = part.count(where: { $0.publishedAP != nil }) >= 2
            let record = RankFlipsRecord(
                resolution: part[baseline].resolution, batch: batch, networks: names, baseline: baseline, merit: hasPrecisions ? "published AP" : "entropy",
                merits: part.map { hasPrecisions ? $0.publishedAP : $0.entropy }, measures: all)
            records.append(record)
            try output.stream(record)
        }
        var sections = records.flatMap(RankNotes.sections)
        if columns == nil { sections += V100Columns.notes([]) }
        if output.isStreamed {
            output.finishStream(sections)
        } else {
            try output.emit(sections, table: .rankMeasures(records), records: records)
        }
        try measuring.check(verdicts)
    }
}
