import Export
import Foundation
import Testing

@Suite("ONNX files that are damaged, hostile, or not for this engine")
struct ONNXRejectionTests {
    /// One change of a sound file, and what the error has to say.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var code: ExportError.Code
        var words: [String]
        var change: @Sendable (inout SmallModel) -> Void

        init(_ name: String, _ code: ExportError.Code, _ words: String..., change: @escaping @Sendable (inout SmallModel) -> Void) {
            (self.name, self.code, self.words, self.change) = (name, code, words, change)
        }

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case("an operator outside the list", .unsupported, "'node_x'", "'LSTM'", "not run here") { $0.node("LSTM", ["r"], "x") },
        Case("another domain", .unsupported, "'node_x'", "com.example") {
            $0.node("Relu", ["r"], "x")
            $0.proto.graph.node[2].domain = "com.example"
        },
        Case("a cycle", .malformed, "'node_c'", "'r'", "cycle") { $0.proto.graph.node[0].input[0] = "r" },
        Case("a node that reads itself", .malformed, "'node_r'", "cycle") { $0.proto.graph.node[1].input[0] = "r" },
        Case("a value written twice", .malformed, "'node_r'", "written already") {
            $0.proto.graph.node[1].output[0] = "c"
            $0.node("Relu", ["input"], "r")
        },
        Case("a missing initializer", .unsupported, "'node_c'", "'w'", "no constant") { $0.proto.graph.initializer = [] },
        Case("two initializers of one name", .malformed, "two initializers") { $0.proto.graph.initializer.append($0.proto.graph.initializer[0]) },
        Case("an output that nothing writes", .malformed, "'q'", "no node writes") { $0.output("q") },
        Case("no output", .malformed, "no output") { $0.proto.graph.output = [] },
        Case("no node", .malformed, "no node writes") { $0.proto.graph.node = [] },
        Case("no graph", .malformed, "no graph") { $0.proto.clearGraph() },
        Case("two inputs", .unsupported, "2 inputs") { $0.proto.graph.input.append($0.proto.graph.input[0]) },
        Case("an input of three dimensions", .unsupported, "[N, C, H, W]") { $0.proto.graph.input[0].type.tensorType.shape.dim.removeLast() },
        Case("an input of integers", .unsupported, "fp32") { $0.proto.graph.input[0].type.tensorType.elemType = 7 },
        Case("channels left open", .unsupported, "channels") { $0.proto.graph.input[0].type.tensorType.shape.dim[1].dimParam = "c" },
        Case("an operator set of the future", .unsupported, "operator set") { $0.proto.opsetImport[0].version = 1000 },
        Case("sizes that overflow", .malformed, "'w'", "makes no sense") { $0.proto.graph.initializer[0].dims = [1 << 40, 1 << 40, 3, 3] },
        Case("a negative size", .malformed, "'w'", "makes no sense") { $0.proto.graph.initializer[0].dims = [-4, 3, -3, 3] },
        Case("a huge shape without values", .malformed, "'w'", "108 values") { $0.proto.graph.initializer[0].dims = [40000, 3, 3, 3] },
        Case("a shape of no elements", .unsupported, "'node_c'", "weights of shape") { $0.proto.graph.initializer[0].dims = [0, 3, 3, 3] },
        Case("weights of two dimensions", .unsupported, "'node_c'", "[4, 27]") { $0.proto.graph.initializer[0].dims = [4, 27] },
        Case("weights of many dimensions", .malformed, "'w'", "dimensions") { $0.proto.graph.initializer[0].dims = Array(repeating: 1, count: 200) },
        Case("raw bytes of another number", .malformed, "'w'", "7 bytes", "432") { $0.proto.graph.initializer[0].rawData = Data(repeating: 0, count: 7) },
        Case("weights of integers", .unsupported, "'w'", "data type 3") { $0.proto.graph.initializer[0].dataType = 3 },
        Case("channels that do not fit", .malformed, "'node_c'", "reads 3 channels") {
            $0.proto.graph.initializer[0].dims = [12, 1, 3, 3]
        },
        Case("a window that is not square", .unsupported, "'node_c'", "square") { $0.proto.graph.initializer[0].dims = [4, 3, 9, 1] },
        Case("groups that do not divide", .malformed, "'node_c'", "groups") { $0.proto.graph.node[0].attribute.append(.int("group", 2)) },
        Case("no groups", .malformed, "'node_c'", "0 groups") { $0.proto.graph.node[0].attribute.append(.int("group", 0)) },
        Case("a stride of nothing", .unsupported, "'node_c'", "strides") { $0.proto.graph.node[0].attribute.append(.ints("strides", [0, 0])) },
        Case("a huge stride", .unsupported, "'node_c'", "strides") { $0.proto.graph.node[0].attribute.append(.ints("strides", [1 << 40, 1 << 40])) },
        Case("different strides", .unsupported, "'node_c'", "[1, 2]") { $0.proto.graph.node[0].attribute.append(.ints("strides", [1, 2])) },
        Case("dilation", .unsupported, "'node_c'", "dilated") { $0.proto.graph.node[0].attribute.append(.ints("dilations", [2, 2])) },
        Case("padding of one side", .unsupported, "'node_c'", "pads") { $0.proto.graph.node[0].attribute[0] = .ints("pads", [0, 0, 1, 1]) },
        Case("padding beyond the window", .unsupported, "'node_c'", "pads") { $0.proto.graph.node[0].attribute[0] = .ints("pads", [3, 3, 3, 3]) },
        Case("negative padding", .unsupported, "'node_c'", "pads") { $0.proto.graph.node[0].attribute[0] = .ints("pads", [-1, -1, -1, -1]) },
        Case("an attribute twice", .malformed, "'node_c'", "two attributes") { $0.proto.graph.node[0].attribute.append(.ints("pads", [1, 1, 1, 1])) },
        Case("an average that counts its padding", .unsupported, "'node_x'", "padding") {
            $0.node("AveragePool", ["r"], "x", [.ints("kernel_shape", [3, 3]), .ints("pads", [1, 1, 1, 1])])
        },
        Case("a window rounded up", .unsupported, "'node_x'", "ceil_mode") {
            $0.node("MaxPool", ["r"], "x", [.ints("kernel_shape", [2, 2]), .int("ceil_mode", 1)])
        },
        Case("a pool without a window", .unsupported, "'node_x'", "window") { $0.node("MaxPool", ["r"], "x") },
        Case("a sum of different maps", .unsupported, "'node_x'", "different shapes") { $0.node("Add", ["r", "input"], "x") },
        Case("a sum with one operand", .malformed, "'node_x'", "no input 2") { $0.node("Add", ["r"], "x") },
        Case("a sum with a constant", .unsupported, "'node_x'", "'w'") { $0.node("Add", ["r", "w"], "x") },
        Case("a concatenation of rows", .unsupported, "'node_x'", "axis 2") { $0.node("Concat", ["r", "r"], "x", [.int("axis", 2)]) },
        Case("a dense layer over a map", .unsupported, "'node_x'", "global average") { $0.node("Gemm", ["r", "w"], "x") },
        Case("a reshaped map", .unsupported, "'node_x'", "reshapes") { $0.node("Flatten", ["r"], "x") },
        Case("resizing by a linear rule", .unsupported, "'node_x'", "'linear'") { $0.node("Resize", ["r", "", "w"], "x", [.text("mode", "linear")]) },
        Case("resizing by an odd factor", .unsupported, "'node_x'", "1.5") {
            $0.weights("s", [4], [1, 1, 1.5, 1.5])
            $0.node("Resize", ["r", "", "s"], "x", [.text("coordinate_transformation_mode", "asymmetric"), .text("nearest_mode", "floor")])
        },
        Case("batch normalization of another width", .malformed, "'node_x'", "4 values") {
            $0.weights("b", [5])
            $0.node("BatchNormalization", ["r", "b", "b", "b", "b"], "x")
        },
        Case("a negative variance", .malformed, "'node_x'", "variance") {
            $0.weights("b", [4], [-1, -1, -1, -1])
            $0.node("BatchNormalization", ["r", "b", "b", "b", "b"], "x")
        },
        Case("a name that would break the line", .unsupported, "'a\\u{A}b'") {
            $0.node("LSTM", ["r"], "x")
            $0.proto.graph.node[2].name = "a\nb"
        },
    ]

    @Test("Each is refused with its place", arguments: cases)
    func refused(_ one: Case) throws {
        var model = SmallModel.convolution
        _ = try ONNXModel(model.bytes, source: "x.onnx")
        one.change(&model)
        let bytes = try model.bytes
        #expect {
            _ = try ONNXModel(bytes, source: "x.onnx")
        } throws: { error in
            guard let error = error as? ExportError else { return false }
            let fits = error.code == one.code && one.words.allSatisfy(error.message.contains) && error.message.hasPrefix("x.onnx: ")
            if !fits { Issue.record("\(one.name): \(error.code) \(error.message)") }
            return fits && !error.message.contains(where: \.isNewline)
        }
    }

    @Test("A file cut anywhere, or empty, is refused")
    func cut() throws {
        let bytes = try SmallModel.convolution.bytes
        for count in 0..<bytes.count {
            #expect(throws: ExportError.self) { _ = try ONNXModel(Array(bytes[..<count]), source: "x.onnx") }
        }
    }

    @Test("Millions of empty nodes are refused before they are decoded")
    func flood() throws {
        // Field 7 of a model, whose content is field 1 of a graph, empty, over and over.
        let nodes = (0..<3_000_000).flatMap { _ in [0x0A, 0x00] as [UInt8] }
        var length = nodes.count
        var bytes: [UInt8] = [0x3A]
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        #expect { _ = try ONNXModel(bytes + nodes, source: "x.onnx") } throws: { "\($0)".contains("fields") }
    }

    @Test("Weights in other files: read beside the model, refused outside of its folder, cut, or missing")
    func external() throws {
        let folder = try Folder()
        let sound = SmallModel.convolution
        let values = sound.proto.graph.initializer[0].floatData
        let data = values.withUnsafeBytes { [UInt8]($0) }
        _ = try folder.write([1, 2, 3] + data, to: "weights.bin")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.bin"), withDestinationPath: "/etc/hostname")

        func read(_ location: String, offset: String = "3", length: String? = nil) throws -> ONNXModel {
            var model = sound
            model.proto.graph.initializer[0].floatData = []
            model.proto.graph.initializer[0].dataLocation = .external
            let keys = [("location", location), ("offset", offset)] + (length.map { [("length", $0)] } ?? [])
            model.proto.graph.initializer[0].externalData = keys.map { pair in
                var entry = ONNXStringStringEntryProto()
                (entry.key, entry.value) = pair
                return entry
            }
            return try ONNXModel(path: folder.write(model.bytes, to: "model.onnx"))
        }
        func failure(_ location: String, offset: String = "3", length: String? = nil) -> String {
            do { _ = try read(location, offset: offset, length: length) } catch { return "\(error)" }
            return ""
        }
        _ = try read("weights.bin", length: "\(data.count)")
        _ = try read("./weights.bin")
        #expect(failure("../weights.bin").contains("outside"))
        #expect(failure("/etc/hostname").contains("outside"))
        #expect(failure("a/../../weights.bin").contains("outside"))
        #expect(failure("link.bin").contains("leads out"))
        #expect(failure("none.bin").contains("cannot be read"))
        #expect(failure("").contains("names no file"))
        #expect(failure("weights.bin", offset: "4").contains("end behind the end"))
        #expect(failure("weights.bin", offset: "18446744073709551615").contains("offset"))
        #expect(failure("weights.bin", offset: "-1").contains("offset"))
        #expect(failure("weights.bin", length: "7").contains("'7' bytes"))
        #expect(failure(".").contains("cannot be read") || failure(".").contains("leads out"))
    }
}
