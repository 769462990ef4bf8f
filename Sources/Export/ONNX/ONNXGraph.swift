import Foundation

/// An ONNX graph in the making: appends nodes and weights.
struct ONNXGraph {
    private(set) var graph = ONNXGraphProto()

    init(name: String) { graph.name = name }

    /// Appends a node; its output gets a name of its own or the node's.
    ///
    /// - Parameter more: names of further outputs.
    /// - Returns: the output's name.
    @discardableResult
    mutating func append(
        _ operation: String, _ name: String, _ inputs: [String], output: String? = nil, more: [String] = [],
        _ attributes: [ONNXAttributeProto] = []
    ) -> String {
        var node = ONNXNodeProto()
        node.opType = operation
        node.name = name
        node.input = inputs
        node.output = [output ?? name] + more
        node.attribute = attributes
        graph.node.append(node)
        return output ?? name
    }

    /// Appends an array of fp32 values in C order.
    ///
    /// - Returns: its name.
    @discardableResult
    mutating func append(weights name: String, shape: [Int], _ values: [Float]) -> String {
        var tensor = ONNXTensorProto()
        tensor.name = name
        tensor.dims = shape.map(Int64.init)
        tensor.dataType = Int32(ONNXTensorProto.DataType.float.rawValue)
        // The engine runs on little-endian machines only, so memory has the file's byte order.
        tensor.rawData = values.withUnsafeBytes { Data($0) }
        graph.initializer.append(tensor)
        return name
    }

    /// Appends a list of integers: a shape, a count.
    ///
    /// - Returns: its name.
    mutating func append(integers name: String, _ values: [Int]) -> String {
        var tensor = ONNXTensorProto()
        tensor.name = name
        tensor.dims = [Int64(values.count)]
        tensor.dataType = Int32(ONNXTensorProto.DataType.int64.rawValue)
        tensor.rawData = values.map { Int64($0) }.withUnsafeBytes { Data($0) }
        graph.initializer.append(tensor)
        return name
    }

    mutating func append(input: ONNXValueInfoProto) { graph.input.append(input) }
    mutating func append(output: ONNXValueInfoProto) { graph.output.append(output) }
}

extension ONNXAttributeProto {
    package static func ints(_ name: String, _ values: [Int]) -> ONNXAttributeProto {
        var attribute = ONNXAttributeProto()
        attribute.name = name
        attribute.type = .ints
        attribute.ints = values.map(Int64.init)
        return attribute
    }

    package static func int(_ name: String, _ value: Int) -> ONNXAttributeProto {
        var attribute = ONNXAttributeProto()
        attribute.name = name
        attribute.type = .int
        attribute.i = Int64(value)
        return attribute
    }

    package static func text(_ name: String, _ value: String) -> ONNXAttributeProto {
        var attribute = ONNXAttributeProto()
        attribute.name = name
        attribute.type = .string
        attribute.s = Data(value.utf8)
        return attribute
    }

    package static func float(_ name: String, _ value: Float) -> ONNXAttributeProto {
        var attribute = ONNXAttributeProto()
        attribute.name = name
        attribute.type = .float
        attribute.f = value
        return attribute
    }
}

extension ONNXValueInfoProto {
    /// A dimension of a value: known, or a name that stands for what each run has.
    enum Dimension {
        case fixed(Int)
        case named(String)
    }

    /// An fp32 value.
    init(_ name: String, _ dimensions: [Dimension]) {
        self.init()
        self.name = name
        type.tensorType.elemType = Int32(ONNXTensorProto.DataType.float.rawValue)
        type.tensorType.shape.dim = dimensions.map { dimension in
            var result = ONNXTensorShapeProto.Dimension()
            switch dimension {
            case .fixed(let size): result.dimValue = Int64(size)
            case .named(let name): result.dimParam = name
            }
            return result
        }
    }
}
