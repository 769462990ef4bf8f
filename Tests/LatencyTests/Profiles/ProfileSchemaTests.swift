import Foundation
import Latency
import Testing

/// hardware-profiles/schema.json and the reader's own table of fields say the same.
@Suite struct ProfileSchemaTests {
    let schema: [String: Any]

    init() throws { schema = try ProfileFixtures.object("\(ProfileFixtures.folder)/schema.json") }

    @Test func bothKindsAgree() throws {
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        var compared = 0
        try compare(.object(ProfileShape.header), schema, "", &compared)
        try compare(.object(ProfileShape.cpu), try #require(definitions["cpu_profile"]), "cpu", &compared)
        try compare(.object(ProfileShape.accelerator), try #require(definitions["accelerator_profile"]), "accelerator", &compared)
        #expect(compared > 130)
    }

    private func resolved(_ node: [String: Any]) throws -> [String: Any] {
        if let reference = node["$ref"] as? String {
            let name = String(reference.split(separator: "/").last ?? "")
            return try #require((schema["$defs"] as? [String: [String: Any]])?[name])
        }
        // An optional object is written as "null or …".
        if let choices = node["anyOf"] as? [[String: Any]], let choice = choices.last { return try resolved(choice) }
        return node
    }

    private func type(_ node: [String: Any]) -> String? { node["type"] as? String ?? (node["type"] as? [String])?.first }

    private func compare(_ shape: ProfileShape, _ written: [String: Any], _ place: String, _ compared: inout Int) throws {
        let node = try resolved(written)
        compared += 1
        switch shape {
        case .object(let fields):
            #expect(type(node) == "object", "\(place)")
            let properties = try #require(node["properties"] as? [String: [String: Any]], "\(place)")
            #expect(Set(properties.keys) == Set(fields.map(\.name)), "\(place)")
            #expect(Set(node["required"] as? [String] ?? []) == Set(fields.filter(\.isRequired).map(\.name)), "\(place)")
            for field in fields {
                let property = try #require(properties[field.name], "\(place).\(field.name)")
                try compare(field.shape, property, "\(place).\(field.name)", &compared)
            }
        case .list(let element, let atLeast):
            #expect(type(node) == "array", "\(place)")
            #expect(node["minItems"] as? Int == atLeast, "\(place)")
            try compare(element, try #require(node["items"] as? [String: Any]), "\(place)[]", &compared)
        case .text: #expect(type(node) == "string", "\(place)")
        case .word(let words): #expect(node["enum"] as? [String] == words, "\(place)")
        case .boolean: #expect(type(node) == "boolean", "\(place)")
        case .integer(let least, _):
            #expect(type(node) == "integer", "\(place)")
            #expect(node["minimum"] as? Int == least, "\(place)")
        case .real(let range, _):
            #expect(type(node) == "number", "\(place)")
            switch range {
            case .any: #expect(node["minimum"] == nil && node["maximum"] == nil && node["exclusiveMinimum"] == nil, "\(place)")
            case .positive: #expect(node["exclusiveMinimum"] as? Double == 0, "\(place)")
            case .notNegative: #expect(node["minimum"] as? Double == 0 && node["maximum"] == nil, "\(place)")
            case .share: #expect(node["minimum"] as? Double == 0 && node["maximum"] as? Double == 1, "\(place)")
            }
        }
    }
}
