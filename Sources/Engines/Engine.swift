/// A runtime other than the tensor core: one that ZenDet brings an adapter for, or a command that speaks the protocol.
public struct Engine: Hashable, Sendable {
    /// The runtimes that the adapter knows.
    public enum Runtime: String, CaseIterable, Hashable, Sendable {
        case onnxruntime, openvino, ncnn, mnn
    }

    /// As tables and files name it.
    public let name: String
    public let command: CommandTemplate
    /// Nil for a command of the person's own.
    public let runtime: Runtime?

    /// The command, where the person gave it.
    public var givenCommand: String? { runtime == nil ? command.text : nil }

    private static let longestName = 32

    public init(_ runtime: Runtime) {
        name = runtime.rawValue
        self.runtime = runtime
        // The adapter's text stands in the command itself: no file of it is left anywhere.
        let words = "{python} -c {adapter} \(runtime.rawValue) --onnx {onnx} --input {input} --threads {threads}"
        guard let command = try? CommandTemplate(words) else { preconditionFailure("the adapter's command is well-formed") }
        self.command = command
    }

    /// Reads an engine's name, several of them separated by commas, or NAME=COMMAND.
    ///
    /// - Throws: `EngineError` `.unknownEngine` or `.malformedCommand`, saying what would be right.
    public static func parse(_ text: String) throws(EngineError) -> [Engine] {
        guard let equals = text.firstIndex(of: "=") else {
            return try text.split(separator: ",", omittingEmptySubsequences: false).map { name throws(EngineError) in
                guard let runtime = Runtime(rawValue: String(name)) else {
                    let known = Runtime.allCases.map(\.rawValue).joined(separator: ", ")
                    throw EngineError(.unknownEngine, "no engine '\(name.prefix(40))'; there are \(known), and NAME=COMMAND for one of your own")
                }
                return Engine(runtime)
            }
        }
        let name = String(text[..<equals])
        guard !name.isEmpty, name.count <= longestName, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) else {
            throw EngineError(.malformedCommand, "'\(name.prefix(40))=…': an engine's name has letters, digits, '-', '_' and '.', at most \(longestName) of them")
        }
        guard Runtime(rawValue: name) == nil, name != "zendet" else {
            throw EngineError(.malformedCommand, "'\(name)=…': that name is taken; give the command another one")
        }
        return [Engine(name: name, command: try CommandTemplate(String(text[text.index(after: equals)...])))]
    }

    private init(name: String, command: CommandTemplate) {
        self.name = name
        self.command = command
        runtime = nil
    }
}
