/// Reads one Python literal or JSON value from text.
///
/// Understood: dictionaries, lists, tuples, strings in either quotes, numbers, True/False/None and true/false/null, trailing commas, and
/// comments from `#` to the end of the line. Not understood: expressions, string prefixes, triple quotes, sets.
package struct LiteralParser {
    /// Deeper nesting is refused: recursion follows the text, and the text may come from anywhere.
    static let deepestNesting = 32

    let source: SourceText
    var index = 0
    private var depth = 0

    init(_ source: SourceText) { self.source = source }

    /// The value that makes up the whole text.
    static func parse(_ source: SourceText) throws(ArchitectureError) -> Literal {
        var parser = try opened(source)
        let literal = try parser.value()
        parser.skipBlanks()
        guard parser.peek == nil else {
            throw source.error(.malformed, parser.index, "found \(parser.found) after the end of the value; nothing should follow")
        }
        return literal
    }

    /// The values that stand one after the other in the text, as in JSON Lines: one at least.
    package static func values(_ source: SourceText) throws(ArchitectureError) -> [Literal] {
        var parser = try opened(source)
        var literals: [Literal] = []
        while parser.peek != nil {
            literals.append(try parser.value())
            parser.skipBlanks()
        }
        return literals
    }

    /// A parser before the first value of a text that is neither empty nor too large.
    private static func opened(_ source: SourceText) throws(ArchitectureError) -> LiteralParser {
        guard source.bytes.count <= source.mostBytes else {
            throw ArchitectureError(.malformed, "\(source.name): \(source.bytes.count) bytes; \(source.noun) has at most \(source.mostBytes)")
        }
        try checkUTF8(source)
        var parser = LiteralParser(source)
        if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.index = 3 }  // byte order mark
        parser.skipBlanks()
        guard parser.peek != nil else {
            throw ArchitectureError(.malformed, "\(source.name): the file is empty; \(source.noun) was expected")
        }
        return parser
    }

    private static func checkUTF8(_ source: SourceText) throws(ArchitectureError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: source.bytes.span)
        } catch {
            let offset = error.byteOffsets.lowerBound
            throw source.error(
                .malformed, offset,
                "byte 0x\(String(source.bytes[offset], radix: 16, uppercase: true)) is not UTF-8; \(source.noun) is UTF-8 text")
        }
    }

    var peek: UInt8? { index < source.bytes.count ? source.bytes[index] : nil }

    /// What stands at the current place, for an error message.
    var found: String {
        guard let byte = peek else { return "the end of the file" }
        let end = min(index + 4, source.bytes.count)
        let scalar = byte < 0x80 ? Unicode.Scalar(byte) : String(decoding: source.bytes[index..<end], as: UTF8.self).unicodeScalars.first!
        return quoted(String(Character(scalar)))
    }

    mutating func skipBlanks() {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                index += 1
            case UInt8(ascii: "#"):
                while let next = peek, next != UInt8(ascii: "\n"), next != UInt8(ascii: "\r") { index += 1 }
            default:
                return
            }
        }
    }

    mutating func value() throws(ArchitectureError) -> Literal {
        let start = index
        guard let byte = peek else { throw source.error(.malformed, start, "the file ends where a value should stand; is it cut off?") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (parser) throws(ArchitectureError) in try parser.dictionary(from: start) }
        case UInt8(ascii: "["):
            return try nested { (parser) throws(ArchitectureError) in try parser.list(from: start, closing: UInt8(ascii: "]")) }
        case UInt8(ascii: "("):
            return try nested { (parser) throws(ArchitectureError) in try parser.list(from: start, closing: UInt8(ascii: ")")) }
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return Literal(offset: start, value: .string(try string()))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): return try number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): return try word()
        default: throw source.error(.malformed, start, "found \(found) where a value should stand")
        }
    }

    private mutating func nested(_ body: (inout LiteralParser) throws(ArchitectureError) -> Literal) throws(ArchitectureError) -> Literal {
        guard depth < Self.deepestNesting else {
            throw source.error(.malformed, index, "nested more than \(Self.deepestNesting) deep; \(source.noun) is not")
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func list(from start: Int, closing: UInt8) throws(ArchitectureError) -> Literal {
        index += 1
        var items: [Literal] = []
        var sawComma = false
        while true {
            skipBlanks()
            if peek == closing { break }
            guard peek != nil else { throw truncated("list", start) }
            items.append(try value())
            skipBlanks()
            if peek == UInt8(ascii: ",") {
                sawComma = true
                index += 1
            } else if peek != closing {
                guard peek != nil else { throw truncated("list", start) }
                throw source.error(
                    .malformed, index, "found \(found) in a list; ',' or '\(Character(Unicode.Scalar(closing)))' should follow a value")
            }
        }
        index += 1
        // (3) is a number in brackets, (3,) a tuple.
        if closing == UInt8(ascii: ")"), items.count == 1, !sawComma { return items[0] }
        return Literal(offset: start, value: .list(items))
    }

    private mutating func dictionary(from start: Int) throws(ArchitectureError) -> Literal {
        index += 1
        var entries: [Literal.Entry] = []
        var keys: Set<String> = []
        while true {
            skipBlanks()
            if peek == UInt8(ascii: "}") { break }
            guard peek != nil else { throw truncated("dictionary", start) }
            let keyOffset = index
            let key = try keyText(try value())
            guard keys.insert(key).inserted else {
                throw source.error(.malformed, keyOffset, "key \(quoted(key)) stands twice in one dictionary")
            }
            skipBlanks()
            guard peek == UInt8(ascii: ":") else {
                guard peek != nil else { throw truncated("dictionary", start) }
                throw source.error(.malformed, index, "found \(found); ':' should follow the key \(quoted(key))")
            }
            index += 1
            skipBlanks()
            guard peek != nil else { throw truncated("dictionary", start) }
            entries.append(Literal.Entry(key: key, keyOffset: keyOffset, value: try value()))
            skipBlanks()
            if peek == UInt8(ascii: ",") {
                index += 1
            } else if peek != UInt8(ascii: "}") {
                guard peek != nil else { throw truncated("dictionary", start) }
                throw source.error(
                    .malformed, index, "found \(found) in a dictionary; ',' or '}' should follow the value of \(quoted(key))")
            }
        }
        index += 1
        return Literal(offset: start, value: .dictionary(entries))
    }

    private func keyText(_ literal: Literal) throws(ArchitectureError) -> String {
        switch literal.value {
        case .string(let text): text
        case .integer(let number): String(number)
        default: throw source.error(.malformed, literal.offset, "found \(literal.kindText) as a key; a key is a string")
        }
    }

    func truncated(_ what: String, _ start: Int) -> ArchitectureError {
        source.error(
            .malformed, source.bytes.count, "the file ends inside the \(what) that begins at \(source.place(start)); is it cut off?")
    }
}
