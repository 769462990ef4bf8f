/// Why a network description could not be read, built or measured.
///
/// The message is one line: file, place, what was found, what would be right. A command prints it as it stands.
public struct ArchitectureError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The file is not there or cannot be read.
        case missingFile
        /// The text is not a structure: syntax, a missing key, a value of the wrong type or range.
        case malformed
        /// Well-formed, but a kind of network that is not built here (quantized blocks, unknown classes).
        case unsupported
        /// The network and the resolution do not go together, or a figure would not fit in 63 bits.
        case doesNotFit
        /// No network of the zoo has that name.
        case unknownName
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

/// `text` made safe for one line of an error: control characters escaped, cut after `limit` characters.
package func quoted(_ text: String, limit: Int = 60) -> String {
    var result = "'"
    for scalar in text.unicodeScalars.prefix(limit) {
        // Formatting characters can reorder a terminal line, so they are spelled out like control characters.
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default:
            result.unicodeScalars.append(scalar)
        }
    }
    return result + (text.unicodeScalars.count > limit ? "…'" : "'")
}
