import Architecture
import Inference
import Latency
import Machine
import Report
import TensorCore

/// A pinned team on this machine with everything that a measurement on it is recorded with.
final class Session {
    let topology: Topology
    let team: ThreadTeam
    let isa: InstructionSet
    /// Times single layers here, and with them finds the fastest way to compute each.
    let timer: LayerTimer
    let environment: EnvironmentRecord
    private var readBytesPerSecond: Double?
    let progress: ProgressLine?
    private let output: Output?
    private var toldOfStorage = false
    /// Measured multiply-add peak of the whole team in GFLOP/s: the best so far, since a disturbance can only lower it.
    private(set) var peakGigaflopPerSecond = 0.0

    /// Pins a team, measures its peak, and says so.
    ///
    /// - Parameter output: nil where standard output belongs to a protocol: only warnings are said then, and no peak is measured, which nobody would see.
    /// - Throws: `MachineError` for CPUs outside of the allowed set, `CommandError` for an instruction set that is not there.
    init(_ options: MachineOptions, threads: Int?, topology: Topology, output: Output? = nil) throws {
        isa = try options.instructionSet()
        let plan = try Session.plan(options, threads: threads, topology: topology)
        team = try ThreadTeam(plan: plan)
        self.topology = topology
        progress = output?.progress
        self.output = output
        environment = EnvironmentRecord.capture(team: team, isa: isa, topology: topology)
        let table = try LayerTable(path: options.layerTable ?? LayerTable.defaultPath())
        timer = LayerTimer(
            team: team, isa: isa, table: table, machine: MachineFingerprint(model: .detect(), topology: topology), algorithm: options.convolution)
        if output != nil { measurePeak() }
        for warning in plan.warnings + [table.warning].compactMap(\.self) { warn(warning) }
        output?.remark(summary)
    }

    private func warn(_ text: String) {
        if let output { output.remark("zendet: \(text)") } else { Terminal.say("zendet: \(text)") }
    }

    /// Says once that measured layers could not be kept, if that is so.
    func tellOfStorage() {
        guard !toldOfStorage, let warning = timer.statistics.storageWarning else { return }
        toldOfStorage = true
        warn("\(warning); the times are used, but not kept")
    }

    /// Measures the peak again, beside what is compared with it.
    func measurePeak() {
        peakGigaflopPerSecond = max(peakGigaflopPerSecond, MultiplyAddPeak.measure(team, isa: isa).best / 1e9)
    }

    /// The bounds of a layer's time: the peak, and how fast the team reads memory, measured at the first call.
    var roofline: Roofline {
        if readBytesPerSecond == nil {
            let bytes = MemoryBandwidth.bufferBytes(plan: team.plan, topology: topology, memory: .detect())
            readBytesPerSecond = MemoryBandwidth.measure(team, isa: isa, bytes: bytes, blocks: 3).read
        }
        return Roofline(gigaflopPerSecond: peakGigaflopPerSecond, gigabytePerSecond: (readBytesPerSecond ?? 0) / 1e9)
    }

    static func plan(_ options: MachineOptions, threads: Int?, topology: Topology) throws -> PinningPlan {
        let cpus = try options.cpuList()
        do throws(MachineError) {
            return try PinningPlan.make(
                topology, threads: threads, cpus: cpus, quotaCores: CgroupLimits.detect().cpuQuotaCores)
        } catch {
            // The option that was wrong, where the plan knows only numbers.
            guard options.cpus != nil, error.code == .outsideAllowedSet else { throw error }
            throw CommandError(.badInput, "--cpus \(options.cpus ?? ""): \(error.message)")
        }
    }

    var observer: TeamObserver { TeamObserver(team) }

    func executable(
        _ network: Network, resolution: Int, batch: Int, seed: UInt64, weights: WeightSource = .random
    ) throws -> Executable {
        let program = try Program.lower(network, resolution: resolution, batch: batch)
        let choice = try timer.choice(for: program) { [progress] done, total in
            progress?.update("choosing how to compute layers", done: Double(done), total: Double(total), detail: network.name)
        }
        tellOfStorage()
        return try Executable(program, isa: isa, team: team, seed: seed, convolution: choice, cache: nil, weights: weights)
    }

    /// The record of a measurement on this team.
    ///
    /// - Parameter memoryBytes: of feature maps and weights.
    func record(
        _ network: Network, resolution: Int, batch: Int, memoryBytes: Int, macs: Int, seed: UInt64, measurement: Measurement,
        cache: CacheState = .backToBack, drift: DriftCorrection? = nil, spread: ProcessSpread? = nil, layers: [LayerRecord]? = nil,
        engines: [EngineRecord]? = nil
    ) -> BenchRecord {
        BenchRecord(
            setting: BenchRecord.Setting(
                name: network.name, resolution: resolution, imageResolution: network.imageResolution(resolution),
                batch: batch, threads: team.count, isa: isa.rawValue, convolution: timer.algorithm.rawValue,
                cpus: team.plan.cpus, boundCPUs: team.boundCPUs, macs: macs,
                memoryBytes: memoryBytes, seed: seed),
            measurement: measurement, peakGigaflopPerSecond: peakGigaflopPerSecond, environment: environment, cache: cache, drift: drift, spread: spread,
            layers: layers, engines: engines)
    }

    /// "2 threads on CPUs 0-1, avx512, peak 231.4 GFLOP/s measured now".
    var summary: String {
        "\(counted(team.count, "thread")) pinned to CPU\(team.count == 1 ? "" : "s") \(CPUList.text(team.boundCPUs.flatMap(\.self))), "
            + "\(isa.rawValue), measured peak \(NumberText.fixed(peakGigaflopPerSecond, places: 1)) GFLOP/s, \(environment.cpuModel)"
    }
}

/// "1 thread", "2 threads".
func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
