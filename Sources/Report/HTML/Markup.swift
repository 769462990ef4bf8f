/// HTML or SVG whose texts and attributes were escaped when they were put in: whatever a network is called, it stays text.
struct Markup: Hashable, Sendable {
    private(set) var source: String

    private init(source: String) { self.source = source }

    /// A text, escaped.
    init(_ text: String) { source = Markup.escaped(text) }

    /// An element with its attributes, of which those that are nil are left out.
    ///
    /// - Parameter name: never from a file, like the attributes' names: only values are escaped.
    init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ children: [Markup] = []) {
        var text = "<\(name)"
        for (key, value) in attributes {
            guard let value else { continue }
            text += " \(key)=\"\(Markup.escaped(value))\""
        }
        text += ">"
        for child in children { text += child.source }
        // The one element here that has no end.
        source = "\(name)" == "meta" ? text : text + "</\(name)>"
    }

    init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text: String) {
        self.init(name, attributes, [Markup(text)])
    }

    init(_ parts: [Markup]) { source = parts.reduce(into: "") { $0 += $1.source } }

    /// A whole document; its style is a constant of this program.
    static func document(language: String, head: [Markup], style: StaticString, body: [Markup]) -> String {
        let head = Markup("head", [:], head + [Markup(source: "<style>\(style)</style>")])
        return "<!DOCTYPE html>\n" + Markup("html", ["lang": language], [head, Markup("body", [:], body)]).source + "\n"
    }

    /// The five characters that mean something in HTML as references; control characters, which HTML has not, as U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "\u{FFFD}"
            // Turns the direction of what follows: a name could rearrange the page around it.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A coordinate: two digits after the point are below what a screen shows.
func pixels(_ value: Double) -> String { NumberText.exact(Double(NumberText.fixed(value, places: 2)) ?? 0) ?? "0" }
