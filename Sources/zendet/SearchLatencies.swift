import Architecture
import Inference
import Latency
import Machine
import Report
import Search

/// A measurer that a study can remind of the baseline.
protocol SearchMeasurer: WholeNetworkMeasurer {
    /// Takes over the baseline's first measurement of an earlier session, so that it is not made again.
    func recall(_ baseline: MeasuredNetwork?)
    /// The runtime that measures, where it is not the tensor core; known once it has measured something.
    var engine: EngineUse? { get }
}

extension SearchMeasurer {
    var engine: EngineUse? { nil }
}

/// Where a search's latencies come from: this machine, or a profile's model.
struct SearchLatencies {
    let source: LayerLatencySource
    let measurer: any SearchMeasurer
    /// Nil where nothing is measured.
    let environment: EnvironmentRecord?
    /// Threads that the exact solver may use.
    let solverThreads: Int
    private let timer: LayerTimer?
    private let predictor: LayerPredictor?
    private let compose: () throws -> Double?
    /// Says once that measured layers could not be kept, if that is so.
    let tellOfStorage: () -> Void

    /// Layers and networks measured on this machine; whole networks in another runtime where one is asked for.
    init(
        _ session: Session, baseline: Network, at baselineResolution: Int, resolution: Int, _ measuring: MeasureOptions, percentile: LatencyPercentile,
        _ runs: EngineRuns, _ output: Output
    ) throws {
        let predictor = LayerPredictor(source: session.timer)
        let measurer = try NetworkMeasurer(
            session: session, baseline: (baseline, baselineResolution), resolution: resolution, seed: measuring.seed,
            plan: measuring.interleavedPlan(longest: 20_000_000_000, hasTails: percentile == .p90), runs: runs, progress: output.progress)
        source = LayerLatencySource(pricing: predictor)
        self.predictor = predictor
        self.measurer = measurer
        environment = session.environment
        solverThreads = session.team.count
        timer = session.timer
        tellOfStorage = session.tellOfStorage
        compose = { try measurer.baselineProgram.map { try predictor.nanoseconds(program: $0) } }
    }

    /// Everything from the model of another machine's profile.
    init(_ target: ProfileTarget, baseline: Network, at baselineResolution: Int, resolution: Int) {
        let predicted = PredictedNetworks(target: target, baseline: baseline, baselineResolution: baselineResolution, resolution: resolution)
        source = LayerLatencySource(pricing: target.model, chains: .fitting(target.model.engine.caches))
        measurer = predicted
        environment = nil
        solverThreads = (try? Topology.detect().allowedCores.count) ?? 1
        timer = nil
        predictor = nil
        tellOfStorage = {}
        compose = { try predicted.estimate(baseline, at: baselineResolution).nanoseconds }
    }

    /// The baseline's latency composed from layers, uncorrected.
    func composedBaseline() throws -> Double? { try compose() }

    /// What measured layers told of the bounds that an exact search puts in place of prices.
    var testedBounds: (leastPart: Double, layers: Int)? { predictor?.testedFloors }

    var statistics: LayerTimer.Statistics { timer?.statistics ?? LayerTimer.Statistics() }
}

/// Whole networks as a profile's model sees them: in the place of measurements where the machine is not here.
///
/// Every verdict is SUSPECT, with the reason that nothing was measured, how wrong the model is, and which layers it had to extrapolate.
final class PredictedNetworks: SearchMeasurer {
    private let target: ProfileTarget
    private let baseline: Network
    private let baselineResolution: Int
    private let resolution: Int

    init(target: ProfileTarget, baseline: Network, baselineResolution: Int, resolution: Int) {
        self.target = target
        self.baseline = baseline
        self.baselineResolution = baselineResolution
        self.resolution = resolution
    }

    func recall(_ baseline: MeasuredNetwork?) {}

    func estimate(_ network: Network, at resolution: Int) throws -> NetworkEstimate {
        try target.model.estimate(target.model.program(network, resolution: resolution))
    }

    func measure(_ structures: [Structure]) throws -> MeasuredRound {
        let reference = try estimate(baseline, at: baselineResolution)
        return MeasuredRound(
            baseline: network(reference, over: nil),
            networks: try structures.map { network(try estimate($0.network(), at: resolution), over: reference.nanoseconds) })
    }

    private func network(_ estimate: NetworkEstimate, over reference: Double?) -> MeasuredNetwork {
        var reasons = [target.record.text]
        if !estimate.outside.isEmpty {
            reasons.append(
                "\(Int((100 * estimate.outsideShare).rounded(.up))) % of the time is extrapolated beyond what the model was fitted to: "
                    + estimate.outside.prefix(3).joined(separator: "; ") + (estimate.outside.count > 3 ? "; and \(estimate.outside.count - 3) more" : ""))
        }
        return MeasuredNetwork(
            medianNanoseconds: estimate.nanoseconds, ratio: reference.map { estimate.nanoseconds / $0 }, verdict: .suspect, reasons: reasons)
    }
}
