import Architecture
import Export
import Testing

@Suite("Written Python modules in PyTorch", .enabled(if: Python.has("onnx", "torch"), "ZENDET_PYTHON names a Python with onnx and torch"))
struct PyTorchTests {
    @Test("Names, outputs, a training step and weights' round trip", arguments: Exported.kinds, ExportOptions.BatchNormalization.allCases)
    func agrees(name: String, batchNormalization: ExportOptions.BatchNormalization) throws {
        let exported = try Exported(name, batchNormalization)
        let folder = try Folder()
        let text = try PythonModule.text(exported.network, batchNormalization: batchNormalization, metadata: [("zendet.network", name)])
        let output = try Python.run(
            script: "pytorch_agreement.py",
            [
                folder.write(Array(text.utf8), to: "module.py"), folder.write(exported.bytes, to: "model.onnx"),
                folder.write(exported.inputArchive(), to: "input.npz"), folder.write(exported.executable.outputArchive(), to: "outputs.npz"),
                batchNormalization.rawValue,
            ])
        #expect(output.contains("trained"), "\(name)")
    }

    @Test("A backbone for MMDetection, with stand-ins for its registry", arguments: Exported.kinds)
    func mmdetection(name: String) throws {
        let exported = try Exported(name)
        let folder = try Folder()
        let detection = try MMDetection(exported.network, metadata: [])
        let output = try Python.run(
            script: "mmdetection_stub.py",
            [
                folder.write(Array(detection.backbone.utf8), to: "found.py"),
                folder.write(Array(detection.configuration(module: "found").utf8), to: "found_config.py"),
                folder.write(exported.bytes, to: "model.onnx"), folder.write(exported.inputArchive(), to: "input.npz"),
                folder.write(exported.executable.outputArchive(), to: "outputs.npz"),
            ])
        #expect(output.contains("built"), "\(name)")
    }
}
