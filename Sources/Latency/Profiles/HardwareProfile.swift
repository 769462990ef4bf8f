import Foundation

/// One machine as a file: a CPU that was measured, or an accelerator to compare with.
///
/// The file is JSON; hardware-profiles/README.md explains every field with its unit. Reading is strict: a missing or wrongly typed field is
/// an error that names the file, the field, what was found and what would be right. Fields that are not known are ignored.
public enum HardwareProfile: Hashable, Sendable {
    case cpu(CPUProfile)
    case accelerator(AcceleratorProfile)

    public var header: ProfileHeader {
        switch self {
        case .cpu(let profile): profile.header
        case .accelerator(let profile): profile.header
        }
    }

    public var name: String { header.name }
}

extension HardwareProfile: Codable {
    public init(from decoder: any Decoder) throws {
        switch try ProfileHeader(from: decoder).kind {
        case .cpu: self = .cpu(try CPUProfile(from: decoder))
        case .referenceAccelerator: self = .accelerator(try AcceleratorProfile(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .cpu(let profile): try profile.encode(to: encoder)
        case .accelerator(let profile): try profile.encode(to: encoder)
        }
    }
}

extension HardwareProfile {
    /// Reads a profile from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: the file's contents, JSON.
    ///   - source: the file, for messages.
    /// - Throws: `LatencyError` `.malformed` where the text is no UTF-8, no JSON or no valid profile; `.tooNew` where a newer version wrote it.
    public static func parse(_ bytes: [UInt8], source: String) throws(LatencyError) -> HardwareProfile {
        let tree = try ProfileTree.parse(bytes, source: source)
        try ProfileTree.checkVersion(tree, source: source)
        try ProfileShape.check(tree, source: source)
        let profile: HardwareProfile
        do {
            profile = try JSONDecoder().decode(HardwareProfile.self, from: Data(bytes))
        } catch {
            // The shape was right, so this is a field that ProfileShape does not know as the decoder does.
            throw LatencyError(.malformed, "\(source): not a readable profile: \(error)")
        }
        try profile.checkRelations(source: source)
        return profile
    }

    /// The profile as JSON text, keys in alphabetical order.
    ///
    /// - Throws: `LatencyError` `.outOfRange` for a number that JSON cannot hold, and what ``validate(source:)`` throws.
    public func text() throws(LatencyError) -> String {
        try validate(source: name)
        return try encoded(source: name) + "\n"
    }

    /// Checks every field's range and the relations between fields.
    ///
    /// - Parameter source: the file or name, for messages.
    public func validate(source: String) throws(LatencyError) {
        let tree = try ProfileTree.parse([UInt8](encoded(source: source).utf8), source: source)
        try ProfileTree.checkVersion(tree, source: source)
        try ProfileShape.check(tree, source: source)
        try checkRelations(source: source)
    }

    private func encoded(source: String) throws(LatencyError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw LatencyError(.outOfRange, "\(source): a profile with a number that is not finite; measure again")
        }
    }
}
