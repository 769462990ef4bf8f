import Architecture
import Foundation

/// The constants of a graph by their names: initializers and the values of Constant nodes, read when they are asked for.
struct ONNXTensors {
    private var tensors: [String: ONNXTensorProto] = [:]
    private let external: ONNXExternalData
    private let source: String

    /// Dimensions that a constant may have; a convolution's weights have four.
    private static let mostDimensions = 8

    init(source: String, external: ONNXExternalData) {
        self.source = source
        self.external = external
    }

    mutating func add(_ tensor: ONNXTensorProto, name: String) { tensors[name] = tensor }

    func contains(_ name: String) -> Bool { tensors[name] != nil }

    /// The sizes of a constant, checked: none is negative, and their product fits.
    func shape(_ name: String) throws(ExportError) -> [Int] {
        guard let tensor = tensors[name] else { throw malformed(name, "is not there") }
        guard tensor.dims.count <= ONNXTensors.mostDimensions else {
            throw malformed(name, "has \(tensor.dims.count) dimensions; at most \(ONNXTensors.mostDimensions) make sense")
        }
        var count = 1
        for size in tensor.dims {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(size))
            guard size >= 0, !overflow, product <= Int(Int32.max) else { throw malformed(name, "has the shape \(tensor.dims), which makes no sense") }
            count = product
        }
        return tensor.dims.map { Int($0) }
    }

    /// The values of an fp32 constant (or an fp64 one, rounded), in C order.
    func floats(_ name: String) throws(ExportError) -> [Float] {
        let count = try shape(name).reduce(1, *)
        let tensor = tensors[name]!
        switch ONNXTensorProto.DataType(rawValue: Int(tensor.dataType)) {
        case .float: return try values(name, tensor, count, listed: tensor.floatData)
        case .double: return try values(name, tensor, count, listed: tensor.doubleData).map { (value: Double) in Float(value) }
        default:
            throw ExportError(
                .unsupported, "\(source): constant \(quoted(name)) has the data type \(tensor.dataType); 1 (fp32) and 11 (fp64) are read as weights")
        }
    }

    /// The values of an int64 or int32 constant.
    func integers(_ name: String) throws(ExportError) -> [Int] {
        let count = try shape(name).reduce(1, *)
        let tensor = tensors[name]!
        switch ONNXTensorProto.DataType(rawValue: Int(tensor.dataType)) {
        case .int64: return try values(name, tensor, count, listed: tensor.int64Data).map { (value: Int64) in Int(value) }
        case .int32: return try values(name, tensor, count, listed: tensor.int32Data).map { (value: Int32) in Int(value) }
        default:
            throw ExportError(
                .unsupported, "\(source): constant \(quoted(name)) has the data type \(tensor.dataType); 6 (int32) and 7 (int64) are read as numbers")
        }
    }

    /// From wherever they are: nothing is allocated before their number is known to be there.
    private func values<Scalar: BitwiseCopyable>(
        _ name: String, _ tensor: ONNXTensorProto, _ count: Int, listed: [Scalar]
    ) throws(ExportError) -> [Scalar] {
        let size = MemoryLayout<Scalar>.size
        let raw: Data
        if tensor.dataLocation == .external {
            raw = try external.read(tensor, bytes: count * size)
        } else if tensor.rawData.isEmpty {
            guard listed.count == count else { throw malformed(name, "has the shape \(tensor.dims) and \(listed.count) values; \(count) are needed") }
            return listed
        } else {
            raw = tensor.rawData
        }
        guard raw.count == count * size else {
            throw malformed(name, "has the shape \(tensor.dims) and \(raw.count) bytes; \(count * size) are needed")
        }
        return raw.withUnsafeBytes { bytes in (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Scalar.self) } }
    }

    private func malformed(_ name: String, _ what: String) -> ExportError { ExportError(.malformed, "\(source): constant \(quoted(name)) \(what)") }
}
