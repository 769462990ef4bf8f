extension LiteralParser {
    mutating func string() throws(ArchitectureError) -> String {
        let start = index
        let quote = source.bytes[index]
        index += 1
        var text: [UInt8] = []
        while true {
            guard let byte = peek else { throw truncated("string", start) }
            switch byte {
            case quote:
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard index + 1 < source.bytes.count else { throw truncated("string", start) }
                try escape(into: &text)
            case 0..<0x20:
                throw source.error(
                    .malformed, index, "found \(found) inside a string; the closing \(Character(Unicode.Scalar(quote))) is missing")
            default:
                text.append(byte)
                index += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(ArchitectureError) {
        let start = index
        index += 1
        let letter = peek
        index += 1
        switch letter {
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "/"): text.append(letter!)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            var code = hexadecimal(4)
            // JSON writes characters beyond the basic plane as a surrogate pair.
            if let high = code, (0xD800..<0xDC00).contains(high), peek == UInt8(ascii: "\\") {
                index += 1
                if peek == UInt8(ascii: "u") {
                    index += 1
                    if let low = hexadecimal(4), (0xDC00..<0xE000).contains(low) { code = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00) }
                }
            }
            guard let scalar = code.flatMap(Unicode.Scalar.init) else {
                throw source.error(.malformed, start, "a \\u escape wants four hexadecimal digits of a Unicode character")
            }
            text += Array(String(Character(scalar)).utf8)
        default:
            index = start + 1
            throw source.error(
                .malformed, start, "found a backslash before \(found); known escapes are \\\\ \\' \\\" \\/ \\n \\t \\r \\b \\f \\uXXXX")
        }
    }

    /// The value of exactly `count` hexadecimal digits; nil if they are not there.
    private mutating func hexadecimal(_ count: Int) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { return nil }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    /// An integer if it is written as one; a number with a point or an exponent otherwise.
    mutating func number() throws(ArchitectureError) -> Literal {
        let start = index
        var isReal = false
        if peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") { index += 1 }
        scan: while let byte = peek {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isReal = true
            // A sign belongs to the number only behind an exponent's letter.
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                guard index > start, source.bytes[index - 1] | 0x20 == UInt8(ascii: "e") else { break scan }
            case UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                throw source.error(.malformed, start, "found \(quoted(text(start...index))) in a number; numbers are decimal")
            default: break scan
            }
            index += 1
        }
        let text = text(start..<index)
        if isReal {
            guard let value = Double(text), value.isFinite else {
                throw source.error(.malformed, start, "\(quoted(text)) is no finite number")
            }
            return Literal(offset: start, value: .real(value))
        }
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard !digits.isEmpty, digits == "0" || digits.first != "0" else {
            throw source.error(.malformed, start, "\(quoted(text)) is no number; a number has digits and no leading zero")
        }
        guard let value = Int(text) else {
            if source.roundsLargeNumbers, let rounded = Double(text), rounded.isFinite { return Literal(offset: start, value: .real(rounded)) }
            throw source.error(.malformed, start, "the number \(quoted(text)) is too large")
        }
        return Literal(offset: start, value: .integer(value))
    }

    mutating func word() throws(ArchitectureError) -> Literal {
        let start = index
        while let byte = peek, byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isASCIILetterOrDigit { index += 1 }
        let word = text(start..<index)
        switch word {
        case "True", "true": return Literal(offset: start, value: .boolean(true))
        case "False", "false": return Literal(offset: start, value: .boolean(false))
        case "None", "null": return Literal(offset: start, value: .null)
        default:
            throw source.error(
                .malformed, start,
                "found the word \(quoted(word)) where a value should stand; values are dictionaries, lists, strings, numbers, True, False and None"
            )
        }
    }

    private func text<Range: RangeExpression<Int>>(_ range: Range) -> String { String(decoding: source.bytes[range], as: UTF8.self) }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
