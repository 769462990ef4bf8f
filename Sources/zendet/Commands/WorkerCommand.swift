import Architecture
import ArgumentParser
import Inference
import Latency
import Machine
import Report

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Runs one network on demand, for a harness that times several engines in turn.",
        discussion: """
            Loads the network, runs it twice and writes {"ready": true, ...} as a line of JSON. Then every line on standard input is answered by \
            one line of JSON on standard output:

              run N     N timed runs: {"t": [seconds], "wall", "cpu", "foreign", "steal", "nivcsw", "minflt"}; null is unknown
              warm N    N runs without times: {}
              measure PLAN  measures by a plan as JSON and answers with the whole measurement
              out PATH  writes the outputs of the last run (c2, c3, ...; NCHW, fp32) as an .npz file: {}
              quit      ends, as does the end of the input

            Anything else, and whatever fails, is answered by {"error": "..."}, and the worker goes on. Benchmarks/peers is such a harness, and so is 'zendet verify --engine'.

            EXAMPLES
              echo 'run 10' | zendet worker resnet50 --resolution 480 --threads 1
              zendet worker maedet-s --resolution 640 --threads 2 --weights maedet-s.npz --input input.npz
            """)

    @OptionGroup var models: ModelOptions

    @Option(name: [.short, .long], help: ArgumentHelp("Images in one run.", valueName: "number"))
    var batch = 1

    @OptionGroup var threads: ThreadOption
    @OptionGroup var machine: MachineOptions

    @Option(help: "Seed of the random weights and of the random input.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "Weights instead of random ones: an .npz file (fp32, not compressed) with LAYER.weight (OIHW) and LAYER.bias for every convolution, or an ONNX file.",
            valueName: "file"), completion: .file())
    var weights: String?

    @Option(help: ArgumentHelp("Input instead of a random one: an .npz file with an array 'input' (NCHW, fp32).", valueName: "file"), completion: .file())
    var input: String?

    func validate() throws {
        guard (1...65536).contains(batch) else { throw ValidationError("--batch \(batch) is not between 1 and 65536") }
        guard !(models.models + models.modelOptions).contains("-") else {
            throw ValidationError("a worker reads commands from standard input: name a network or a file")
        }
    }

    func run() throws {
        let executable = try load()
        let first = executable.sample(runs: 2)
        answer(WorkerReady(executable, version: ZenDetVersion.current, firstRuns: first))
        while let line = readLine() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do {
                switch try WorkerRequest(line) {
                case .run(let count): answer(timed(executable, runs: count))
                case .warm(let count):
                    _ = executable.sample(runs: count)
                    answer(WorkerDone())
                case .out(let path):
                    try AtomicFile.write(try executable.outputArchive(), to: path)
                    answer(WorkerDone())
                case .measure(let plan):
                    answer(Latency.measure(executable, plan: plan, observer: TeamObserver(executable.team)))
                case .quit: return
                }
            } catch {
                answer(WorkerFailure(ExitMapping.outcome(of: error)?.message ?? "\(error)"))
            }
        }
    }

    /// The one network that was asked for, pinned, with its weights and input.
    private func load() throws -> Executable {
        let networks = try models.loaded()
        guard networks.count == 1, let model = networks.first else {
            throw CommandError(.usage, "a worker runs one network, and \(networks.count) were named")
        }
        let network = model.network
        let resolutions = try models.resolutions(model)
        guard resolutions.count == 1 else { throw CommandError(.usage, "a worker runs at one resolution, and \(resolutions.count) were given") }
        try checkMemory(network, resolution: resolutions[0], batch: batch)
        let source: WeightSource = if let weights { try LoadedModel.weights(path: weights) } else { model.weights }
        let given = try input.map { try NPZFile(path: $0) }
        let session = try Session(machine, threads: threads.threads, topology: try Topology.detect())
        let executable = try session.executable(network, resolution: resolutions[0], batch: batch, seed: seed, weights: source)
        if let given { executable.setInput(try given.read("input", shape: executable.program.inputShape)) }
        return executable
    }

    private func timed(_ executable: Executable, runs: Int) -> WorkerRun {
        let before = MachineState.capture(executable.team)
        let samples = executable.sample(runs: runs)
        return WorkerRun(samples: samples, before.delta(to: MachineState.capture(executable.team)))
    }

    private func answer(_ record: some Encodable) {
        Output.print((try? JSONReport.line(record)) ?? "{\"error\": \"the answer cannot be written as JSON\"}\n")
    }
}
