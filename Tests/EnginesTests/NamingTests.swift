import Engines
import Testing

@Suite struct NamingTests {
    @Test func knownNamesAndCommands() throws {
        #expect(try Engine.parse("onnxruntime,ncnn").map(\.name) == ["onnxruntime", "ncnn"])
        #expect(try Engine.Runtime.allCases.map { try Engine.parse($0.rawValue)[0].runtime } == Engine.Runtime.allCases.map(Optional.some))
        let mine = try Engine.parse("mine=./mine --threads={threads} '{onnx}' \"a b\" c\\ d {{x}}")[0]
        #expect(mine.name == "mine" && mine.runtime == nil)
        #expect(mine.command.uses(.onnx) && mine.command.uses(.threads) && !mine.command.uses(.weights))
        let words = try mine.command.filled { $0 == .onnx ? "/a file" : "3" }
        #expect(words == ["./mine", "--threads=3", "/a file", "a b", "c d", "{x}"])
    }

    @Test(arguments: [
        ("tensorflow", EngineError.Code.unknownEngine, "onnxruntime, openvino, ncnn, mnn"), ("", .unknownEngine, "''"), ("onnxruntime,", .unknownEngine, "''"),
        ("mine=", .malformedCommand, "empty"), ("=./x", .malformedCommand, "letters"), ("a b=./x", .malformedCommand, "letters"),
        ("openvino=./x", .malformedCommand, "taken"), ("zendet=./x", .malformedCommand, "taken"), ("mine=./x 'y", .malformedCommand, "close"),
        ("mine=./x {onxx}", .malformedCommand, "{onnx}"), ("mine=./x {onnx", .malformedCommand, "{onnx}"), ("mine=./x }", .malformedCommand, "braces"),
        ("mine=./x \\", .malformedCommand, "backslash"), (String(repeating: "n", count: 99) + "=x", .malformedCommand, "letters"),
    ])
    func whatIsRefused(_ text: String, _ code: EngineError.Code, _ words: String) {
        let error = #expect(throws: EngineError.self) { try Engine.parse(text) }
        #expect(error?.code == code && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
