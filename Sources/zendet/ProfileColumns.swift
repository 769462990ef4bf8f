import Architecture
import Latency
import Report

/// What networks would need on the machines of hardware profiles, by their models: a column for each profile.
struct ProfileColumns {
    let targets: [ProfileTarget]

    /// One prediction for each profile.
    ///
    /// - Parameter baseline: the network that the others are compared with, at its own resolution; nil for none.
    /// - Throws: `LatencyError` for a network that a model knows nothing of.
    func predictions(_ network: Network, resolution: Int, baseline: (network: Network, resolution: Int)? = nil) throws -> [PredictionRecord] {
        try targets.map { target in
            var record = try PredictionRecord(target.name, target.model, network, resolution: resolution)
            if let baseline { record.ratio = record.nanoseconds / (try target.model.estimate(baseline.network, resolution: baseline.resolution).nanoseconds) }
            return record
        }
    }

    /// What has to be said beside the columns: whose they are, how wrong the models are, and what they extrapolated.
    static func notes(_ records: [ScoreRecord]) -> [Section] {
        guard let first = records.first?.predictions, !first.isEmpty else { return [] }
        var notes: [Section] = first.enumerated().map { index, prediction in
            let title = PredictionRecord.title(index, of: first.count)
            return .note(prediction.profile.text(ofColumn: title.prefix(1).uppercased() + title.dropFirst()))
        }
        notes += extrapolations(records.flatMap { record in (record.predictions ?? []).map { ("\(record.name) at \(record.resolution) px", $0) } })
        return notes
    }

    /// Never in silence: what was priced beyond what was measured.
    static func extrapolations(_ predictions: [(name: String, prediction: PredictionRecord)]) -> [Section] {
        let beyond = predictions.filter { !$0.prediction.outside.isEmpty }
        guard !beyond.isEmpty else { return [] }
        let points = beyond.prefix(8).map { name, prediction in
            let more = prediction.outside.count - 1
            return "\(name) by \(prediction.profile.machine), \(NumberText.percent(prediction.outsideShare)) of the time: \(prediction.outside[0])"
                + (more > 0 ? "; and \(counted(more, "more layer"))" : "")
        }
        return [
            .note("Extrapolated beyond what the model was fitted to:", points: points + (beyond.count > 8 ? ["and \(beyond.count - 8) more predictions"] : []))
        ]
    }
}

extension PredictionRecord {
    /// A model's word on a network.
    init(_ profile: String, _ model: StepModel, _ network: Network, resolution: Int) throws(LatencyError) {
        let estimate = try model.estimate(network, resolution: resolution)
        self.init(
            profile: ProfileRecord(name: profile, model: model), nanoseconds: estimate.nanoseconds, outsideShare: estimate.outsideShare,
            outside: estimate.outside)
    }
}

extension StepModel {
    func estimate(_ network: Network, resolution: Int) throws(LatencyError) -> NetworkEstimate {
        try estimate(program(network, resolution: resolution))
    }
}
