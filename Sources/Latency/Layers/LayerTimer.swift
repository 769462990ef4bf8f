import Foundation
import Inference
import Machine
import Synchronization
import TensorCore

/// Measures single layers on this machine and keeps them in a ``LayerTable``.
///
/// State of the caches: before each run the members read a buffer that pushes weights out of the near caches (see ``CacheEviction``), as
/// other layers do in a network; then a producer writes the layer's input, which the layer thus finds where the layer before leaves it
/// (see ``LayerContext``). An image layer, the first of a network, runs without a producer.
///
/// A measurement that was disturbed so much that it is INVALID is repeated once. If it stays so, it is stored as such, its fastest sample
/// is the price for now (a disturbance only adds time), and the next timer that meets it measures anew.
public final class LayerTimer: LayerCostSource {
    /// What the timer has done so far.
    public struct Statistics: Hashable, Sendable {
        /// Layers measured by this timer.
        public var measured = 0
        /// Of these, layers that were disturbed too much even at the second try.
        public var invalid = 0
        /// Layers taken from the table.
        public var reused = 0
        /// Wall time spent in measuring, memory and weights included.
        public var nanoseconds: UInt64 = 0
        /// Why a measured layer could not be stored, the first time it happened.
        public var storageWarning: String?
    }

    private struct State: Sendable {
        var statistics = Statistics()
        /// Invalid, but the best that could be had in this run.
        var unreliable: Set<String> = []
    }

    public let team: ThreadTeam
    public let isa: InstructionSet
    public let plan: MeasurementPlan
    public let table: LayerTable
    public let context: LayerTable.Context
    private let seed: UInt64
    private let convolution: ConvolutionAlgorithm
    private let eviction: CacheEviction
    private let state = Mutex(State())

    /// - Parameters:
    ///   - table: where measured layers are kept.
    ///   - machine: fingerprint of this machine, see ``MachineFingerprint``.
    ///   - convolution: how convolutions are computed; layers measured one way are not used for the other.
    public init(
        team: ThreadTeam, isa: InstructionSet = .best, table: LayerTable, machine: MachineFingerprint, plan: MeasurementPlan = .layer,
        seed: UInt64 = 0, convolution: ConvolutionAlgorithm = .automatic
    ) {
        self.team = team
        self.isa = isa
        self.table = table
        self.plan = plan
        self.seed = seed
        self.convolution = convolution
        eviction = CacheEviction(team: team, isa: isa, topology: try? Topology.detect())
        context = LayerTable.Context(machine: machine, convolution: convolution, isa: isa, plan: team.plan)
    }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// The layer's median time from the table, or measured now; one measurement at a time. Of an INVALID one, the fastest sample.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        let result: Result<Double, LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try time(step, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func time(_ step: Step, _ state: inout State) throws(LatencyError) -> Double {
        let key = LayerKey.text(step)
        if let row = try table.row(key, context), row.verdict != .invalid || state.unreliable.contains(key) {
            state.statistics.reused += 1
            return row.priceNanoseconds
        }
        let start = ContinuousClock.now
        let measurement = try measure(step)
        state.statistics.measured += 1
        if measurement.verdict == .invalid {
            state.statistics.invalid += 1
            state.unreliable.insert(key)
        }
        let elapsed = ContinuousClock.now - start
        state.statistics.nanoseconds += UInt64(max(0, elapsed / .nanoseconds(1)))
        let row = LayerTable.Row(
            layer: key, medianNanoseconds: measurement.medianNanoseconds, samplesNanoseconds: measurement.samplesNanoseconds,
            verdict: measurement.verdict, measuredAt: UTCTime.now())
        do throws(LatencyError) {
            try table.store(row, context)
        } catch {
            // A full disk must not end a search: the price is known, only not kept.
            if state.statistics.storageWarning == nil { state.statistics.storageWarning = error.message }
        }
        return row.priceNanoseconds
    }

    /// Measures one layer in its context, whatever the table holds; twice where the first time was INVALID.
    public func measure(_ step: Step) throws(LatencyError) -> Measurement {
        do throws(InferenceError) {
            guard let context = LayerContext(step) else {
                let alone = try Executable(step: step, isa: isa, team: team, seed: seed, convolution: convolution)
                return undisturbed(LayerInContext(executable: alone, step: 0, eviction: eviction))
            }
            let executable = try Executable(context.network, resolution: context.resolution, batch: step.batch, isa: isa, team: team, seed: seed, convolution: convolution)
            return undisturbed(LayerInContext(executable: executable, step: context.step, eviction: eviction))
        } catch {
            throw LatencyError(.cannotMeasure, "layer '\(step.summary)' cannot be measured: \(error.message)")
        }
    }

    /// Disturbances only add time: of two invalid measurements the faster one is nearer to the truth.
    private func undisturbed(_ subject: LayerInContext) -> Measurement {
        let first = Latency.measure(subject, plan: plan, observer: TeamObserver(team))
        guard first.verdict == .invalid else { return first }
        let second = Latency.measure(subject, plan: plan, observer: TeamObserver(team))
        if second.verdict != first.verdict { return second }
        return first.medianNanoseconds <= second.medianNanoseconds ? first : second
    }
}

/// Samples one step of a running program, with the second-level caches full of other data before each run.
struct LayerInContext: Sampled {
    let executable: Executable
    let step: Int
    let eviction: CacheEviction

    /// One to fill the caches and one to run.
    func handovers(runs: Int) -> Int { 2 * runs }

    func sample(runs: Int) -> [UInt64] {
        (0..<runs).map { _ in
            eviction.evict()
            return executable.sampleSteps(runs: 1)[step][0]
        }
    }
}

/// The present time in UTC.
enum UTCTime {
    /// ISO 8601 to the second, for example "2026-03-01T12:00:00Z".
    static func now() -> String { Date().formatted(.iso8601) }
}
