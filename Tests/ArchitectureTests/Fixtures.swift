import Architecture
import Foundation
import Testing

/// The golden figures: JSON objects from the Fixtures folder, decoded loosely.
enum Fixtures {
    static func bytes(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil), "fixture \(name) is missing")
        return [UInt8](try Data(contentsOf: url))
    }

    static func objects(_ name: String) throws -> [String: [String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes(name))) as? [String: [String: Any]])
    }

    static func list(_ name: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes(name))) as? [[String: Any]])
    }

    /// A list of blocks from a fixture, through the project's own reader.
    static func structure(_ object: Any?, name: String) throws -> Structure {
        let blocks = try #require(object)
        let parsed = try StructureFile.parse([UInt8](JSONSerialization.data(withJSONObject: blocks)), source: name)
        try #require(parsed.count == 1)
        return Structure(name: name, blocks: parsed[0].blocks)
    }

    /// The structures of all fixtures that are not quantized.
    static func structures() throws -> [Structure] {
        var all: [Structure] = []
        for (name, blocks) in try JSONSerialization.jsonObject(with: Data(bytes("published-structures.json"))) as? [String: Any] ?? [:]
        where !name.contains("quant") {
            all.append(try structure(blocks, name: name))
        }
        for (index, entry) in try list("mutations-r50.json").enumerated() {
            all.append(try structure(entry["structure"], name: "mutation \(index)"))
        }
        return all
    }
}

/// Checks stages against figures of the reference: last blocks, inner blocks, layers, channels and, if given, feature sizes.
func checkStages(_ infos: [StageInfo], _ golden: [String: Any], featureSizes: [Int], _ name: String) throws {
    #expect(infos.map(\.lastBlock) == golden["lastBlocks"] as? [Int], "\(name)")
    #expect(infos.map(\.innerBlocks) == golden["innerBlocks"] as? [Int], "\(name)")
    #expect(infos.map(\.layers) == golden["layers"] as? [Int], "\(name)")
    #expect(infos.map(\.channels) == golden["channels"] as? [Int], "\(name)")
    #expect(infos.map(\.featureSize) == featureSizes, "\(name)")
}
