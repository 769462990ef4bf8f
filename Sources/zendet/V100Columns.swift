import Architecture
import Latency
import Report

/// What a V100 would need, by the model of its profile, for one precision and batch.
struct V100Columns {
    let model: AcceleratorModel
    let precision: Precision
    let batch: Int

    /// - Throws: `LatencyError` for a precision that the model does not know.
    func record(_ network: Network, resolution: Int) throws -> V100Record {
        let estimate = try model.milliseconds(network: network, resolution: resolution, batch: batch, precision: precision)
        return V100Record(
            nanosecondsPerImage: estimate.millisecondsPerImage * 1e6, precision: precision.rawValue, batch: batch,
            medianError: estimate.error?.median, p90Error: estimate.error?.p90, outOfRangeShare: estimate.outOfRangeShare,
            isComplete: estimate.isComplete, source: estimate.source.rawValue)
    }

    /// What has to be said beside the columns.
    static func notes(_ records: [(name: String, v100: V100Record)]) -> [Section] {
        guard let first = records.first?.v100 else {
            return [.note("No V100 column: no profile \(V100Options.profileName).json was found in a folder hardware-profiles; name one with --v100-profile.")]
        }
        let errors = records.compactMap { $0.v100.medianError }
        let error = errors.max().map { ", median error up to \(NumberText.percent($0)) on networks it was not fitted to" } ?? ""
        let origin = first.source == "library" ? "summed over a library of operator latencies" : "by a fitted model of published operator latencies"
        var notes: [Section] = [.note("V100: \(first.precision), batch \(first.batch), time of one image, \(origin) and not a measurement\(error).")]
        let beyond = records.filter { $0.v100.outOfRangeShare > 0.05 }
        if !beyond.isEmpty {
            let list = beyond.map { "\($0.name) \(NumberText.percent($0.v100.outOfRangeShare, places: 0))" }.joined(separator: ", ")
            notes.append(.note("V100 time outside of the measured layers, so less certain: \(list)."))
        }
        let partial = records.filter { !$0.v100.isComplete }.map(\.name)
        if !partial.isEmpty {
            notes.append(.note("V100 time is a lower bound, some layers have no figure: \(partial.joined(separator: ", "))."))
        }
        return notes
    }
}
