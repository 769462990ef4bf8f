import Architecture
import Foundation
import Inference
import Machine
import Testing

@Suite("Given weights")
struct WeightFileTests {
    /// Every array that a network's layers need, as an executable drew them.
    static func arrays(_ network: Network, _ executable: Executable) -> [(name: String, shape: [Int], values: [Float])] {
        network.layers.indices.flatMap { index -> [(name: String, shape: [Int], values: [Float])] in
            let layer = network.layers[index]
            let drawn = executable.weights(ofLayer: index, in: network)
            let parts: [(String, Convolution)]
            switch layer.operation {
            case .convolution(let c): parts = [(layer.name, c)]
            case .squeezeExcitation(let s):
                parts = [
                    (layer.name + ".reduce", Convolution(s.channels, s.reducedChannels, kernelSize: 1)),
                    (layer.name + ".expand", Convolution(s.reducedChannels, s.channels, kernelSize: 1)),
                ]
            default: parts = []
            }
            return zip(parts, drawn).flatMap { part, pair in
                let c = part.1
                return [
                    (part.0 + ".weight", [c.outChannels, c.inChannels / c.groups, c.kernelSize, c.kernelSize], pair.weights),
                    (part.0 + ".bias", [c.outChannels], pair.bias),
                ]
            }
        }
    }

    static func file(_ arrays: [(name: String, shape: [Int], values: [Float])]) throws -> NPZTests.Scratch {
        var writer = NPZWriter()
        for array in arrays { try writer.append(array.name, shape: array.shape, array.values) }
        let scratch = NPZTests.Scratch()
        try scratch.write(writer.bytes)
        return scratch
    }

    @Test("The weights that a seed draws, read from a file, give bitwise the same outputs", arguments: ["resnet18", "mobilenetv2", "deepmad-29m-224"])
    func same(name: String) throws {
        let network = try #require(Zoo.network(named: name))
        let team = try ExecutableTests.team(1)
        let drawn = try Executable(network, resolution: 64, team: team, seed: 3)
        let scratch = try Self.file(Self.arrays(network, drawn))
        // Another seed: what is the same comes from the file.
        let given = try Executable(network, resolution: 64, team: team, seed: 4, weights: .file(WeightFile(path: scratch.path)))
        let input = [Float](repeating: 0.5, count: drawn.program.inputShape.reduce(1, *))
        for executable in [drawn, given] {
            executable.setInput(input)
            executable.run()
        }
        for index in network.outputs.indices { #expect(drawn.output(index).map(\.bitPattern) == given.output(index).map(\.bitPattern)) }

        // The archive holds exactly the outputs.
        try scratch.write(given.outputArchive())
        let archive = try NPZFile(path: scratch.path)
        #expect(archive.names == ["c2", "c3", "c4", "c5"])
        for index in network.outputs.indices {
            let values = try archive.read("c\(index + 2)", shape: given.program.outputShape(index))
            #expect(values.map(\.bitPattern) == given.output(index).map(\.bitPattern))
        }
    }

    @Test("Missing, surplus and misshapen arrays are refused by name before anything is loaded")
    func refused() throws {
        let network = try #require(Zoo.network(named: "mobilenetv2"))
        let team = try ExecutableTests.team(1)
        let whole = Self.arrays(network, try Executable(network, resolution: 32, team: team))
        func failure(_ arrays: [(name: String, shape: [Int], values: [Float])]) throws -> String? {
            let scratch = try Self.file(arrays)
            let failure = scratch.message { _ = try Executable(network, resolution: 32, team: team, weights: .file(WeightFile(path: scratch.path))) }
            return failure?.code == .malformedFile ? failure?.text : nil
        }
        #expect(try failure(Array(whole.dropLast()))?.contains("no array '\(whole.last!.name)'") == true)
        #expect(try failure(whole + [("block99.conv1.weight", [1], [0])])?.contains("'block99.conv1.weight', which mobilenetv2 does not need") == true)
        var turned = whole
        turned[0].shape.swapAt(0, 1)
        #expect(try failure(turned)?.contains("'\(whole[0].name)' has shape [3, 32, 3, 3]; [32, 3, 3, 3] is needed") == true)
        let twice = try failure(whole + [whole[0]])
        #expect(twice?.contains("two arrays '\(whole[0].name)'") == true)
    }
}
