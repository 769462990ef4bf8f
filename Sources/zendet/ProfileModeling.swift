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
        // Below this a random network of the dense classes is seldom small enough: at half of it, drawing one takes seconds.
        return max(1 << 28, 1 << Int(log2(most).rounded()))
    }

    private var store: NetworkStepsTable { NetworkStepsTable(table: session.timer.table, context: session.timer.context) }

    /// Measures for a time and fits.
    ///
    /// - Parameters:
    ///   - seconds: how long, fits included, but without what others take of the cores while networks run; what an earlier run measured is taken from the table and takes next to none.
    ///   - patience: how many times as long with it.
    func model(seconds: Double, patience: Double) throws -> StepModel {
        let probes = try ProbeNetworks(seed: seed, mostMACs: mostMACs, includesWidest: true)
        let plan = ProbePlan(engine: engine, isa: session.isa.rawValue)
        let clock = ContinuousClock()
        let begin = clock.now
        var visits = Visits(patience: patience)
        let measured = try plan.run(
            program: { number throws(LatencyError) in try Self.program(probes.probe(number)) },
            visit: { number, program throws(LatencyError) in try visit(number, program, &visits) },
            elapsed: { measured in
                let wall = (clock.now - begin) / .seconds(1)
                let done = max((wall - visits.lostSeconds) / seconds, wall / (patience * seconds))
                output.progress.update(
                    "fitting \(session.isa.rawValue), \(counted(session.team.count, "thread"))", done: min(done, 1) * seconds, total: seconds,
                    detail: "\(measured.visited.count - measured.disturbed) networks, \(measured.stepCount) steps, \(measured.disturbed) disturbed")
                return done
            })
        for (key, sampling) in visits.open { try store.store(key, sampling.steps) }
        let wall = (clock.now - begin) / .seconds(1)
        guard measured.networks.count >= plan.first else {
            throw LatencyError(
                .cannotMeasure,
                "only \(measured.networks.count) networks were measured (and \(measured.disturbed) disturbed beyond use) in \(NumberText.fixed(wall, places: 0)) s, a model needs \(plan.first): allow more time with --plan-time or --patience, on a quieter machine; what was measured is kept")
        }
        let steps = measured.steps
        let fitted = StepModel.Fitted(
            utc: session.environment.time, networks: measured.networks.count, steps: steps.count, seconds: wall, usedSeconds: wall - visits.lostSeconds,
            gigahertz: measured.gigahertz, seed: seed)
        return StepModel(fitting: steps, isa: session.isa.rawValue, engine: engine, fitted: fitted).calibrated(by: measured.networks)
            .at(gigahertz: measured.typicalGigahertz)
    }

    /// What a plan's visits found so far, by its name in the table.
    private struct Visits {
        let patience: Double
        /// What others took of the cores while networks ran.
        var lostSeconds = 0.0
        /// To be visited again.
        var open: [String: NetworkSampling] = [:]
        /// Also those that were given up, which the table does not give back.
        var settled: [String: NetworkSteps] = [:]
    }

    /// One visit of a network in every way of computing its convolutions.
    private func visit(_ number: Int, _ program: Program, _ visits: inout Visits) throws(LatencyError) -> (runs: [NetworkSteps], isSettled: Bool) {
        var runs: [NetworkSteps] = []
        var isSettled = true
        for way in 0..<NetworkSteps.ways(program) {
            let choice = NetworkSteps.choice(program, way: way)
            let key = key(number, program, "way \(way)")
            let known = if let settled = visits.settled[key] { Optional(settled) } else { try store.steps(key, program, choice: choice) }
            if let known {
                runs.append(known)
                continue
            }
            var sampling = visits.open.removeValue(forKey: key) ?? NetworkSampling(program, choice: choice, seed: seed)
            let lost = sampling.lostSeconds
            try sampling.visit(isa: session.isa, team: session.team, coreSpeed: coreSpeed, seconds: 1.5, patience: visits.patience)
            visits.lostSeconds += sampling.lostSeconds - lost
            let steps = sampling.steps
            runs.append(steps)
            if sampling.isSettled {
                visits.settled[key] = steps
                try store.store(key, steps)
            } else {
                visits.open[key] = sampling
                isSettled = false
            }
        }
        return (runs, isSettled)
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

    /// A network that the fit never saw.
    struct Subject {
        var name: String
        var program: Program
        /// Its name in the layer table; nil where it is measured anew each time.
        var key: String?
    }

    /// One of them, predicted and measured.
    struct Checked {
        var name: String
        var program: Program
        var estimate: NetworkEstimate
        var measured: NetworkSteps

        var resolution: Int { program.resolution }

        var check: ErrorCard.Check {
            ErrorCard.Check(
                predictedNanoseconds: estimate.nanoseconds, measuredNanoseconds: measured.totalNanoseconds, isOutside: !estimate.outside.isEmpty)
        }
    }

    /// Random networks of all spaces, computed as `bench` would compute them: every convolution in the way that was measured to be the fastest; and every fifth of them once more.
    ///
    /// What a machine does to one network differs from minute to minute more than within a second, on a busy host far more; no model can be nearer than that.
    func check(_ model: StepModel, networks: Int, patience: Double) throws -> (checked: [Checked], again: [(first: Checked, second: Checked)]) {
        let probes = try ProbeNetworks(seed: seed, mostMACs: mostMACs)
        var subjects = try (0..<networks).map { number in
            let probe = probes.probe(number)
            let program = try Self.program(probe)
            return Subject(name: "\(probe.structure.blocks[1].kind.rawValue) \(number)", program: program, key: key(number, program, "chosen"))
        }
        let chosen = Array(stride(from: 0, to: networks, by: 5))
        subjects += chosen.map { Subject(name: subjects[$0].name, program: subjects[$0].program, key: subjects[$0].key.map { $0 + ", again" }) }
        let all = try measure(model, subjects, patience)
        return (Array(all.prefix(networks)), chosen.enumerated().map { (all[$1], all[networks + $0]) })
    }

    /// The zoo's networks, without those that only start searches.
    func checkZoo(_ model: StepModel, resolution: Int = 320, patience: Double) throws -> [Checked] {
        try measure(
            model,
            Zoo.entries.filter { !$0.name.hasPrefix("start-") }.map { entry in
                let program = try Program.lower(entry.build(), resolution: resolution)
                return Subject(name: entry.name, program: program, key: "zoo \(entry.name) at \(resolution) px, \(program.steps.count) steps, chosen")
            }, patience)
    }

    /// Networks that a person named, each at its resolutions.
    func check(_ model: StepModel, _ networks: [(network: Network, resolutions: [Int])], patience: Double) throws -> [Checked] {
        try measure(
            model,
            networks.flatMap { network, resolutions in
                try resolutions.map { Subject(name: network.name, program: try model.program(network, resolution: $0), key: nil) }
            }, patience)
    }

    /// Visits them in turns, until each is settled.
    private func measure(_ model: StepModel, _ subjects: [Subject], _ patience: Double) throws -> [Checked] {
        var measured: [NetworkSteps?] = []
        var open: [Int: NetworkSampling] = [:]
        for (place, subject) in subjects.enumerated() {
            output.progress.update("choosing convolutions", done: Double(place), total: Double(subjects.count), detail: subject.name)
            let choice = try session.timer.choice(for: subject.program)
            let known: NetworkSteps? = if let key = subject.key { try store.steps(key, subject.program, choice: choice) } else { nil }
            measured.append(known)
            if known == nil { open[place] = NetworkSampling(subject.program, choice: choice, seed: seed) }
        }
        for visit in 1...NetworkSampling.mostVisits {
            for (place, subject) in subjects.enumerated() {
                guard var sampling = open.removeValue(forKey: place) else { continue }
                let round = visit == 1 ? "checking the model" : "checking the model, visit \(visit)"
                output.progress.update(round, done: Double(place), total: Double(subjects.count), detail: subject.name)
                try sampling.visit(isa: session.isa, team: session.team, coreSpeed: coreSpeed, seconds: 2, patience: patience)
                guard sampling.isSettled else {
                    open[place] = sampling
                    continue
                }
                let steps = sampling.steps
                measured[place] = steps
                if let key = subject.key { try store.store(key, steps) }
            }
        }
        return try zip(subjects, measured).map { subject, measured in
            // Every sampling is settled by its last visit.
            let measured = measured!
            let estimate = try model.at(gigahertz: measured.gigahertz).estimate(subject.program, barrierNanoseconds: measured.barrierNanoseconds)
            return Checked(name: subject.name, program: subject.program, estimate: estimate, measured: measured)
        }
    }
}

extension ProfileModeling.Checked {
    /// How far a second measurement is from this one, relative; where the cores moved or changed their clock meanwhile, what the model expects of that is taken off. Nil where one was disturbed.
    func difference(from second: ProfileModeling.Checked) -> Double? {
        guard !measured.isDisturbed, !second.measured.isDisturbed else { return nil }
        return abs((1 + second.check.error) / (1 + check.error) - 1)
    }
}
