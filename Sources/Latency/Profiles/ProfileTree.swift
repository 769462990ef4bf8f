import Foundation

/// A profile's JSON before it becomes a type, so that errors can name the place.
enum ProfileTree {
    /// - Throws: `LatencyError` `.malformed` for text that is no UTF-8 or no JSON object.
    static func parse(_ bytes: [UInt8], source: String) throws(LatencyError) -> [String: Any] {
        if let place = firstInvalidByte(bytes) {
            throw LatencyError(.malformed, "\(source): byte \(place) is no UTF-8 text; a JSON profile was expected")
        }
        let value: Any
        do {
            value = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        } catch {
            let detail = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "\(error)"
            throw LatencyError(.malformed, "\(source): no JSON: \(detail)")
        }
        guard let tree = value as? [String: Any] else {
            throw LatencyError(.malformed, "\(source): found \(found(value)), a JSON object with the fields of a hardware profile was expected")
        }
        return tree
    }

    /// - Throws: `LatencyError` `.tooNew` for a version beyond this tool's, `.malformed` for none.
    static func checkVersion(_ tree: [String: Any], source: String) throws(LatencyError) {
        let expected = "a whole number from 1 to \(ProfileHeader.currentVersion) was expected"
        guard let value = tree["schema_version"] else { throw LatencyError(.malformed, "\(source): schema_version: missing; \(expected)") }
        guard let version = integer(value), version >= 1 else {
            throw LatencyError(.malformed, "\(source): schema_version: found \(found(value)); \(expected)")
        }
        guard version <= ProfileHeader.currentVersion else {
            throw LatencyError(
                .tooNew,
                "\(source): schema_version: found \(version), this is ZenDet \(ZenDetVersion.current), which reads up to \(ProfileHeader.currentVersion); use a newer ZenDet or measure the profile again"
            )
        }
    }

    /// A value in words, for a message.
    static func found(_ value: Any) -> String {
        switch value {
        case is NSNull: return "null"
        case let text as String: return text.count > 40 ? "\"\(text.prefix(37))…\"" : "\"\(text)\""
        case let list as [Any]: return "a list of \(list.count)"
        case is [String: Any]: return "an object"
        default:
            if let flag = boolean(value) { return "\(flag)" }
            return integer(value).map { "\($0)" } ?? real(value).map { "\($0)" } ?? "\(value)"
        }
    }

    static func boolean(_ value: Any) -> Bool? {
        guard let number = value as? NSNumber, isBoolean(number) else { return nil }
        return number.boolValue
    }

    static func integer(_ value: Any) -> Int? {
        guard let number = value as? NSNumber, !isBoolean(number) else { return nil }
        return Int(exactly: number)
    }

    static func real(_ value: Any) -> Double? {
        guard let number = value as? NSNumber, !isBoolean(number), number.doubleValue.isFinite else { return nil }
        return number.doubleValue
    }

    /// Foundation keeps true and false as numbers of the C type of a character.
    private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var position = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { position += UTF8.width(scalar) }
        return position
    }
}
