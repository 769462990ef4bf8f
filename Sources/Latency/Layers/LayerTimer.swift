import Foundation
import Inference
import Machine
import Synchronization
import TensorCore

/// Measures single layers on this machine and keeps them in a ``LayerTable``.
///
/// State of the caches: before each run every member reads a buffer of twice its second-level cache, so that weights come from further
/// away, as they do when other layers ran since; then a producer writes the layer's input, which the layer thus finds where the layer
/// before leaves it. An image layer, the first of a network, runs by itself instead. See ``LayerContext``.
public final class LayerTimer: LayerCostSource {
    /// What the timer has done so far.
    public struct Statistics: Hashable, Sendable {
        /// Layers measured by this timer.
        public var measured = 0
        /// Layers taken from the table.
        public var reused = 0
        /// Wall time spent in measuring, memory and weights included.
        public var nanoseconds: UInt64 = 0
        /// Why a measured layer could not be stored, the first time it happened.
        public var storageWarning: String?
    }

    private struct State: Sendable {
        var statistics = Statistics()
    }

    public let team: ThreadTeam
    public let isa: InstructionSet
    public let plan: MeasurementPlan
    public let table: LayerTable
    public let context: LayerTable.Context
    private let seed: UInt64
    private let eviction: CacheEviction
    private let state = Mutex(State())

    /// - Parameters:
    ///   - table: where measured layers are kept.
    ///   - machine: fingerprint of this machine, see ``MachineFingerprint``.
    public init(
        team: ThreadTeam, isa: InstructionSet = .best, table: LayerTable, machine: MachineFingerprint, plan: MeasurementPlan = .layer, seed: UInt64 = 0
    ) {
        self.team = team
        self.isa = isa
        self.table = table
        self.plan = plan
        self.seed = seed
        eviction = CacheEviction(team: team, isa: isa, topology: try? Topology.detect())
        context = LayerTable.Context(
            machine: machine.identifier, engine: EngineVersion.current, isa: isa.rawValue, threads: team.count,
            cpus: CPUList.text(team.plan.cpus))
    }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// The layer's median time from the table, or measured now; one measurement at a time.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double {
        let result: Result<Double, LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try time(step, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func time(_ step: Step, _ state: inout State) throws(LatencyError) -> Double {
        let key = LayerKey.text(step)
        if let row = try table.row(key, context) {
            state.statistics.reused += 1
            return row.medianNanoseconds
        }
        let start = ContinuousClock.now
        let measurement = try measure(step)
        state.statistics.measured += 1
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
        return measurement.medianNanoseconds
    }

    /// Measures one layer in its context, whatever the table holds.
    public func measure(_ step: Step) throws(LatencyError) -> Measurement {
        do throws(InferenceError) {
            guard let context = LayerContext(step) else {
                return Latency.measure(try Executable(step: step, isa: isa, team: team, seed: seed), plan: plan)
            }
            let executable = try Executable(context.network, resolution: context.resolution, batch: step.batch, isa: isa, team: team, seed: seed)
            return Latency.measure(LayerInContext(executable: executable, step: context.step, eviction: eviction), plan: plan)
        } catch {
            throw LatencyError(.cannotMeasure, "layer '\(step.summary)' cannot be measured: \(error.message)")
        }
    }
}

/// Samples one step of a running program, with the second-level caches full of other data before each run.
struct LayerInContext: Sampled {
    let executable: Executable
    let step: Int
    let eviction: CacheEviction

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
