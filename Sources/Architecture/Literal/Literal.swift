/// A value written as a Python literal or as JSON, with the place where it begins.
struct Literal {
    /// Byte offset of the first character.
    var offset: Int
    var value: Value

    indirect enum Value {
        /// In the order of the text; keys that are no strings stand as their text.
        case dictionary([Entry])
        /// A list or a tuple.
        case list([Literal])
        case string(String)
        case integer(Int)
        case real(Double)
        case boolean(Bool)
        case null
    }

    struct Entry {
        var key: String
        var keyOffset: Int
        var value: Literal
    }

    /// What this is, for an error message: "the string 'x'", "the number 3", "a list".
    var kindText: String {
        switch value {
        case .dictionary: "a dictionary"
        case .list: "a list"
        case .string(let text): "the string \(quoted(text))"
        case .integer(let number): "the number \(number)"
        case .real(let number): "the number \(number)"
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        }
    }
}

/// The bytes of one file and its name, for errors that name file, line and column.
struct SourceText {
    var name: String
    var bytes: [UInt8]

    /// "name:line:column" of a byte; both count from 1, columns in characters (Unicode scalars).
    func place(_ offset: Int) -> String {
        var line = 1
        var column = 1
        var previous: UInt8 = 0
        for byte in bytes[..<min(max(offset, 0), bytes.count)] {
            switch byte {
            case UInt8(ascii: "\n"):
                // A line ends with LF, CR, or CR LF.
                if previous != UInt8(ascii: "\r") { line += 1 }
                column = 1
            case UInt8(ascii: "\r"):
                line += 1
                column = 1
            case 0x80...0xBF:
                break  // a continuation byte belongs to the character before it
            default:
                column += 1
            }
            previous = byte
        }
        return "\(name):\(line):\(column)"
    }

    func error(_ code: ArchitectureError.Code, _ offset: Int, _ message: String) -> ArchitectureError {
        ArchitectureError(code, "\(place(offset)): \(message)")
    }
}
