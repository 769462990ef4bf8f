import Glibc
import Inference
import Latency
import Machine

/// A network loaded in another runtime, in a process of its own that is bound to the CPUs it is measured on.
///
/// Between its runs it sleeps. What it answers is checked; the first answer that cannot be used ends it, and ``failure`` says why.
public final class EngineProcess: Sampled {
    public let engine: Engine
    public let ready: EngineReady
    public let cpus: [Int]
    /// Why it answers no more.
    public private(set) var failure: EngineError?
    private let process: ChildProcess
    private let program: Program

    /// Runs asked for at once: some megabytes of answer at most.
    private static let mostRuns = 100_000
    /// Helper threads of a runtime spin for a while after a run, in case there is another one.
    private static let spinningMicroseconds: UInt32 = 30_000
    /// glibc keeps freed memory instead of returning it: runtimes that allocate in every run would otherwise pay for page faults.
    private static let allocator = [
        "MALLOC_MMAP_THRESHOLD_": "\(UInt64(1) << 32)", "MALLOC_TRIM_THRESHOLD_": "\(UInt64(1) << 34)", "MALLOC_TOP_PAD_": "\(64 << 20)",
    ]

    /// Starts the engine with one thread on each CPU of the executable's team, and waits until it is ready.
    ///
    /// - Parameters:
    ///   - files: the network of the executable, with its weights and input.
    ///   - imageResolution: side of the image that the network's input is made from.
    ///   - python: the Python that the built-in adapter runs in.
    /// - Throws: `EngineError`.
    public init(_ engine: Engine, running executable: Executable, files: NetworkFiles, imageResolution: Int, python: String) throws(EngineError) {
        self.engine = engine
        program = executable.program
        cpus = executable.team.plan.cpus
        let (program, cpus) = (program, cpus)
        let words = try engine.command.filled { place throws(EngineError) in
            switch place {
            case .python: python
            case .adapter: Adapter.text
            case .resolution: "\(imageResolution)"
            case .batch: "\(program.batch)"
            case .threads: "\(cpus.count)"
            case .cpus: cpus.map { "\($0)" }.joined(separator: ",")
            case .network, .weights, .input, .onnx: try files.path(place)
            }
        }
        let count = "\(cpus.count)"
        var environment = ["OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count, "KMP_BLOCKTIME": "1", "PYTHONWARNINGS": "ignore"]
        if engine.runtime != nil { environment.merge(EngineProcess.allocator) { $1 } }
        do throws(EngineError) {
            process = try ChildProcess(words, name: engine.name, environment: environment, cpus: cpus, errors: .kept)
        } catch {
            guard error.code == .notInstalled, engine.runtime != nil else { throw error }
            throw EngineError(.notInstalled, error.message + "; name a Python with --python or ZENDET_PYTHON")
        }
        ready = try EngineAnswer.ready(try process.receive(), of: engine.name)
        if let found = ready.outputs {
            let expected = program.outputs.indices.map(program.outputShape)
            guard found == expected else {
                throw EngineError(.badAnswer, "\(engine.name): has outputs of the shapes \(found); \(program.name) has \(expected)")
            }
        }
        try checkAffinity()
    }

    deinit { try? process.send("quit") }

    public var pid: Int32 { process.pid }

    /// "onnxruntime 1.20.0".
    public var title: String { "\(engine.name) \(ready.version)" }

    public func sample(runs: Int) -> [UInt64] {
        guard failure == nil else { return [] }
        do throws(EngineError) {
            var times: [UInt64] = []
            while times.count < runs {
                let count = min(runs - times.count, EngineProcess.mostRuns)
                let start = now()
                let line = try ask("run \(count)")
                times += try EngineAnswer.times(line, runs: count, wallNanoseconds: now() - start, of: engine.name)
            }
            if cpus.count > 1 { usleep(EngineProcess.spinningMicroseconds) }
            return times
        } catch {
            failure = error
            return []
        }
    }

    /// The outputs C2, C3, … of the last run, NCHW.
    ///
    /// - Throws: `EngineError`: none, or of other names or shapes than the network has.
    public func outputs() throws(EngineError) -> [[Float]] {
        if let failure { throw failure }
        let folder = try TemporaryFolder()
        let path = folder.path("outputs.npz")
        try EngineAnswer.done(try ask("out \(path)"), to: "out", of: engine.name)
        do throws(InferenceError) {
            let file = try NPZFile(path: path)
            var outputs: [[Float]] = []
            for index in program.outputs.indices { outputs.append(try file.read("c\(index + 2)", shape: program.outputShape(index))) }
            return outputs
        } catch {
            throw EngineError(.badAnswer, "\(engine.name): \(error.message)")
        }
    }

    /// - Throws: `EngineError` `.notBound` where a thread of the engine may run elsewhere: it would be measured on more than it was given.
    public func checkAffinity() throws(EngineError) {
        guard let found = CallerAffinity.ofProcess(pid), !Set(found).isSubset(of: cpus) else { return }
        throw EngineError(
            .notBound, "\(engine.name): its threads may run on CPUs \(CPUList.text(found)), not only on \(CPUList.text(cpus.sorted())); it must leave its affinity alone")
    }

    private func ask(_ line: String) throws(EngineError) -> String {
        guard !process.hasMore else {
            let stray = try process.receive()
            throw EngineError(.badAnswer, "\(engine.name): said '\(EngineAnswer.short(stray, 120))' without being asked; one line answers one command")
        }
        try process.send(line)
        return try process.receive()
    }

    private func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// The program that runs the built-in runtimes: one Python file, which stands in this one.
enum Adapter {
    static let text = String(decoding: PackageResources.engine_adapter_py, as: UTF8.self)
}
