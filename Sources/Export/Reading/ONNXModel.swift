import Architecture
import Foundation
import Inference
import SwiftProtobuf

/// A network read from an ONNX file, with its weights.
public struct ONNXModel: Sendable {
    public var network: Network
    /// By the names of the network's layers, batch normalization folded.
    public var weights: WeightArrays
    /// Side of the input that the file was written for; nil where it leaves that open, or is for no square.
    public var side: Int?
    /// What the file says about itself.
    public var metadata: [String: String]

    /// Largest file that is read: protocol buffers end there.
    private static let mostBytes = Int(Int32.max)

    /// True for a path that is to be read as ONNX.
    public static func isModel(path: String) -> Bool { path.lowercased().hasSuffix(".onnx") }

    /// Reads a file; weights that it keeps in other files must be in its folder.
    ///
    /// - Throws: `ExportError`: `.missingFile`; `.malformed` for a damaged file; `.unsupported` for an operator, or a use of one, that is not run here,
    ///   naming the node.
    public init(path: String) throws(ExportError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int else {
            throw ExportError(.missingFile, "\(path): is not there, or is no ordinary file")
        }
        guard size <= ONNXModel.mostBytes else { throw ExportError(.malformed, "\(path): has \(size) bytes; an ONNX file has 2 GiB at most") }
        guard let data = FileManager.default.contents(atPath: path) else { throw ExportError(.missingFile, "\(path): cannot be read") }
        try self.init(data, source: path)
    }

    /// - Parameter source: the file's path, for names, errors, and weights in other files.
    public init(_ bytes: [UInt8], source: String) throws(ExportError) { try self.init(Data(bytes), source: source) }

    private init(_ data: Data, source: String) throws(ExportError) {
        let model: ONNXModelProto
        do {
            try data.withUnsafeBytes { try ONNXWire.check($0, source: source) }
            var options = BinaryDecodingOptions()
            options.discardUnknownFields = true
            model = try ONNXModelProto(serializedBytes: data, options: options)
        } catch let error as ExportError { throw error } catch { throw ExportError(.malformed, "\(source): is no ONNX file, or damaged") }
        try ONNXModel.checkVersion(model, source)
        metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { first, _ in first }
        var importer = ONNXImporter(source: source)
        try importer.read(model.graph)
        (network, weights) = try importer.finish(name: ONNXModel.baseName(source), metadata: metadata)
        side = importer.side
    }

    private static func checkVersion(_ model: ONNXModelProto, _ source: String) throws(ExportError) {
        guard model.hasGraph, !model.opsetImport.isEmpty else {
            throw ExportError(.malformed, "\(source): is no ONNX file: it has no graph, or does not say which operators it means")
        }
        // Below 9, batch normalization had other inputs. Resizing has its present ones since 11; a node written for 10 is refused by itself.
        guard let own = model.opsetImport.first(where: { $0.domain.isEmpty || $0.domain == "ai.onnx" }), (9...64).contains(own.version) else {
            throw ExportError(.unsupported, "\(source): is written for an operator set that is not read here; 9 and later ones of ONNX' own are")
        }
    }

    private static func baseName(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.lowercased().hasSuffix(".onnx") && file.count > 5 ? String(file.dropLast(5)) : file
    }
}
