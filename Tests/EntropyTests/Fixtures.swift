import Architecture
import Foundation
import Testing

/// A fixture's JSON.
func fixture(_ name: String) throws -> Any {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil), "fixture \(name) is missing")
    return try JSONSerialization.jsonObject(with: Data(contentsOf: url))
}

/// A structure written as JSON objects.
func structure(_ object: Any?, _ name: String) throws -> Structure {
    let parsed = try StructureFile.parse([UInt8](JSONSerialization.data(withJSONObject: try #require(object))), source: name)
    return Structure(name: name, blocks: parsed[0].blocks)
}
