import Engines
import Foundation
import Testing

/// The runtimes themselves, in a Python that the environment variable ZENDET_PYTHON names; without one, or without their packages, skipped.
@Suite(.serialized) struct RuntimeTests {
    static let python = ProcessInfo.processInfo.environment["ZENDET_PYTHON"]

    static func has(_ runtime: Engine.Runtime) -> Bool {
        guard let python, let all = try? InstalledEngine.all(python: python) else { return false }
        return all.contains { $0.engine == runtime.rawValue && $0.isUsable }
    }

    private func agree(_ runtime: Engine.Runtime, batch: Int = 1) throws {
        let bench = try Bench(batch: batch)
        bench.executable.run()
        let engine = try bench.start(Engine(runtime), python: RuntimeTests.python!)
        let times = engine.sample(runs: 3)
        #expect(times.count == 3 && times.allSatisfy { $0 > 1000 }, "\(engine.failure?.message ?? "")")
        let agreement = Agreement(try engine.outputs(), with: bench.outputs)
        #expect(agreement.isWithinTolerance && agreement.worstL2 < 2e-4, "\(agreement)")
        try engine.checkAffinity()
        #expect(engine.ready.version.first?.isNumber == true)
    }

    @Test(.enabled(if: has(.onnxruntime), "ZENDET_PYTHON names no Python with onnxruntime"), arguments: [1, 3])
    func onnxRuntime(_ batch: Int) throws { try agree(.onnxruntime, batch: batch) }

    @Test(.enabled(if: has(.openvino), "ZENDET_PYTHON names no Python with openvino"), arguments: [1, 3])
    func openVINO(_ batch: Int) throws { try agree(.openvino, batch: batch) }

    @Test(.enabled(if: has(.ncnn), "ZENDET_PYTHON names no Python with ncnn and pnnx"))
    func ncnn() throws {
        try agree(.ncnn)
        let bench = try Bench(batch: 2)
        let error = #expect(throws: EngineError.self) { try bench.start(Engine(.ncnn), python: RuntimeTests.python!) }
        #expect(error?.code == .cannotRun && error?.message.contains("one image") == true)
    }

    @Test(.enabled(if: has(.mnn), "ZENDET_PYTHON names no Python with MNN"), arguments: [1, 3])
    func mnn(_ batch: Int) throws { try agree(.mnn, batch: batch) }

    /// A Python without packages says what is missing, and how to have it.
    @Test func whatIsMissingIsNamed() throws {
        let all = try InstalledEngine.all(python: "python3")
        #expect(all.map(\.engine) == Engine.Runtime.allCases.map(\.rawValue))
        for engine in all {
            #expect((engine.install != nil) == !engine.missing.isEmpty)
            for package in engine.missing { #expect(engine.install?.contains("pip install") == true && engine.install?.contains(package) == true) }
        }
        guard let absent = all.first(where: { !$0.isUsable }), let runtime = Engine.Runtime(rawValue: absent.engine) else { return }
        let error = #expect(throws: EngineError.self) { try Bench().start(Engine(runtime)) }
        #expect(error?.code == .notInstalled && error?.message.contains("pip install") == true, "\(error?.message ?? "")")
    }
}
