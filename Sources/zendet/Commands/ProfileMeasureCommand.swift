import Architecture
import ArgumentParser
import Inference
import Latency
import Machine
import Report
import TensorCore

struct ProfileMeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures this machine and writes its profile.",
        discussion: """
            The peaks of every instruction set, ResNet-50 and the MAE-DET backbones at two resolutions, how far a network differs from itself, \
            and a latency model for each number of threads: random networks of all spaces are timed step by step for --plan-time, each next one where \
            the model is least sure, and the model is fitted to them. Where neighbours of a virtual machine leave it few quiet moments, networks are visited \
            again in every third of that time; what the neighbours take of the cores does not count then, and the plan may take up to --patience times as long. \
            What was timed is kept, so an interrupted run goes on where it was. The profile is named by the CPU, never by the host.

            EXAMPLES
              zendet profile measure
              zendet profile measure --out my-board.json --threads 1,4
              zendet profile measure --isa avx2 --plan-time 90s
              zendet profile measure --plan-time 200s --patience 3
            """)

    @Option(help: ArgumentHelp("The profile's file. Without it: NAME.json in hardware-profiles.", valueName: "path"))
    var out: String?

    @Option(help: ArgumentHelp("The profile's name, in kebab case. Without it: made of the CPU's name and its cores.", valueName: "name"))
    var name: String?

    @Option(
        name: [.short, .customLong("model")],
        help: ArgumentHelp(
            "Networks to measure. Without it: resnet50, maedet-s, maedet-m, maedet-l.",
            valueName: "model"))
    var models: [String] = []

    @Option(help: ArgumentHelp("Sides of the networks' own input in pixels.", valueName: "list"))
    var resolution = NumberList([480, 640])

    @Option(name: [.short, .long], help: ArgumentHelp("Numbers of pinned threads. Without it: 1, and one per core.", valueName: "list"))
    var threads: NumberList?

    @Option(help: ArgumentHelp("Time to measure each latency model for; two thread counts at the default take five minutes, on a busy machine ten.", valueName: "time"))
    var planTime = TimeSpan(nanoseconds: 150_000_000_000)

    @Option(help: ArgumentHelp("How many times as long a latency model may take where others use the cores: what they take does not count as plan time.", valueName: "number"))
    var patience = 2.0

    @Flag(help: "No latency model: quicker, but no search can be made for the profile.")
    var noModel = false

    @OptionGroup var machine: MachineOptions
    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard patience >= 1, patience <= 100 else { throw ValidationError("--patience \(patience) is not between 1 and 100") }
    }

    func run() throws {
        let output = try Output(output)
        let topology = try Topology.detect()
        let model = CPUModel.detect()
        let name = name ?? ProfileName.of(model, topology) + (machine.isa.map { "-\($0.rawValue)" } ?? "")
        let path = try out ?? ProfileLocator().folder() + "/\(name).json"
        try AtomicFile.check(path)
        let networks = try (models.isEmpty ? ["resnet50", "maedet-s", "maedet-m", "maedet-l"] : models).flatMap { try Zoo.networks($0) }
        for network in networks {
            for side in resolution.values { try checkMemory(network, resolution: side, batch: 1) }
        }
        let most = try Session.plan(machine, threads: nil, topology: topology).cpus.count
        let counts = threads?.values ?? Set([1, most]).sorted()
        for count in counts { _ = try Session.plan(machine, threads: count, topology: topology) }

        var measured = CPUMeasurements(peaks: [], baselines: [], layers: [], noiseFloorPercent: nil)
        var environment: EnvironmentRecord?
        // Two threads find fewer quiet moments than one: what was measured of the other counts is kept all the same.
        var missing: [String] = []
        let steps = counts.count * (1 + networks.count * resolution.values.count) + 1
        var done = 0
        func step(_ detail: String) {
            output.progress.update("measuring", done: Double(done), total: Double(steps), detail: detail)
            done += 1
        }
        for count in counts {
            let plan = try Session.plan(machine, threads: count, topology: topology)
            step("peaks, \(counted(count, "thread"))")
            for isa in try machine.isa == nil ? InstructionSet.available : [machine.instructionSet()] {
                measured.peaks.append(CPUMeasurements.Peak(try MachinePeaks.measure(plan: plan, topology: topology, isa: isa)))
            }
            let session = try Session(machine, threads: count, topology: topology, output: output)
            environment = environment ?? session.environment
            for network in networks {
                for side in resolution.values {
                    step("\(network.name) at \(side) px, \(counted(count, "thread"))")
                    let executable = try session.executable(network, resolution: side, batch: 1, seed: measuring.seed)
                    let measurement = Latency.measure(executable, plan: measuring.plan, observer: session.observer)
                    measured.baselines.append(CPUMeasurements.Baseline(measurement, executable))
                    for layer in try session.chosenLayers(executable) where !measured.layers.contains(layer) { measured.layers.append(layer) }
                }
            }
            if !noModel {
                let modeling = ProfileModeling(session: session, output: output, seed: measuring.seed)
                do {
                    measured.models.append(try modeling.model(seconds: Double(planTime.nanoseconds) / 1e9, patience: patience))
                } catch let error as LatencyError where error.code == .cannotMeasure {
                    missing.append("\(counted(count, "thread")): \(error.message)")
                }
            }
            if count == counts.last, let network = networks.first, let side = resolution.values.first {
                step("noise floor")
                let executable = try session.executable(network, resolution: side, batch: 1, seed: measuring.seed)
                let plan = measuring.interleavedPlan(longest: 10_000_000_000)
                measured.noiseFloorPercent = measureInterleaved([executable], plan: plan, observer: session.observer).noiseFloor?.interval
                    .map { ($0.high - $0.low) / 2 * 100 }
            }
        }
        let profile = HardwareProfile.cpu(
            CPUProfile(name: name, model: model, topology: topology, measured: measured, environment: environment))
        try profile.write(path: path)
        guard case .cpu(let cpu) = profile else { return }
        try output.emit(ProfileTables.sections(cpu), table: ProfileTables.baselines(cpu), records: [profile])
        output.remark("wrote \(path)")
        guard missing.isEmpty else { throw LatencyError(.cannotMeasure, "\(path) lacks a latency model: \(missing.joined(separator: "; "))") }
        let worst = measured.baselines.max { $0.verdict < $1.verdict }
        if let worst { try measuring.check(worst.verdict, name: worst.network, reason: nil) }
    }
}
