/// A value written as a Python literal or as JSON, with the place where it begins.
package struct Literal {
    /// Byte offset of the first character.
    package var offset: Int
    package var value: Value

    package indirect enum Value {
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

    package struct Entry {
        package var key: String
        package var keyOffset: Int
        package var value: Literal
    }

    /// What this is, for an error message: "the string 'x'", "the number 3", "a list".
    package var kindText: String {
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
package struct SourceText {
    package var name: String
    package var bytes: [UInt8]
    /// What the text is meant to be, with its article: "a structure file".
    var noun = "a structure file"
    /// Larger texts are refused; published structure files have a few kilobytes.
    var mostBytes = 4 << 20
    /// Integers beyond 64 bits become real numbers; otherwise they are refused.
    var roundsLargeNumbers = false

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// A text of another kind than a structure. Its integers may be 64-bit seeds without a sign.
    package init(name: String, bytes: [UInt8], noun: String, mostBytes: Int) {
        self.init(name: name, bytes: bytes)
        self.noun = noun
        self.mostBytes = mostBytes
        roundsLargeNumbers = true
    }

    /// "name:line:column" of a byte; both count from 1, columns in characters (Unicode scalars).
    package func place(_ offset: Int) -> String {
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
