import Architecture

/// An object of a result file, whose fields are asked for by name and type.
///
/// A field that is absent and one that is null both mean "not known" where a value may be missing. A field of the wrong type is an error that
/// names the file, the line and the column.
struct ResultObject {
    let source: SourceText
    let literal: Literal
    private let entries: [Literal.Entry]

    /// - Throws: `ReportError` where the value is no object.
    init(_ literal: Literal, in source: SourceText, what: String) throws(ReportError) {
        guard case .dictionary(let entries) = literal.value else {
            throw ReportError(.malformed, "\(source.place(literal.offset)): found \(literal.kindText) where \(what) should stand")
        }
        self.source = source
        self.literal = literal
        self.entries = entries
    }

    /// The value of a field; nil if it is absent or null.
    private func value(_ key: String) -> Literal? {
        guard let value = entries.first(where: { $0.key == key })?.value else { return nil }
        if case .null = value.value { return nil }
        return value
    }

    /// Whether the field is there, be it null.
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// Whether the field is a list.
    func hasList(_ key: String) -> Bool {
        if case .list? = value(key)?.value { true } else { false }
    }

    var keys: [String] { entries.map(\.key) }

    /// "file:line:column" of the object or of one of its fields.
    func place(of key: String? = nil) -> String {
        source.place(key.flatMap { key in entries.first { $0.key == key }?.value.offset } ?? literal.offset)
    }

    func number(_ key: String) throws(ReportError) -> Double { try require(key, "a number", numberIfKnown(key)) }
    func integer(_ key: String) throws(ReportError) -> Int { try require(key, "a whole number", integerIfKnown(key)) }
    func string(_ key: String) throws(ReportError) -> String { try require(key, "a text", stringIfKnown(key)) }

    func numberIfKnown(_ key: String) throws(ReportError) -> Double? {
        guard let value = value(key) else { return nil }
        switch value.value {
        case .integer(let number): return Double(number)
        case .real(let number): return number
        default: throw wrong(key, value, "a number")
        }
    }

    func integerIfKnown(_ key: String) throws(ReportError) -> Int? {
        guard let value = value(key) else { return nil }
        guard case .integer(let number) = value.value else { throw wrong(key, value, "a whole number") }
        return number
    }

    func stringIfKnown(_ key: String) throws(ReportError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value.value else { throw wrong(key, value, "a text") }
        return text
    }

    func boolIfKnown(_ key: String) throws(ReportError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .boolean(let isTrue) = value.value else { throw wrong(key, value, "true or false") }
        return isTrue
    }

    /// The texts of a list; none where it is not known.
    func strings(_ key: String) throws(ReportError) -> [String] {
        try list(key, "texts").map { item throws(ReportError) in
            guard case .string(let text) = item.value else { throw wrong(key, item, "a list of texts") }
            return text
        }
    }

    /// The whole numbers of a list; none where it is not known.
    func integers(_ key: String) throws(ReportError) -> [Int] {
        try list(key, "whole numbers").map { item throws(ReportError) in
            guard case .integer(let number) = item.value else { throw wrong(key, item, "a list of whole numbers") }
            return number
        }
    }

    /// The objects of a list; nil where it is absent or null.
    func objects(_ key: String) throws(ReportError) -> [ResultObject]? {
        guard value(key) != nil else { return nil }
        return try list(key, "objects").map { item throws(ReportError) in try ResultObject(item, in: source, what: "an object of '\(key)'") }
    }

    func objectIfKnown(_ key: String) throws(ReportError) -> ResultObject? {
        guard let value = value(key) else { return nil }
        return try ResultObject(value, in: source, what: "the object '\(key)'")
    }

    func object(_ key: String) throws(ReportError) -> ResultObject { try require(key, "an object", objectIfKnown(key)) }

    /// Every plain field with its value in words; lists of plain values are joined by commas. Null is "unknown".
    var facts: [(key: String, text: String)] {
        entries.compactMap { entry in ResultObject.words(entry.value).map { (entry.key, $0) } }
    }

    private static func words(_ literal: Literal) -> String? {
        switch literal.value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .real(let number): NumberText.exact(number)
        case .boolean(let isTrue): isTrue ? "yes" : "no"
        case .null: "unknown"
        case .list(let items):
            items.reduce(into: Optional("")) { text, item in
                guard let word = words(item), text != nil else {
                    text = nil
                    return
                }
                text! += (text!.isEmpty ? "" : ", ") + word
            }
        case .dictionary: nil
        }
    }

    private func list(_ key: String, _ what: String) throws(ReportError) -> [Literal] {
        guard let value = value(key) else { return [] }
        guard case .list(let items) = value.value else { throw wrong(key, value, "a list of \(what)") }
        return items
    }

    private func require<Value>(_ key: String, _ what: String, _ value: Value?) throws(ReportError) -> Value {
        guard let value else {
            let found = has(key) ? "null" : "missing"
            throw ReportError(.malformed, "\(place(of: key)): '\(key)' is \(found); \(what) was expected")
        }
        return value
    }

    private func wrong(_ key: String, _ value: Literal, _ expected: String) -> ReportError {
        ReportError(.malformed, "\(source.place(value.offset)): '\(key)' is \(value.kindText); \(expected) was expected")
    }
}
