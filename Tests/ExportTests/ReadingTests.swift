import Architecture
import Export
import Inference
import Machine
import Support
import Testing

@Suite("ONNX files read back")
struct ReadingTests {
    @Test("The same network with bitwise the same weights and outputs", arguments: Exported.kinds)
    func roundTrip(name: String) throws {
        let exported = try Exported(name)
        let model = try ONNXModel(exported.bytes, source: "\(name).onnx")
        #expect(model.network.layers == exported.network.layers && model.network.stages == exported.network.stages)
        #expect(model.network.structure == exported.network.structure && model.network.outputs == exported.network.outputs)
        #expect(model.side == 64 && model.network.name == name)
        let (drawn, read) = (try NetworkWeights(exported.network, seed: 7), try NetworkWeights(model.network, source: .arrays(model.weights)))
        var compared = 0
        for index in exported.network.layers.indices {
            for (a, b) in zip(try drawn.entries(ofLayer: index), try read.entries(ofLayer: index)) {
                #expect(a.name == b.name && a.weights.map(\.bitPattern) == b.weights.map(\.bitPattern) && a.bias.map(\.bitPattern) == b.bias.map(\.bitPattern))
                compared += a.weights.count
            }
        }
        #expect(compared > 100_000)
        #expect(try outputs(model, exported) == outputs(exported.executable))
    }

    @Test("Explicit batch normalization folds into the same weights, to one rounding", arguments: Exported.kinds)
    func explicit(name: String) throws {
        let exported = try Exported(name, .explicit)
        let model = try ONNXModel(exported.bytes, source: "\(name).onnx")
        #expect(model.network.layers == exported.network.layers)
        let (drawn, read) = (try NetworkWeights(exported.network, seed: 7), try NetworkWeights(model.network, source: .arrays(model.weights)))
        for index in exported.network.layers.indices {
            for (a, b) in zip(try drawn.entries(ofLayer: index), try read.entries(ofLayer: index)) {
                let worst = zip(a.weights + a.bias, b.weights + b.bias).reduce(Float(0)) { max($0, abs($1.0 - $1.1) / max(abs($1.0), 1e-30)) }
                #expect(worst <= 0x1p-23, "\(a.name): \(worst)")
            }
        }
    }

    @Test("Branches and stages are found without the file's metadata", arguments: Zoo.entries.map(\.name))
    func topology(name: String) throws {
        let network = try #require(Zoo.network(named: name))
        let options = ExportOptions(batch: nil, side: nil)
        let model = try ONNXModel(try ONNXWriter.bytes(network, weights: NetworkWeights(network), options: options), source: "x.onnx")
        #expect(model.side == nil && model.network.structure == nil)
        #expect(model.network.layers.map(\.operation) == network.layers.map(\.operation))
        #expect(model.network.layers.map(\.inputs) == network.layers.map(\.inputs))
        #expect(model.network.layers.map(\.isMainBranch) == network.layers.map(\.isMainBranch), "\(name)")
        #expect(model.network.outputs == network.outputs)
        // A depthwise block that nothing is passed around begins with a 1x1 convolution of the old size: where it begins cannot be seen.
        let isOpen = network.structure?.blocks.contains { $0.kind == .superResK1DWK1 || $0.kind == .superResK1DWSEK1 } ?? false
        #expect(model.network.stages.count == network.stages.count)
        if !isOpen { #expect(model.network.stages.map(\.output) == network.stages.map(\.output), "\(name)") }
        #expect(try model.network.cost(resolution: 64).macs == network.cost(resolution: 64).macs)
    }

    @Test("Another network's metadata change nothing")
    func foreignMetadata() throws {
        let network = try #require(Zoo.network(named: "resnet18"))
        let other = StructureFile.jsonText([try #require(Zoo.network(named: "maedet-s")?.structure)])
        for metadata in [[("zendet.network", "resnet34")], [("zendet.structure", other)], [("zendet.structure", "[")], [("zendet.structure", "{}")]] {
            let options = ExportOptions(side: 64, metadata: metadata.map { (key: $0.0, value: $0.1) })
            let model = try ONNXModel(try ONNXWriter.bytes(network, weights: NetworkWeights(network), options: options), source: "x.onnx")
            #expect(model.network.layers.map(\.operation) == network.layers.map(\.operation) && model.network.structure == nil)
        }
    }

    private func outputs(_ model: ONNXModel, _ exported: Exported) throws -> [[UInt32]] {
        let executable = try Executable(
            model.network, resolution: 64, team: exported.executable.team, seed: 99, weights: .arrays(model.weights))
        executable.setInput(exported.input)
        executable.run()
        return outputs(executable)
    }

    private func outputs(_ executable: Executable) -> [[UInt32]] {
        executable.program.outputs.indices.map { executable.output($0).map(\.bitPattern) }
    }
}
