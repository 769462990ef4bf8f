import Architecture
import Export
import Inference
import SwiftProtobuf
import Testing

@Suite("Formats that are text")
struct TextFormatTests {
    @Test("The Python table has every layer with its inputs, and the outputs' channels", arguments: Zoo.entries.map(\.name))
    func table(name: String) throws {
        let network = try #require(Zoo.network(named: name))
        let text = try PythonModule.text(network, batchNormalization: .explicit, metadata: [("zendet.network", name)])
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("    (\"") && $0.hasSuffix("]),") }
        #expect(rows.count == network.layers.count)
        for (row, layer) in zip(rows, network.layers) {
            #expect(row.hasPrefix("    (\"\(layer.name)\", "))
            #expect(row.contains(", [\(layer.inputs.map(String.init).joined(separator: ", "))], ["), "\(row)")
        }
        #expect(text.contains("OUTPUTS = [\(network.outputs.map(String.init).joined(separator: ", "))]"))
        #expect(text.contains("INPUT_CHANNELS = \(network.inputChannels)\n"))
    }

    @Test("Names and facts cannot end the docstring of a Python file")
    func quotes() throws {
        var network = try #require(Zoo.network(named: "resnet18"))
        network.name = "a\"\"\"\nimport os\\"
        let text = try PythonModule.text(network, batchNormalization: .folded, metadata: [("zendet.network", network.name), ("note", "\"\"\"")])
        let plain = try PythonModule.text(#require(Zoo.network(named: "resnet18")), batchNormalization: .folded, metadata: [])
        #expect(text.components("\"\"\"") == plain.components("\"\"\""))
    }

    @Test("A detector's head has no place in a Python module, and its weights stand once in ONNX")
    func detectors() throws {
        let detector = try Detector(.gflv2, width: 32).network(around: #require(Zoo.network(named: "resnet18"))).network
        for body in [{ _ = try PythonModule.text(detector, batchNormalization: .folded, metadata: []) }, { _ = try MMDetection(detector, metadata: []) }]
            as [() throws -> Void]
        {
            #expect { try body() } throws: { ($0 as? ExportError)?.message.contains("head.p3.class1") == true }
        }
        let bytes = try ONNXWriter.bytes(detector, weights: NetworkWeights(detector), options: ExportOptions(side: 64))
        let model = try ONNXModelProto(serializedBytes: bytes)
        #expect(Set(model.graph.initializer.map(\.name)).count == model.graph.initializer.count)
        #expect(Set(model.graph.node.flatMap(\.output)).count == model.graph.node.flatMap(\.output).count)
        #expect(model.graph.output.map(\.name) == detector.outputNames)
        #expect(model.graph.initializer.filter { $0.name == "head.class1.weight" }.count == 1)
        #expect(model.graph.node.filter { $0.input.contains("head.class1.weight") }.count == 5)
    }

    @Test("The name under which MMDetection knows a backbone, and the levels of its neck")
    func mmdetection() throws {
        let plain = try MMDetection(try #require(Zoo.network(named: "maedet-m")), metadata: [])
        #expect(plain.typeName == "ZenDetMaedetM")
        #expect(plain.configuration(module: "found").contains("strides=[8, 16, 32, 64, 128]"))
        // A 12-channel image has half the side, so the strides double.
        let packed = try MMDetection(try #require(Zoo.network(named: "damo-kxkx")), metadata: [])
        #expect(packed.configuration(module: "found").contains("strides=[8, 16, 32, 64, 128]"))
    }

    @Test("A graph for Graphviz has every layer once and every input as an edge", arguments: ["resnet50", "maedet-s", "deepmad-29m-224"])
    func graphviz(name: String) throws {
        let network = try #require(Zoo.network(named: name))
        let text = try Graphviz.text(network, resolution: 64)
        #expect(text.hasPrefix("digraph \"\(name)\" {") && text.hasSuffix("}\n"))
        let edges = network.layers.reduce(0) { $0 + $1.inputs.count } + network.outputs.count
        #expect(text.components(" -> ") == edges)
        for (index, layer) in network.layers.enumerated() { #expect(text.components("t\(index + 1) [label = \"\(layer.name)\\n") == 1) }
        #expect(text.components("{") == text.components("}"))
        #expect { try Graphviz.text(network, resolution: 1) } throws: { ($0 as? ArchitectureError)?.code == .doesNotFit }
    }
}

extension String {
    /// How often a text stands in this one.
    fileprivate func components(_ part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
