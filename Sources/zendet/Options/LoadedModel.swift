import Architecture
import Export
import Inference

/// A network that was named on the command line, with its weights where it has them.
struct LoadedModel {
    var network: Network
    /// Random, or those of an ONNX file.
    var weights: WeightSource
    /// Side of the input that an ONNX file was written for.
    var side: Int?

    /// The weights in a file: .npz, or an ONNX file's own.
    ///
    /// - Throws: `InferenceError`, `ExportError`.
    static func weights(path: String) throws -> WeightSource {
        ONNXModel.isModel(path: path) ? .arrays(try ONNXModel(path: path).weights) : .file(try WeightFile(path: path))
    }

    /// The networks that a name or a path means; an ONNX file brings its weights.
    ///
    /// - Throws: `ArchitectureError`, `ExportError`.
    static func load(_ nameOrPath: String) throws -> [LoadedModel] {
        guard ONNXModel.isModel(path: nameOrPath) else {
            return try Zoo.networks(nameOrPath).map { LoadedModel(network: $0, weights: .random, side: nil) }
        }
        let model = try ONNXModel(path: nameOrPath)
        return [LoadedModel(network: model.network, weights: .arrays(model.weights), side: model.side)]
    }
}
