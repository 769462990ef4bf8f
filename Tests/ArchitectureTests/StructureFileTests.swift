import Architecture
import Foundation
import Support
import Testing

@Suite struct StructureFileTests {
    private let stem = "{'class': 'ConvKXBNRELU', 'in': 3, 'out': 32, 's': 2, 'k': 3}"
    private let block = "{'class': 'SuperResK1KXK1', 'in': 32, 'out': 48, 's': 2, 'k': 5, 'L': 2, 'btn': 16}"
    private var blocks: [Block] {
        [
            Block(.convKXBNRELU, in: 3, out: 32, stride: 2, kernelSize: 3),
            Block(.superResK1KXK1, in: 32, out: 48, stride: 2, kernelSize: 5, depth: 2, bottleneck: 16),
        ]
    }

    private func parse(_ text: String, source: String = "some/net.txt") throws(ArchitectureError) -> [Structure] {
        try StructureFile.parse(Array(text.utf8), source: source)
    }

    @Test func allForms() throws {
        let json = "[\(stem), \(block)]".replacing("'", with: "\"")
        let forms = [
            "[\(stem), \(block)]", "[\(stem),\(block),]", "(\(stem), \(block))",
            "{'best_structures': [[\(stem), \(block)]], 'space_arch': 'CnnNet'}",
            "{ 'best_structures':[ [\n  \(stem),\n  \(block)]],\n'space_arch': 'CnnNet'}\n",
            "# a comment, [\n[\(stem), # another\r\n \(block)]  # the last",
            "\u{FEFF}[\(stem), \(block)]", json,
            "{\"best_structures\": [\(json)], \"acc\": [1.5, -2e-3, null, true], \"note\": \"caf\\u00e9 \\ud83d\\ude00\"}",
            "{'best_structures': [\(stem), \(block)]}", "[[\(stem), \(block)]]",
            "[{'class': 'ConvKXBNRELU', 'in': 3, 'out': 32, 's': 2, 'k': 3, 'L': 1, 'inner_class': None, 'act': 'relu', 'p': 1, 'g': 1}, "
                + "{'L': 2, 'btn': 16, 'class': 'SuperResK1KXK1', 'in': 32, 'inner_class': 'ResK1KXK1', 'k': 5, 'out': 48, 's': 2, 'extra': {'a': (1, 2,), 3: []}}]",
        ]
        for form in forms {
            let parsed = try parse(form)
            #expect(parsed == [Structure(name: "net", blocks: blocks)], "\(form)")
        }
    }

    @Test func severalStructuresAreNumbered() throws {
        let parsed = try parse("{'best_structures': [[\(stem)], [\(stem), \(block)]]}", source: "found.txt")
        #expect(parsed.map(\.name) == ["found[0]", "found[1]"])
        #expect(parsed.map(\.blocks.count) == [1, 2])
    }

    @Test func aMissingStrideIsOne() throws {
        #expect(try parse("[{'class': 'ConvKXBNRELU', 'in': 3, 'out': 32, 'k': 3}]")[0].blocks[0].stride == 1)
    }

    @Test func roundTrips() throws {
        var random = SplitMix64(seed: 7)
        var structures = try Fixtures.structures()
        for _ in 0..<200 { structures.append(.random(using: &random)) }
        for structure in structures {
            #expect(try parse(StructureFile.pythonText(structure)).map(\.blocks) == [structure.blocks])
            #expect(try parse(StructureFile.pythonText([structure])).map(\.blocks) == [structure.blocks])
            #expect(try parse(StructureFile.jsonText([structure])).map(\.blocks) == [structure.blocks])
        }
        #expect(try parse(StructureFile.pythonText(structures)).map(\.blocks) == structures.map(\.blocks))
        let json = StructureFile.jsonText(structures)
        #expect(try parse(json).map(\.blocks) == structures.map(\.blocks))
        #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
    }

    @Test func pythonTextIsThePublishedForm() {
        #expect(
            StructureFile.pythonText([Structure(name: "x", blocks: blocks)])
                == "{'best_structures': [[\n  \(stem),\n  \(block)]],\n'space_arch': 'CnnNet'}\n")
    }

    @Test func filesAreReadFromDisk() throws {
        let path = NSTemporaryDirectory() + "zendet-structure-\(UUID().uuidString).txt"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try StructureFile.pythonText([Structure(name: "x", blocks: blocks)]).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try StructureFile.read(path: path)[0].blocks == blocks)
        #expect(try Zoo.networks(path)[0].structure?.blocks == blocks)

        let missing = #expect(throws: ArchitectureError.self) { try StructureFile.read(path: path + ".none") }
        #expect(missing?.code == .missingFile)
        #expect(missing?.message == "\(path).none: cannot be read: No such file or directory")
        let directory = #expect(throws: ArchitectureError.self) { try StructureFile.read(path: NSTemporaryDirectory()) }
        #expect(directory?.code == .missingFile)
        let wrong = #expect(throws: ArchitectureError.self) { try Zoo.networks("no/such/file") }
        #expect(wrong?.code == .missingFile)
    }
}
