import Architecture

/// One node with its attributes by name, and errors that name it.
struct ONNXNode {
    let proto: ONNXNodeProto
    private let source: String
    private var attributes: [String: ONNXAttributeProto] = [:]

    /// - Parameter index: for the name of a node without one.
    init(_ proto: ONNXNodeProto, index: Int, source: String) throws(ExportError) {
        self.proto = proto
        self.source = "\(source): node \(proto.name.isEmpty ? "\(index + 1)" : quoted(proto.name)) (\(quoted(proto.opType)))"
        for attribute in proto.attribute {
            guard attributes.updateValue(attribute, forKey: attribute.name) == nil else { throw malformed("has two attributes \(quoted(attribute.name))") }
        }
    }

    var operation: String { proto.opType }

    /// Inputs that are not left out.
    var inputs: [String] { proto.input.filter { !$0.isEmpty } }

    /// The name at a place; nil where it is left out.
    func input(_ index: Int) -> String? { index < proto.input.count && !proto.input[index].isEmpty ? proto.input[index] : nil }

    func integer(_ name: String, default value: Int) -> Int { attributes[name].map { Int($0.i) } ?? value }
    func float(_ name: String, default value: Float) -> Float { attributes[name]?.f ?? value }
    func integers(_ name: String) -> [Int]? { attributes[name].map { $0.ints.map { Int($0) } } }
    func text(_ name: String) -> String? { attributes[name].map { String(decoding: $0.s, as: UTF8.self) } }
    func tensor(_ name: String) -> ONNXTensorProto? { attributes[name].flatMap { $0.hasT ? $0.t : nil } }

    /// Fails unless an attribute is left out or has the one value that is run here.
    func demand(_ name: String, _ value: Int) throws(ExportError) {
        let found = integer(name, default: value)
        guard found == value else { throw unsupported("has \(name) = \(found); \(value) is run here") }
    }

    func malformed(_ what: String) -> ExportError { ExportError(.malformed, "\(source) \(what)") }
    func unsupported(_ what: String) -> ExportError { ExportError(.unsupported, "\(source) \(what)") }
}
