import Foundation
import Inference
import Machine
import Synchronization
import TensorCore

/// Measures single layers on this machine and keeps them in a ``LayerTable``.
///
/// State of the caches: before each run the members read a buffer that pushes weights out of the near caches (see ``WeightPlace``), as
/// other layers do in a network; then a producer writes the layer's input, which the layer thus finds where the layer before leaves it
/// (see `LayerContext`). An image layer, the first of a network, runs without a producer. Runs beside somebody on the cores' other hardware threads are
/// repeated some times (see `LayerInContext`).
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

        public init() {}
    }

    private struct State: Sendable {
        var statistics = Statistics()
        /// Invalid, but the best that could be had in this run.
        var unreliable: Set<String> = []
        /// As far as they were needed.
        var evictions: [WeightPlace: CacheEviction] = [:]
    }

    public let team: ThreadTeam
    public let isa: InstructionSet
    public let plan: MeasurementPlan
    public let table: LayerTable
    public let context: LayerTable.Context
    public let algorithm: ConvolutionAlgorithm
    private let seed: UInt64
    private let topology: Topology?
    private let sharedBytes: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - team: the pinned threads that run the layers.
    ///   - isa: the instruction set to run with.
    ///   - table: where measured layers are kept.
    ///   - machine: fingerprint of this machine, see `MachineFingerprint`.
    ///   - plan: how long a layer is warmed up and sampled.
    ///   - seed: what weights and inputs are drawn from.
    ///   - algorithm: how convolutions are computed; layers measured one way are not used for the other. With `.automatic` a layer that can be
    ///     computed in several ways is measured in each that may be the fastest, and its price is that of the fastest.
    public init(
        team: ThreadTeam, isa: InstructionSet = .best, table: LayerTable, machine: MachineFingerprint, plan: MeasurementPlan = .layer,
        seed: UInt64 = 0, algorithm: ConvolutionAlgorithm = .automatic
    ) {
        self.team = team
        self.isa = isa
        self.table = table
        self.plan = plan
        self.seed = seed
        self.algorithm = algorithm
        topology = try? Topology.detect()
        sharedBytes = EngineShape(isa, threads: team.count).level3Bytes
        context = LayerTable.Context(machine: machine, algorithm: algorithm, isa: isa, plan: team.plan)
    }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// The layer's median time from the table, or measured now; one measurement at a time. Of an INVALID one, the fastest sample.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double { try time(step).nanoseconds }

    /// The fastest way to compute a layer and its time, from the table or measured now; no method where the layer is no dense convolution.
    public func time(_ step: Step) throws(LatencyError) -> LayerTime { try time(step, weights: .sharedCache) }

    /// The same where the layer's weights lie elsewhere.
    package func time(_ step: Step, weights: WeightPlace) throws(LatencyError) -> LayerTime {
        let result: Result<LayerTime, LatencyError> = state.withLock { state in
            do throws(LatencyError) { return .success(try time(step, weights, &state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The measured choice for every step of a program that can be computed in more than one way, each timed with its weights where this program leaves
    /// them, as far as they stay within reason; see ``WeightPlace`` and `ConvolutionChoice.limitWeights(of:)`.
    ///
    /// - Parameters:
    ///   - program: its steps are measured where the table does not hold them.
    ///   - progress: told how many steps of how many are done.
    public func choice(for program: Program, progress: (Int, Int) -> Void = { _, _ in }) throws(LatencyError) -> ConvolutionChoice {
        // How much a program touches depends on its methods: no less than by direct convolution, and mostly what the fastest in the cache do.
        if WeightPlace(of: program, .direct, sharedBytes: sharedBytes) == .sharedCache {
            let near = try choice(for: program, weights: .sharedCache, progress: progress)
            guard WeightPlace(of: program, near, sharedBytes: sharedBytes) == .memory else { return near }
        }
        return try choice(for: program, weights: .memory, progress: progress)
    }

    /// The choice for weights in one place, whatever the program's size.
    package func choice(for program: Program, weights: WeightPlace, progress: (Int, Int) -> Void = { _, _ in }) throws(LatencyError) -> ConvolutionChoice {
        var choice = ConvolutionChoice(algorithm)
        guard algorithm == .automatic else { return choice }
        var seen: Set<Step> = []
        let open = program.steps.filter { ConvolutionChoice.methods(for: $0).count > 1 && seen.insert($0).inserted }
        for (index, step) in open.enumerated() {
            progress(index, open.count)
            if let method = try time(step, weights: weights).method { choice.set(method, for: step) }
        }
        choice.limitWeights(of: program)
        return choice
    }

    private func time(_ step: Step, _ weights: WeightPlace, _ state: inout State) throws(LatencyError) -> LayerTime {
        let methods = ConvolutionChoice.open(algorithm, for: step)
        guard methods.count > 1 else {
            let choice = ConvolutionChoice(algorithm)
            let key = LayerKey.text(step) + weights.suffix
            if let row = try stored(key, state) {
                state.statistics.reused += 1
                return LayerTime(method: choice.method(step), row)
            }
            state.statistics.measured += 1
            return LayerTime(method: choice.method(step), try measure(step, choice, weights, key, &state))
        }
        var rows: [(method: ConvolutionMethod, row: LayerTable.Row)] = []
        for method in methods {
            if let row = try stored(LayerKey.text(step, method) + weights.suffix, state) { rows.append((method, row)) }
        }
        if rows.isEmpty {
            state.statistics.measured += 1
            for method in try contenders(methods, step, eviction(weights, &state)) {
                let key = LayerKey.text(step, method) + weights.suffix
                rows.append((method, try measure(step, .only(method, for: step), weights, key, &state)))
            }
        } else {
            state.statistics.reused += 1
        }
        return LayerTime(best: rows, step)!
    }

    /// A row that may be used: an INVALID one only in the run that could have none better.
    private func stored(_ key: String, _ state: State) throws(LatencyError) -> LayerTable.Row? {
        guard let row = try table.row(key, context), row.verdict != .invalid || state.unreliable.contains(key) else { return nil }
        return row
    }

    private func eviction(_ weights: WeightPlace, _ state: inout State) -> CacheEviction {
        if let known = state.evictions[weights] { return known }
        let new = CacheEviction(team: team, isa: isa, weights: weights, topology: topology)
        state.evictions[weights] = new
        return new
    }

    private func measure(
        _ step: Step, _ choice: ConvolutionChoice, _ weights: WeightPlace, _ key: String, _ state: inout State
    ) throws(LatencyError) -> LayerTable.Row {
        let start = ContinuousClock.now
        let measurement = undisturbed(try subject(step, choice, eviction(weights, &state)))
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
        return row
    }

    /// The methods that may be the fastest: those within a fifth of the best by the fastest of three runs taken in turn.
    private func contenders(_ methods: [ConvolutionMethod], _ step: Step, _ eviction: CacheEviction) throws(LatencyError) -> [ConvolutionMethod] {
        var subjects: [(method: ConvolutionMethod, subject: LayerInContext, fastest: UInt64)] = []
        for method in methods {
            let subject = try subject(step, .only(method, for: step), eviction)
            subject.warmUp()
            subjects.append((method, subject, .max))
        }
        for _ in 0..<3 {
            for index in subjects.indices { subjects[index].fastest = min(subjects[index].fastest, subjects[index].subject.sample(runs: 1)[0]) }
        }
        let best = Double(subjects.map(\.fastest).min()!)
        return subjects.filter { Double($0.fastest) <= 1.2 * best }.map(\.method)
    }

    /// The layer where it finds its data; by itself where it cannot be placed so.
    private func subject(_ step: Step, _ choice: ConvolutionChoice, _ eviction: CacheEviction) throws(LatencyError) -> LayerInContext {
        do throws(InferenceError) {
            guard let context = LayerContext(step) else {
                let alone = try Executable(step: step, isa: isa, team: team, seed: seed, convolution: choice)
                return LayerInContext(alone, step: 0, eviction: eviction)
            }
            let executable = try Executable(context.program, isa: isa, team: team, seed: seed, convolution: choice, cache: nil)
            return LayerInContext(executable, step: context.step, eviction: eviction)
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

/// What a layer costs, computed the fastest way.
public struct LayerTime: Hashable, Sendable {
    /// nil where the layer is no dense convolution.
    public var method: ConvolutionMethod?
    public var nanoseconds: Double
    /// Of how many samples it is the median.
    public var samples: Int
}

extension LayerTime {
    /// Of methods about as fast the one with the least weights: it takes less memory, and rounds less. Nil where none was measured.
    init?(best rows: [(method: ConvolutionMethod, row: LayerTable.Row)], _ step: Step) {
        guard let fastest = rows.map(\.row.priceNanoseconds).min() else { return nil }
        let close = rows.filter { $0.row.priceNanoseconds <= 1.03 * fastest }
        let best = close.min { $0.method.weightsPerChannel(step) < $1.method.weightsPerChannel(step) }!
        self.init(method: best.method, best.row)
    }

    fileprivate init(method: ConvolutionMethod?, _ row: LayerTable.Row) {
        self.init(method: method, nanoseconds: row.priceNanoseconds, samples: row.samplesNanoseconds.count)
    }
}

/// The present time in UTC.
package enum UTCTime {
    /// ISO 8601 to the second, for example "2026-03-01T12:00:00Z".
    package static func now() -> String { Date().formatted(.iso8601) }
}
