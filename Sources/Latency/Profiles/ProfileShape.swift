/// What a profile's JSON must look like: the one place that knows each field's type, range and meaning for messages.
///
/// hardware-profiles/schema.json says the same as a JSON Schema; a test holds the two together.
package indirect enum ProfileShape: Sendable {
    case text(String)
    /// One of the given words.
    case word([String])
    /// Whole, at least `atLeast`.
    case integer(atLeast: Int, String)
    case real(Range, String)
    case boolean(String)
    case list(of: ProfileShape, atLeast: Int)
    case object([Field])

    package enum Range: Sendable {
        case any
        case positive
        case notNegative
        case share
    }

    package struct Field: Sendable {
        package var name: String
        package var shape: ProfileShape
        package var isRequired: Bool

        /// A field that must be there.
        static func required(_ name: String, _ shape: ProfileShape) -> Field { Field(name: name, shape: shape, isRequired: true) }
        /// A field that may be left out or null.
        static func optional(_ name: String, _ shape: ProfileShape) -> Field { Field(name: name, shape: shape, isRequired: false) }
    }

    /// Checks a whole profile, by its kind.
    ///
    /// - Throws: `LatencyError` `.malformed`: file, key path, what was found, what would be right.
    static func check(_ tree: [String: Any], source: String) throws(LatencyError) {
        try object(header).check(tree, "", source)
        let fields = tree["kind"] as? String == ProfileHeader.Kind.cpu.rawValue ? cpu : accelerator
        try object(fields).check(tree, "", source)
    }

    private func check(_ value: Any, _ path: String, _ source: String) throws(LatencyError) {
        switch self {
        case .object(let fields):
            guard let tree = value as? [String: Any] else { throw mismatch(value, path, source) }
            for field in fields {
                let place = path.isEmpty ? field.name : "\(path).\(field.name)"
                let child = tree[field.name]
                if child == nil || ProfileTree.found(child!) == "null" {
                    guard field.isRequired else { continue }
                    let found = child == nil ? "missing" : "found null"
                    throw LatencyError(.malformed, "\(source): \(place): \(found); \(field.shape.expected) was expected")
                }
                try field.shape.check(child!, place, source)
            }
        case .list(let element, let atLeast):
            guard let list = value as? [Any], list.count >= atLeast else { throw mismatch(value, path, source) }
            for (index, item) in list.enumerated() { try element.check(item, "\(path)[\(index)]", source) }
        default:
            guard accepts(value) else { throw mismatch(value, path, source) }
        }
    }

    private func accepts(_ value: Any) -> Bool {
        switch self {
        case .text: (value as? String)?.isEmpty == false
        case .word(let words): (value as? String).map(words.contains) ?? false
        case .integer(let least, _): ProfileTree.integer(value).map { $0 >= least } ?? false
        case .boolean: ProfileTree.boolean(value) != nil
        case .real(let range, _): ProfileTree.real(value).map(range.contains) ?? false
        case .list, .object: false
        }
    }

    private func mismatch(_ value: Any, _ path: String, _ source: String) -> LatencyError {
        LatencyError(.malformed, "\(source): \(path): found \(ProfileTree.found(value)); \(expected) was expected")
    }

    /// What would be right, in words.
    var expected: String {
        switch self {
        case .text(let meaning): "text, \(meaning),"
        case .word(let words): words.count == 1 ? "\"\(words[0])\"" : "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        case .integer(let least, let meaning): "a whole number from \(least) on, \(meaning),"
        case .real(let range, let meaning): "\(range.words), \(meaning),"
        case .boolean(let meaning): "true or false, \(meaning),"
        case .list(_, let atLeast): atLeast == 0 ? "a list" : "a list of \(atLeast) or more"
        case .object: "an object"
        }
    }
}

extension ProfileShape.Range {
    func contains(_ value: Double) -> Bool {
        switch self {
        case .any: true
        case .positive: value > 0
        case .notNegative: value >= 0
        case .share: value >= 0 && value <= 1
        }
    }

    var words: String {
        switch self {
        case .any: "a number"
        case .positive: "a number above 0"
        case .notNegative: "a number from 0 on"
        case .share: "a number from 0 to 1"
        }
    }
}
