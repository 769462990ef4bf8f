import Architecture
import Export
import Inference
import Machine
import Support
import Testing

/// A network of the zoo written as ONNX, beside what the tensor core computes with the same weights for the same input.
struct Exported {
    /// One of every kind: max pool and stride-2 projections, average-pool shortcuts, KXKX, K1KX and 12 channels, depthwise, squeeze-and-excitation.
    static let kinds = ["resnet18", "resnet50", "maedet-s", "damo-k1kx", "damo-kxkx", "mobilenetv2", "deepmad-29m-224"]

    let network: Network
    let bytes: [UInt8]
    let executable: Executable
    let input: [Float]

    init(
        _ name: String, resolution: Int = 64, batch: Int = 1, dynamic: Bool = false, _ batchNormalization: ExportOptions.BatchNormalization = .folded,
        detector: Detector? = nil, seed: UInt64 = 7
    ) throws {
        let named = try #require(Zoo.network(named: name))
        network = try detector?.network(around: named).network ?? named
        let options = ExportOptions(
            batch: dynamic ? nil : batch, side: dynamic ? nil : resolution, batchNormalization: batchNormalization, metadata: [("zendet.network", name)])
        bytes = try ONNXWriter.bytes(network, weights: NetworkWeights(network, seed: seed), options: options)
        let team = try ThreadTeam(plan: PinningPlan.make(Topology.detect(), threads: 1, cpus: nil))
        executable = try Executable(network, resolution: resolution, batch: batch, team: team, seed: seed)
        var random = SplitMix64(seed: seed)
        input = random.floats(executable.program.inputShape.reduce(1, *))
        executable.setInput(input)
        executable.run()
    }

    /// The input as an .npz archive.
    func inputArchive() throws -> [UInt8] {
        var writer = NPZWriter()
        try writer.append("input", shape: executable.program.inputShape, input)
        return writer.bytes
    }
}
