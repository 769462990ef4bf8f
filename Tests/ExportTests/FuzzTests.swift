import Architecture
import Export
import Inference
import Machine
import Support
import Testing

/// Random damage to valid files: whatever comes out is a network with its weights, or an error of one line.
@Suite struct ONNXFuzzTests {
    /// Small files of every operator that the zoo has, so that damage hits the structure and not only weights.
    private static func originals() throws -> [[UInt8]] {
        let structure = Structure(
            name: "small",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 8, stride: 2, kernelSize: 3), Block(.superResK1DWSEK1, in: 8, out: 8, stride: 2, kernelSize: 3, bottleneck: 8),
                Block(.superResK1KXK1, in: 8, out: 16, stride: 2, kernelSize: 3, bottleneck: 4),
            ])
        let network = try structure.network()
        return try ExportOptions.BatchNormalization.allCases.map { normalization in
            let options = ExportOptions(
                batch: 1, side: 32, batchNormalization: normalization, metadata: [("zendet.structure", StructureFile.jsonText([structure]))])
            return try ONNXWriter.bytes(network, weights: NetworkWeights(network), options: options)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func damagedFilesNeverCrash(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let originals = try Self.originals()
        var (accepted, rejected) = (0, 0)
        let team = try ThreadTeam(plan: PinningPlan.make(Topology.detect(), threads: 1, cpus: nil))
        for round in 0..<2000 {
            var bytes = originals.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            do throws(ExportError) {
                let model = try ONNXModel(bytes, source: "fuzz.onnx")
                // What was read holds together: its weights are there, its shapes can be asked for, and it runs.
                let weights = NetworkWeightsCheck.isComplete(model)
                #expect(weights, "seed \(seed), round \(round): weights are missing")
                if let cost = try? model.network.cost(resolution: 32), cost.macs < 10_000_000 {
                    let executable = try? Executable(model.network, resolution: 32, team: team, weights: .arrays(model.weights))
                    executable?.run()
                }
                accepted += 1
            } catch {
                rejected += 1
                let isOneLine = !error.message.contains(where: \.isNewline) && error.message.count < 700
                #expect(isOneLine && error.message.hasPrefix("fuzz.onnx: "), "seed \(seed), round \(round): \(error.message)")
            }
        }
        #expect(accepted > 20 && rejected > 500, "seed \(seed): \(accepted) accepted, \(rejected) rejected")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        // Half of the damage goes to the first kilobytes, where the nodes are.
        let end = Bool.random(using: &random) ? min(bytes.count, 4096) : bytes.count
        let place = Int.random(in: 0..<end, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 1...20, using: &random), bytes.count))
        case 3: bytes.removeLast(bytes.count - place)
        case 4: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F].suffix(Int.random(in: 1...9, using: &random)), at: place)
        case 5:
            // A letter for a letter keeps the file readable and changes which name is meant.
            guard let letter = bytes[place...].firstIndex(where: { (97...122).contains($0) }) else { return }
            bytes[letter] = UInt8.random(in: 97...122, using: &random)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(Int.random(in: 1...60, using: &random), bytes.count - max(place, other))
            bytes.insert(contentsOf: Array(bytes[other..<other + length]), at: place)
        }
    }
}

enum NetworkWeightsCheck {
    /// Whether every layer's weights are there and of the right number.
    static func isComplete(_ model: ONNXModel) -> Bool { (try? NetworkWeights(model.network, source: .arrays(model.weights))) != nil }
}
