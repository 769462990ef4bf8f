import Architecture
import Export
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
}
