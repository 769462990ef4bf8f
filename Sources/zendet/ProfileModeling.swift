import Architecture
import Foundation
import Inference
import Latency
import Machine
import Report
import Search
import TensorCore

/// Measuring a model's plan, and checking a model, on this machine.
struct ProfileModeling {
    let session: Session
    let output: Output
    let seed: UInt64
    private let coreSpeed: CoreSpeed

    init(session: Session, output: Output, seed: UInt64) {
        self.session = session
        self.output = output
        self.seed = seed
        coreSpeed = CoreSpeed(team: session.team)
        // What else began or ended with this run may still disturb it, and half a peak would draw other networks.
        for _ in 0..<4 {
            usleep(100_000)
            session.measurePeak()
        }
    }

    /// Networks of the plan take no longer than this at the peak: a long layer teaches no more than a short one of its shape.
    /// A step is known when it fits a quiet moment often enough, and those are some milliseconds long where a host is busy.
    static let longestSeconds = 0.03

    var engine: EngineShape { EngineShape(session.isa, threads: session.team.count) }

    /// The largest network in multiply-accumulates, by the measured peak: a power of two, since the peak is a little different in each process and
    /// networks must be the same ones when a plan is gone on with.
    private var mostMACs: Int {
        let most = session.peakGigaflopPerSecond / 2 * 1e9 * Self.longestSeconds
        return max(1 << 27, 1 << Int(log2(most).rounded()))
    }

    private var store: NetworkStepsTable { NetworkStepsTable(table: session.timer.table, context: session.timer.context) }

    /// Measures for a time and fits.
    ///
    /// - Parameter seconds: wall time, fits included; what an interrupted run measured before is taken from the table and takes next to none.
    func model(seconds: Double) throws -> StepModel {
        let probes = try ProbeNetworks(seed: seed, mostMACs: mostMACs)
        let plan = ProbePlan(engine: engine, isa: session.isa.rawValue)
        let clock = ContinuousClock()
        let begin = clock.now
        let measured = try plan.run(
            program: { number throws(LatencyError) in try Self.program(probes.probe(number)) },
            measure: { number, program throws(LatencyError) in try runs(number, program) },
            isOver: { measured in
                let done = (clock.now - begin) / .seconds(1)
                output.progress.update(
                    "fitting \(session.isa.rawValue), \(counted(session.team.count, "thread"))", done: min(done, seconds), total: seconds,
                    detail: "\(measured.networks.count) networks, \(measured.steps.count) steps, \(measured.disturbed) disturbed")
                return done >= seconds
            })
        guard measured.networks.count >= plan.first else {
            throw LatencyError(
                .cannotMeasure,
                "only \(measured.networks.count) networks were measured (and \(measured.disturbed) disturbed beyond use) in \(NumberText.fixed(seconds, places: 0)) s, a model needs \(plan.first): allow more time with --plan-time, on a quieter machine")
        }
        let fitted = StepModel.Fitted(
            utc: session.environment.time, networks: measured.networks.count, steps: measured.steps.count, seconds: (clock.now - begin) / .seconds(1), seed: seed)
        return StepModel(fitting: measured.steps, isa: session.isa.rawValue, engine: engine, fitted: fitted).calibrated(by: measured.networks)
    }

    /// A network's steps in every way of computing its convolutions.
    private func runs(_ number: Int, _ program: Program) throws(LatencyError) -> [NetworkSteps] {
        var runs: [NetworkSteps] = []
        for way in 0..<NetworkSteps.ways(program) {
            let choice = NetworkSteps.choice(program, way: way)
            runs.append(
                try store.steps(key(number, program, "way \(way)"), program, choice: choice) { () throws(LatencyError) in
                    try NetworkSteps.measure(program, choice: choice, isa: session.isa, team: session.team, coreSpeed: coreSpeed, seed: seed, seconds: 0...3)
                })
        }
        return runs
    }

    private func key(_ number: Int, _ program: Program, _ way: String) -> String {
        "network \(number) of seed \(seed), at most \(mostMACs) MACs, at \(program.resolution) px, \(program.steps.count) steps, \(way)"
    }

    private static func program(_ probe: ProbeNetworks.Probe) throws(LatencyError) -> Program {
        do { return try Program.lower(probe.structure.network(), resolution: probe.resolution) } catch {
            throw LatencyError(.cannotMeasure, "\(probe.structure.name) at \(probe.resolution) px: \(error)")
        }
    }

    // MARK: Checking

    /// A network that the fit never saw, predicted and measured.
    struct Checked {
        var name: String
        var resolution: Int
        var estimate: NetworkEstimate
        var program: Program
        var measured: NetworkSteps
        /// Its name in the layer table.
        var key: String

        var check: ErrorCard.Check {
            ErrorCard.Check(
                predictedNanoseconds: estimate.nanoseconds, measuredNanoseconds: measured.totalNanoseconds, isOutside: !estimate.outside.isEmpty)
        }
    }

    /// Random networks of all spaces, computed as `bench` would compute them: every convolution in the way that was measured to be the fastest.
    func check(_ model: StepModel, networks: Int) throws -> [Checked] {
        let probes = try ProbeNetworks(seed: seed, mostMACs: mostMACs)
        return try (0..<networks).map { number in
            output.progress.update("checking the model", done: Double(number), total: Double(networks))
            let probe = probes.probe(number)
            let program = try Self.program(probe)
            return try checked(
                model, program, name: "\(probe.structure.blocks[1].kind.rawValue) \(number)", key: key(number, program, "chosen"))
        }
    }

    /// Every fifth of some networks measured once more, minutes after the first time: how far each differs from itself, relative.
    ///
    /// What a machine does to one network differs from minute to minute more than within a second, on a busy host far more; no model can be nearer than that.
    /// Where the cores moved meanwhile, what the model expects of that is taken off.
    func differencesFromThemselves(_ model: StepModel, _ checked: [Checked]) throws -> [Double] {
        let chosen = stride(from: 0, to: checked.count, by: 5).map { checked[$0] }
        return try chosen.enumerated().compactMap { index, first in
            output.progress.update("measuring again", done: Double(index), total: Double(chosen.count), detail: first.name)
            let again = try self.checked(model, first.program, name: first.name, key: first.key + ", again")
            return again.measured.isDisturbed ? nil : abs((1 + again.check.error) / (1 + first.check.error) - 1)
        }
    }

    /// The zoo's networks, without those that only start searches.
    func checkZoo(_ model: StepModel, resolution: Int = 320) throws -> [Checked] {
        let entries = Zoo.entries.filter { !$0.name.hasPrefix("start-") }
        return try entries.enumerated().map { index, entry in
            output.progress.update("checking the model", done: Double(index), total: Double(entries.count), detail: entry.name)
            let program = try Program.lower(entry.build(), resolution: resolution)
            return try checked(model, program, name: entry.name, key: "zoo \(entry.name) at \(resolution) px, \(program.steps.count) steps, chosen")
        }
    }

    private func checked(_ model: StepModel, _ program: Program, name: String, key: String) throws -> Checked {
        let choice = try session.timer.choice(for: program)
        let measured = try store.steps(key, program, choice: choice) { () throws(LatencyError) in
            try NetworkSteps.measure(program, choice: choice, isa: session.isa, team: session.team, coreSpeed: coreSpeed, seed: seed, samples: 8, seconds: 4...15)
        }
        return Checked(
            name: name, resolution: program.resolution, estimate: try model.estimate(program, barrierNanoseconds: measured.barrierNanoseconds),
            program: program, measured: measured, key: key)
    }
}
