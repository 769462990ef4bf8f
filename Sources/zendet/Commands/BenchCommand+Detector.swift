import Architecture
import Inference
import Latency
import Machine
import Report

// Whole detectors, and how much of their time is the backbone's.
extension BenchCommand {
    /// Measures each network's detector and the network by itself in turn.
    func showDetectors(_ detector: Detector, _ models: [LoadedModel], _ output: Output) throws {
        var subjects: [(network: DetectorNetwork, resolution: Int, macs: [DetectorNetwork.Part: Int])] = []
        for model in models {
            let network = try detector.network(around: model.network)
            for resolution in try self.models.resolutions(model) {
                try checkMemory(network.network, resolution: resolution, batch: batch)
                subjects.append((network, resolution, try network.macs(resolution: resolution)))
            }
        }
        let topology = try Topology.detect()
        let teams = threads.map { $0.values.map(Optional.some) } ?? [nil]
        for team in teams { _ = try Session.plan(machine, threads: team, topology: topology) }

        var records: [DetectorRecord] = []
        for team in teams {
            let session = try Session(machine, threads: team, topology: topology, output: output)
            for subject in subjects {
                let record = try measure(subject.network, subject.resolution, subject.macs, session, output)
                records.append(record)
                try output.stream(record)
            }
        }
        let table = Table.detectors(records)
        var sections: [Section] = [.table(table.withoutEmptyColumns())]
        for record in records {
            guard let layers = record.bench.layers else { continue }
            let setting = record.bench.setting
            sections.append(.heading("\(setting.name) at \(setting.resolution) px, \(counted(setting.threads, "thread")), layer by layer"))
            sections.append(.table(.layers(layers)))
        }
        if layers { sections.append(.note(BenchNotes.roofline)) }
        sections += DetectorNotes.notes(records).map { Section.note($0) }
        sections += BenchNotes.verdicts(records.map(\.bench))
        sections += BenchNotes.winograd(records.map(\.bench)).map { Section.note($0) }
        if output.isStreamed {
            output.finishStream(sections)
        } else {
            try output.emit(sections, table: table, records: records)
        }
        try measuring.check(records.map { ($0.bench.setting.name, $0.bench.measurement) })
    }

    private func measure(
        _ network: DetectorNetwork, _ resolution: Int, _ macs: [DetectorNetwork.Part: Int], _ session: Session, _ output: Output
    ) throws -> DetectorRecord {
        let whole = try session.executable(network.network, resolution: resolution, batch: batch, seed: measuring.seed)
        let backbone = try session.executable(network.backbone, resolution: resolution, batch: batch, seed: measuring.seed)
        let place = "\(network.network.name) at \(resolution) px"
        output.progress.update("warming up", done: 0, total: nil, detail: place)
        var plan = measuring.interleavedPlan(longest: 20_000_000_000)
        // A share of the time is not asked whether it differs from 1.
        plan.measuresNoiseFloor = false
        let comparison = measureInterleaved([whole, backbone], plan: plan, observer: session.observer) { rounds, share in
            output.progress.update("measuring in turn", done: plan.shareDone(rounds: rounds, share: share), total: 1, detail: place)
        }
        let measurement = comparison.measurements[0]
        session.measurePeak()
        let layerRecords = whole.layerRecords(measurement, session.roofline)
        var steps: [DetectorNetwork.Part: Double] = [:]
        for (operands, record) in zip(whole.program.operands, layerRecords) {
            steps[network.part(ofLayer: operands.layer), default: 0] += record.medianNanoseconds
        }
        let bench = session.record(
            network.network, resolution: resolution, batch: batch, memoryBytes: whole.bytes, macs: macs.values.reduce(0, +), seed: measuring.seed,
            measurement: measurement, cache: .inTurn, layers: layers ? layerRecords : nil)
        return DetectorRecord(
            bench: bench, backbone: comparison.measurements[1], backboneShare: comparison.ratios[1], network: network, steps: steps, macs: macs)
    }
}

/// What a reader of a detector's parts has to know.
enum DetectorNotes {
    static func notes(_ records: [DetectorRecord]) -> [String] {
        var notes = [
            """
            A detector ends with what its head gives on levels P3 to P7, before boxes are decoded and suppressed. The backbone's share is the time of the backbone \
            alone over the detector's, measured in turn (median of paired rounds, 95 % interval); neck and head divide the rest as their steps do.
            """
        ]
        let places = Dictionary(grouping: records) { record -> String in
            guard let interval = record.backboneShare.interval else { return "is not known to be more or less than half" }
            return interval.low > 0.5 ? "is more than half" : interval.high < 0.5 ? "is less than half" : "is half, as far as can be told"
        }
        for (answer, records) in places.sorted(by: { $0.key < $1.key }) {
            let names = records.map { "\($0.bench.setting.name) at \($0.bench.setting.resolution) px, \(counted($0.bench.setting.threads, "thread"))" }
            notes.append("The backbone's part of the time \(answer): \(names.joined(separator: "; ")).")
        }
        return notes
    }
}
