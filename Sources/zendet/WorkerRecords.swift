import Inference
import Machine

/// The first line of `zendet worker`: what is loaded and ready.
struct WorkerReady: Encodable, Sendable {
    /// An output in the order in which `out` writes them.
    struct Output: Encodable, Sendable {
        var name: String
        /// Images, channels, height, width.
        var shape: [Int]
    }

    var ready = true
    var engine = "zendet"
    var version: String
    var model: String
    /// Side of the network's own input.
    var resolution: Int
    var batch: Int
    var threads: Int
    var isa: String
    var convolution: String
    var cpus: [Int]
    var boundCPUs: [[Int]]
    /// Bytes of feature maps and weights.
    var memoryBytes: Int
    /// Seconds of the two runs before this line.
    var firstSeconds: Double
    var outputs: [Output]

    init(_ executable: Executable, version: String, firstRuns: [UInt64]) {
        let program = executable.program
        self.version = version
        model = program.name
        resolution = program.resolution
        batch = program.batch
        threads = executable.team.count
        isa = executable.isa.rawValue
        convolution = executable.convolution.algorithm.rawValue
        cpus = executable.team.plan.cpus
        boundCPUs = executable.team.boundCPUs
        memoryBytes = executable.bytes
        firstSeconds = firstRuns.reduce(0) { $0 + Double($1) } * 1e-9
        outputs = program.outputs.indices.map { Output(name: program.outputNames[$0], shape: program.outputShape($0)) }
    }

    enum CodingKeys: String, CodingKey {
        case ready, engine, version, model, resolution, batch, threads, isa, convolution, cpus
        case boundCPUs = "bound_cpus"
        case memoryBytes = "memory_bytes"
        case firstSeconds = "first2_s"
        case outputs
    }
}

/// The answer to `run`: seconds of each run, and what the machine did meanwhile. What could not be read is null.
struct WorkerRun: Encodable, Sendable {
    var seconds: [Double]
    var wall: Double
    /// CPU time of the threads that run the network.
    var cpu: Double
    /// CPU time that other processes took on the same CPUs, in steps of the kernel's clock tick.
    var foreign: Double
    var steal: Double
    /// Times that a thread was taken off its CPU, one number for all runs of this answer.
    var involuntarySwitches: [Double]
    var minorFaults: Double

    init(samples: [UInt64], _ delta: MachineDelta) {
        // JSON has no NaN: the encoder writes null, which stands for unknown.
        func known(_ value: UInt64?, _ unit: Double) -> Double { value.map { Double($0) * unit } ?? .nan }
        seconds = samples.map { Double($0) * 1e-9 }
        wall = Double(delta.wallNanoseconds) * 1e-9
        cpu = known(delta.memberCPUNanoseconds, 1e-9)
        foreign = known(delta.foreignNanoseconds, 1e-9)
        steal = known(delta.stealNanoseconds, 1e-9)
        involuntarySwitches = [known(delta.involuntarySwitches, 1)]
        minorFaults = known(delta.minorFaults, 1)
    }

    enum CodingKeys: String, CodingKey {
        case seconds = "t"
        case wall, cpu, foreign, steal
        case involuntarySwitches = "nivcsw"
        case minorFaults = "minflt"
    }
}

/// The answer to a command that has nothing to tell.
struct WorkerDone: Encodable, Sendable {
    init() {}

    enum CodingKeys: CodingKey {}

    func encode(to encoder: any Encoder) throws { _ = encoder.container(keyedBy: CodingKeys.self) }
}

/// The answer to a command that could not be carried out; the worker goes on.
struct WorkerFailure: Encodable, Sendable {
    var error: String

    init(_ error: String) { self.error = error }
}
