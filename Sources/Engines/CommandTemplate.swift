/// The command that starts an engine, with places for what changes from network to network: `./mine {onnx} {threads}`.
///
/// Words are separated by blanks; '…' and "…" hold blanks, and \ takes the next character as it is, as in a shell. {{ and }} stand for braces.
/// The same text starts the same engine in Benchmarks/peers (`--extra`).
public struct CommandTemplate: Hashable, Sendable {
    /// What can be filled in.
    public enum Place: String, CaseIterable, Hashable, Sendable {
        /// Name of a network of the zoo, or a structure file.
        case network
        /// Side of the image in pixels.
        case resolution
        /// Images in one run.
        case batch
        case threads
        /// CPUs to run on, such as 1,0. The process is bound to them when it starts.
        case cpus
        /// An .npz file with NAME.weight (OIHW) and NAME.bias of every convolution.
        case weights
        /// An .npz file with the array `input`, NCHW.
        case input
        /// The network as ONNX, with the same weights.
        case onnx
        /// Python, as it was named by the person who started the command.
        case python
        /// The built-in adapter, one program text for {python} -c.
        case adapter
    }

    private enum Piece: Hashable { case text(String), place(Place) }
    private let words: [[Piece]]
    public let text: String

    /// - Throws: `EngineError` `.malformedCommand`.
    public init(_ text: String) throws(EngineError) {
        let words = try CommandTemplate.split(text)
        guard !words.isEmpty else { throw EngineError(.malformedCommand, "the command of an engine is empty: NAME=COMMAND is needed") }
        self.words = try words.map { word throws(EngineError) in try CommandTemplate.pieces(word) }
        self.text = text
    }

    /// Whether a place is in the command, and so has to be filled.
    public func uses(_ place: Place) -> Bool { words.contains { $0.contains(.place(place)) } }

    /// The words of the command.
    public func filled(_ value: (Place) throws(EngineError) -> String) throws(EngineError) -> [String] {
        var result: [String] = []
        for word in words {
            var text = ""
            for piece in word {
                switch piece {
                case .text(let part): text += part
                case .place(let place): text += try value(place)
                }
            }
            result.append(text)
        }
        return result
    }

    /// Words as a shell would separate them.
    ///
    /// - Source: IEEE Std 1003.1-2017, Shell Command Language, section 2.2 (quoting), without expansions.
    private static func split(_ text: String) throws(EngineError) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if let open = quote {
                if character == open {
                    quote = nil
                } else if open == "\"", character == "\\", let next = rest.first, next == "\"" || next == "\\" {
                    word!.append(rest.removeFirst())
                } else {
                    word!.append(character)
                }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == "\\" {
                guard let next = rest.popFirst() else { throw EngineError(.malformedCommand, "'\(text.prefix(80))' ends in a backslash") }
                word = (word ?? "") + String(next)
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw EngineError(.malformedCommand, "'\(text.prefix(80))' opens a quotation with \(quote!) and does not close it") }
        return words + (word.map { [$0] } ?? [])
    }

    private static func pieces(_ word: String) throws(EngineError) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(word)
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                text.append(character)
                continue
            }
            if rest.first == character {
                text.append(rest.removeFirst())
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}"), let place = Place(rawValue: String(rest[..<end])) else {
                let known = Place.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                throw EngineError(.malformedCommand, "'\(word.prefix(60))': braces hold one of \(known); {{ and }} stand for braces themselves")
            }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            pieces.append(.place(place))
            rest = rest[rest.index(after: end)...]
        }
        return pieces + (text.isEmpty ? [] : [.text(text)])
    }
}
