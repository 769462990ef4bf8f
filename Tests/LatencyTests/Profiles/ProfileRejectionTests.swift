import Foundation
import Latency
import Testing

/// What is wrong with a file is said with the file, the place, what was found and what would be right.
@Suite struct ProfileRejectionTests {
    /// A step into a JSON tree.
    enum Step: CustomStringConvertible {
        case key(String)
        case index(Int)

        var description: String {
            switch self {
            case .key(let name): ".\(name)"
            case .index(let number): "[\(number)]"
            }
        }
    }

    static func place(_ steps: [Step]) -> String { String(steps.map(\.description).joined().dropFirst()) }

    /// A copy of a tree with the value at `steps` replaced; removed where `value` is nil.
    static func changed(_ tree: Any, _ steps: ArraySlice<Step>, _ value: Any?) -> Any? {
        guard let step = steps.first else { return value }
        switch step {
        case .key(let name):
            var object = tree as? [String: Any] ?? [:]
            object[name] = object[name].flatMap { changed($0, steps.dropFirst(), value) }
            return object
        case .index(let number):
            var list = tree as? [Any] ?? []
            list[number] = changed(list[number], steps.dropFirst(), value) as Any
            return list
        }
    }

    /// The paths of all fields that a shape asks for; of a list the first element stands for all.
    static func fields(_ shape: ProfileShape, _ tree: Any, _ steps: [Step], required: Bool) -> [[Step]] {
        switch shape {
        case .object(let fields):
            return fields.flatMap { field -> [[Step]] in
                guard let child = (tree as? [String: Any])?[field.name] else { return [] }
                let here = steps + [.key(field.name)]
                return (field.isRequired == required ? [here] : []) + Self.fields(field.shape, child, here, required: required)
            }
        case .list(let element, _):
            guard let first = (tree as? [Any])?.first else { return [] }
            return Self.fields(element, first, steps + [.index(0)], required: required)
        default: return []
        }
    }

    static func profiles() throws -> [(tree: [String: Any], shape: ProfileShape, required: Int)] {
        [
            (try ProfileFixtures.tree(ProfileFixtures.cpu()), .object(ProfileShape.header + ProfileShape.cpu), 50),
            (try smallV100(), .object(ProfileShape.header + ProfileShape.accelerator), 70),
        ]
    }

    /// The V100's profile with one precision and one operator: every field is there, and reading it a thousand times is quick.
    static func smallV100() throws -> [String: Any] {
        var tree = try ProfileFixtures.object(ProfileFixtures.v100Path)
        var model = try #require(tree["latency_model"] as? [String: Any])
        var precision = try #require((model["precisions"] as? [[String: Any]])?.first)
        let operators = try #require(precision["operators"] as? [[String: Any]])
        precision["operators"] = [try #require(operators.first { $0["winograd_factor"] != nil })]
        model["precisions"] = [precision]
        tree["latency_model"] = model
        return tree
    }

    func rejection(_ tree: Any) throws -> LatencyError {
        let bytes = try ProfileFixtures.bytes(tree)
        return try #require(throws: LatencyError.self) { try HardwareProfile.parse(bytes, source: "some/file.json") }
    }

    @Test func everyRequiredFieldIsMissed() throws {
        for (tree, shape, least) in try Self.profiles() {
            let fields = Self.fields(shape, tree, [], required: true)
            #expect(fields.count >= least)
            for steps in fields {
                let place = Self.place(steps)
                let error = try rejection(try #require(Self.changed(tree, steps[...], nil)))
                #expect(error.code == .malformed)
                #expect(error.message.hasPrefix("some/file.json: \(place): missing; "), "\(place): \(error.message)")
                #expect(error.message.contains("was expected"), "\(error.message)")
            }
        }
    }

    @Test func everyFieldOfAWrongTypeIsNamed() throws {
        for (tree, shape, least) in try Self.profiles() {
            let fields = Self.fields(shape, tree, [], required: true) + Self.fields(shape, tree, [], required: false)
            #expect(fields.count > least)
            for steps in fields {
                let place = Self.place(steps)
                // No field is a list of lists, nor an object with this key alone.
                for wrong in [[[1]], ["x": "y"], true, -1.5, ""] as [Any] where !Self.suits(wrong, at: place) {
                    let error = try rejection(try #require(Self.changed(tree, steps[...], wrong)))
                    #expect(error.message.hasPrefix("some/file.json: \(place)"), "\(place): \(error.message)")
                    #expect(error.message.contains("found") || error.message.contains("missing"), "\(error.message)")
                }
            }
        }
    }

    private static func suits(_ value: Any, at place: String) -> Bool {
        (place.hasSuffix("relu") || place.hasSuffix("residual")) && value as? Bool == true
    }

    @Test func newerVersionIsRefused() throws {
        var tree = try ProfileFixtures.tree(ProfileFixtures.cpu())
        tree["schema_version"] = 3
        let error = try rejection(tree)
        #expect(error.code == .tooNew)
        #expect(error.message.contains("schema_version: found 3"))
        #expect(error.message.contains("reads up to 2"))
    }

    @Test(arguments: [0.0, 0.1, 0.5, 0.9, 0.999])
    func truncatedFilesAreMalformed(_ share: Double) throws {
        let bytes = [UInt8](try ProfileFixtures.cpu().text().utf8)
        let error = #expect(throws: LatencyError.self) {
            try HardwareProfile.parse(Array(bytes.prefix(Int(share * Double(bytes.count)))), source: "f.json")
        }
        #expect(error?.code == .malformed)
        #expect(error?.message.hasPrefix("f.json: no JSON") == true)
    }

    @Test func otherTextIsMalformed() throws {
        var bytes = [UInt8](try ProfileFixtures.cpu().text().utf8)
        bytes[20] = 0xFF
        for (bytes, part) in [
            (bytes, "byte 20 is no UTF-8"), (Array("[1, 2]".utf8), "found a list of 2"), (Array("3".utf8), "found 3"),
            (Array("{}".utf8), "schema_version: missing"), (Array("{\"schema_version\": \"1\"}".utf8), "found \"1\""),
            (Array("{\"schema_version\": 1.5}".utf8), "found 1.5"), (Array("{\"schema_version\": true}".utf8), "found true"),
            (Array("{\"schema_version\": 1, \"kind\": \"gpu\"}".utf8), "kind: found \"gpu\""),
        ] {
            let error = #expect(throws: LatencyError.self) { try HardwareProfile.parse(bytes, source: "f.json") }
            #expect(error?.code == .malformed)
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
    }

    @Test func missingFileAndFolder() throws {
        for path in ["/no/such/profile.json", "/"] {
            let error = #expect(throws: LatencyError.self) { try HardwareProfile.read(path: path) }
            #expect(error?.code == .missingFile)
            #expect(error?.message.hasPrefix(path) == true)
        }
    }

    @Test func relationsBetweenFieldsAreChecked() throws {
        let cpu = try ProfileFixtures.tree(ProfileFixtures.cpu())
        let v100 = try ProfileFixtures.object(ProfileFixtures.v100Path)
        let model: [Step] = [.key("latency_model"), .key("precisions"), .index(0)]
        let cases: [([String: Any], [Step], Any, String)] = [
            (cpu, [.key("name")], "Not Kebab", "name: found"),
            (cpu, [.key("topology"), .key("pus")], 1, "topology.pus: found 1"),
            (cpu, [.key("measured"), .key("baselines"), .index(0), .key("p10_ns")], 1e12, "an ascending order"),
            (v100, model + [.key("precision")], "fp16", "a second time"),
            (v100, model + [.key("grid"), .key("sides")], [5, 4], "grid.sides: found values out of order"),
            (v100, model + [.key("operators"), .index(0), .key("tile_rates_gmac_per_s")], [1], "found 1 rates; 10 were expected"),
        ]
        for (tree, steps, value, part) in cases {
            let error = try rejection(try #require(Self.changed(tree, steps[...], value)))
            #expect(error.message.contains(part), "\(error.message)")
        }
    }

    @Test func randomDamageNeverCrashes() throws {
        let bytes = [UInt8](try ProfileFixtures.cpu().text().utf8)
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var rejected = 0
        for _ in 0..<2000 {
            var damaged = bytes
            for _ in 0...next(3) { damaged[next(damaged.count)] = UInt8(next(256)) }
            do { _ = try HardwareProfile.parse(damaged, source: "f") } catch { rejected += 1 }
        }
        #expect(rejected > 1000)
    }
}
