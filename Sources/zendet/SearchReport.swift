import Architecture
import Entropy
import Latency
import Report
import Search

/// Everything that a search's record is made of.
struct SearchReport {
    var result: SearchResult
    /// The structure file; its name is the winner's.
    var path: String
    /// The latency budget as it was asked for.
    var askedLatency: String?
    var baseline: Network
    var baselineResolution: Int
    var resolution: Int
    /// The baseline's latency composed from layers, uncorrected.
    var composedBaseline: Double?
    var start: String
    var seed: UInt64
    var entropy: ClosedFormEntropy
    var layers: LayerTimer.Statistics
    /// What measured layers told of the lower bounds that an exact search puts in place of prices.
    var testedBounds: (leastPart: Double, layers: Int)?
    var v100: V100Columns?
    /// Of a search for a profile's machine.
    var target: ProfileTarget?
    /// Of a search that measures whole networks in another runtime.
    var engine: EngineUse?

    func record(_ environment: EnvironmentRecord?) throws -> SearchRecord {
        func candidate(_ finalist: Finalist) throws -> SearchRecord.Candidate {
            SearchRecord.Candidate(
                finalist, reasons: finalist.measured.reasons,
                v100: try v100?.record(finalist.structure.network(), resolution: resolution))
        }
        return SearchRecord(
            name: name, winner: try candidate(result.winner), meetsBudget: result.meetsBudget,
            finalists: try result.finalists.filter { $0 != result.winner }.sorted { $0.score > $1.score }.map(candidate),
            baseline: try result.baseline.map {
                SearchRecord.Baseline(
                    name: baseline.name, resolution: baselineResolution, entropy: entropy.score(baseline).total,
                    cost: try baseline.cost(resolution: baselineResolution),
                    composedNanoseconds: composedBaseline, measured: $0, publishedAP: baseline.publishedAP,
                    v100: try v100?.record(baseline, resolution: baselineResolution))
            },
            budgets: SearchRecord.BudgetRecord(result.budgets, latency: askedLatency, latencyNanoseconds: askedNanoseconds), start: start,
            resolution: resolution, evaluations: result.evaluations, seed: seed, seconds: result.seconds, measuredLayers: layers.measured, reusedLayers: layers.reused,
            file: result.meetsBudget ? path : nil, environment: environment, exact: result.exact.map(exact), progress: result.gains,
            profile: target?.record, engine: engine)
    }

    private func exact(_ outcome: ExactOutcome) -> SearchRecord.ExactRecord {
        var record = SearchRecord.ExactRecord(outcome)
        if outcome.composedLimitNanoseconds != nil || outcome.list != nil {
            record.boundTest = testedBounds.map { SearchRecord.ExactRecord.BoundTest(assumedPart: LayerPredictor.floorPart, leastPart: $0.leastPart, layers: $0.layers) }
        }
        return record
    }

    /// The file's name without its ending.
    private var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? "winner"
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return String(file[..<dot])
    }

    /// The latency budget as a time; one relative to the baseline by the baseline measured beside the winner.
    private var askedNanoseconds: Double? {
        switch result.budgets.latency {
        case .nanoseconds(let time): time
        case .relative(let factor, _): result.baseline.map { factor * $0.nanoseconds(at: result.budgets.latencyPercentile) }
        case nil: nil
        }
    }
}
