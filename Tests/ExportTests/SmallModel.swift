import Export
import Foundation
import SwiftProtobuf

/// An ONNX file made by hand: an image of 3 channels through the nodes that a test gives.
struct SmallModel {
    var proto = ONNXModelProto()

    /// - Parameter input: dimensions of the image; 0 leaves one open.
    init(input: [Int64] = [1, 3, 16, 16]) {
        proto.irVersion = 8
        var operators = ONNXOperatorSetIdProto()
        operators.version = 17
        proto.opsetImport = [operators]
        var image = ONNXValueInfoProto()
        image.name = "input"
        image.type.tensorType.elemType = 1
        image.type.tensorType.shape.dim = input.map { size in
            var dimension = ONNXTensorShapeProto.Dimension()
            if size > 0 { dimension.dimValue = size }
            return dimension
        }
        proto.graph.input = [image]
    }

    /// A 3x3 convolution from 3 to 4 channels and a ReLU; the output is "r".
    static var convolution: SmallModel {
        var model = SmallModel()
        model.weights("w", [4, 3, 3, 3])
        model.node("Conv", ["input", "w"], "c", [.ints("pads", [1, 1, 1, 1])])
        model.node("Relu", ["c"], "r")
        model.output("r")
        return model
    }

    mutating func node(_ operation: String, _ inputs: [String], _ output: String, _ attributes: [ONNXAttributeProto] = []) {
        var node = ONNXNodeProto()
        node.opType = operation
        node.name = "node_\(output)"
        node.input = inputs
        node.output = [output]
        node.attribute = attributes
        proto.graph.node.append(node)
    }

    /// Values 0, 1/n, 2/n, …: none equals another.
    mutating func weights(_ name: String, _ dims: [Int64], _ values: [Float]? = nil) {
        let count = Int(dims.reduce(1, *))
        var tensor = ONNXTensorProto()
        tensor.name = name
        tensor.dims = dims
        tensor.dataType = 1
        tensor.floatData = values ?? (0..<count).map { Float($0) / Float(count) - 0.4 }
        proto.graph.initializer.append(tensor)
    }

    mutating func output(_ name: String) {
        var value = ONNXValueInfoProto()
        value.name = name
        proto.graph.output.append(value)
    }

    var bytes: [UInt8] { get throws { try proto.serializedBytes() } }
}
