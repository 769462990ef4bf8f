/// Walks the bytes of an ONNX file before they are decoded, so that no file can ask for more memory than some times its size.
///
/// A message of two bytes becomes an object of a hundred: ten million empty nodes would fit into a small file. A backbone has some thousand nodes
/// with a few fields each, so far more fields than that are refused, as is anything that is cut off.
/// Source: Protocol Buffers, "Encoding": tags, varints, and length-delimited records.
struct ONNXWire {
    /// Fields that one file may have, arrays of numbers aside: some twenty times those of the largest backbones.
    static let mostFields = 500_000

    /// A message type of the subset: which of its fields are messages to walk into. Numbers of other fields are bytes, numbers or text.
    private indirect enum Message {
        case leaf
        case fields([Int: Message])

        static let entry = Message.leaf
        static let tensor = Message.fields([13: entry])
        static let attribute = Message.fields([5: tensor])
        static let node = Message.fields([5: attribute])
        static let shape = Message.fields([1: leaf])
        static let type = Message.fields([1: .fields([2: shape])])
        static let value = Message.fields([2: type])
        static let graph = Message.fields([1: node, 5: tensor, 11: value, 12: value, 13: value])
        static let model = Message.fields([7: graph, 8: leaf, 14: entry])
    }

    private var fields = 0
    private let source: String

    /// - Throws: `ExportError` (`.malformed`) naming the file and the byte.
    static func check(_ bytes: UnsafeRawBufferPointer, source: String) throws(ExportError) {
        var wire = ONNXWire(source: source)
        try wire.walk(bytes, 0..<bytes.count, .model)
    }

    private init(source: String) { self.source = source }

    private mutating func walk(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ message: Message) throws(ExportError) {
        var index = range.lowerBound
        while index < range.upperBound {
            let start = index
            fields += 1
            guard fields <= ONNXWire.mostFields else {
                throw malformed("has more than \(ONNXWire.mostFields) fields; a backbone has some ten thousand")
            }
            let tag = try varint(bytes, &index, range.upperBound)
            let (field, type) = (tag >> 3, tag & 7)
            guard field > 0 else { throw malformed("is no ONNX file, or damaged: byte \(start) begins no field") }
            switch type {
            case 0: _ = try varint(bytes, &index, range.upperBound)
            case 1: index += 8
            case 5: index += 4
            case 2:
                let length = try varint(bytes, &index, range.upperBound)
                guard length <= UInt64(range.upperBound - index) else {
                    throw malformed("is no ONNX file, or cut off: a field at byte \(start) claims \(length) bytes, and \(range.upperBound - index) are left")
                }
                let content = index..<(index + Int(length))
                if case .fields(let known) = message, field <= 64, let inner = known[Int(field)] { try walk(bytes, content, inner) }
                index = content.upperBound
            default: throw malformed("is no ONNX file, or damaged: byte \(start) begins no field")
            }
            guard index <= range.upperBound else { throw malformed("is no ONNX file, or cut off: it ends inside the field at byte \(start)") }
        }
    }

    private func varint(_ bytes: UnsafeRawBufferPointer, _ index: inout Int, _ end: Int) throws(ExportError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while index < end, shift < 64 {
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw malformed("is no ONNX file, or cut off: the number before byte \(index) does not end")
    }

    private func malformed(_ what: String) -> ExportError { ExportError(.malformed, "\(source): \(what)") }
}
