import Architecture
import Export
import Inference
import Machine
import Testing

@Suite("Written ONNX files in ONNX Runtime", .enabled(if: Python.has("onnx", "onnxruntime"), "ZENDET_PYTHON names a Python with onnx and onnxruntime"))
struct ONNXRuntimeTests {
    private func check(_ exported: Exported) throws {
        let folder = try Folder()
        let output = try Python.run(
            script: "onnx_agreement.py",
            [
                folder.write(exported.bytes, to: "model.onnx"), folder.write(exported.inputArchive(), to: "input.npz"),
                folder.write(exported.executable.outputArchive(), to: "outputs.npz"),
            ])
        #expect(output.split(separator: "\n").count == exported.network.outputs.count, "\(exported.network.name): \(output)")
    }

    @Test("Every network of the zoo is valid and gives the tensor core's outputs", arguments: Zoo.entries.map(\.name))
    func zoo(name: String) throws { try check(Exported(name)) }

    @Test("The same with explicit batch normalization", arguments: Exported.kinds)
    func explicit(name: String) throws { try check(Exported(name, .explicit)) }

    @Test("Batch, height and width left open", arguments: Exported.kinds)
    func dynamic(name: String) throws { try check(Exported(name, resolution: 96, batch: 2, dynamic: true)) }

    @Test("Detectors with every head, whose levels share their weights", arguments: Detector.Head.allCases)
    func detectors(head: Detector.Head) throws {
        try check(Exported("maedet-s", resolution: 128, detector: Detector(head, width: 64)))
        try check(Exported("resnet18", resolution: 96, batch: 2, dynamic: true, .explicit, detector: Detector(head, width: 32)))
    }

    @Test("A file as other tools write it, of every operator that is read, gives ONNX Runtime's outputs")
    func foreign() throws {
        let folder = try Folder()
        _ = try Python.run(script: "foreign_model.py", [folder.path("foreign.onnx"), folder.path("input.npz"), folder.path("outputs.npz")])
        let model = try ONNXModel(path: folder.path("foreign.onnx"))
        #expect(model.side == 48 && model.network.name == "foreign" && model.network.outputs.count == 4)
        let kinds = model.network.layers.map(\.operation)
        // The dense gates stay in pieces; those that are zendet's own become one operation.
        #expect(kinds.count { if case .squeezeExcitation = $0 { true } else { false } } == 1)
        #expect(kinds.contains(.scale) && kinds.contains(.concatenation) && kinds.contains(.upsampling(factor: 2)))
        let team = try ThreadTeam(plan: PinningPlan.make(Topology.detect(), threads: 1, cpus: nil))
        let executable = try Executable(model.network, resolution: 48, team: team, weights: .arrays(model.weights))
        executable.setInput(try NPZFile(path: folder.path("input.npz")).read("input", shape: executable.program.inputShape))
        executable.run()
        let expected = try NPZFile(path: folder.path("outputs.npz"))
        for index in 0..<4 {
            let wanted = try expected.read("o\(index)", shape: executable.program.outputShape(index))
            let scale = wanted.reduce(0) { max($0, abs($1)) }
            let worst = zip(wanted, executable.output(index)).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(scale > 0 && worst <= 1e-4 * scale, "output \(index): \(worst) of \(scale)")
        }

        // Written again, it is the same network with the same weights.
        let bytes = try ONNXWriter.bytes(
            model.network, weights: NetworkWeights(model.network, source: .arrays(model.weights)), options: ExportOptions(side: 48))
        let again = try ONNXModel(bytes, source: "again.onnx")
        #expect(again.network.layers.map(\.operation) == kinds && again.network.layers.map(\.inputs) == model.network.layers.map(\.inputs))
    }
}
