import Architecture
import Export
import Inference

/// One network as other programs read it: each file is written when it is first asked for, and all go away with this object.
///
/// An engine has read them when it says that it is ready, so that a network's files need not outlive that.
public final class NetworkFiles {
    private let network: Network
    private let weights: NetworkWeights
    private let input: [Float]
    private let inputShape: [Int]
    private let folder: TemporaryFolder
    private var written: [CommandTemplate.Place: String] = [:]

    /// What is run by an executable: with the same weights and the same input.
    ///
    /// - Parameter weights: where the executable got its own.
    /// - Throws: `EngineError` `.storage`; `InferenceError` for weights that do not fit.
    public init(_ executable: Executable, of network: Network, weights: WeightSource = .random) throws {
        self.network = network
        self.weights = try NetworkWeights(network, source: weights, seed: executable.seed)
        input = executable.input()
        inputShape = executable.program.inputShape
        folder = try TemporaryFolder()
    }

    /// The path of a file, or for `.network` a name where there is one.
    ///
    /// - Throws: `EngineError` where it cannot be written, or the network cannot be written in that form.
    func path(_ place: CommandTemplate.Place) throws(EngineError) -> String {
        if let path = written[place] { return path }
        let path: String
        switch place {
        case .onnx: path = try folder.write(onnx(), to: "network.onnx")
        case .weights: path = try folder.write(weightArchive(), to: "weights.npz")
        case .input: path = try folder.write(try archive { writer throws(InferenceError) in try writer.append("input", shape: inputShape, input) }, to: "input.npz")
        case .network: path = try NetworkFiles.argument(for: network, in: folder)
        case .resolution, .batch, .threads, .cpus, .python, .adapter: preconditionFailure("\(place) is no file")
        }
        written[place] = path
        return path
    }

    /// What names a network to another process: its name in the zoo, or a structure file.
    ///
    /// - Throws: `EngineError` `.storage`, or `.cannotRun` for a network that has neither.
    public static func argument(for network: Network, in folder: TemporaryFolder) throws(EngineError) -> String {
        if let entry = Zoo.entry(named: network.name), entry.build().layers == network.layers { return network.name }
        guard let structure = network.structure else {
            throw EngineError(.cannotRun, "\(network.name): has no structure that another process could read")
        }
        return try folder.write(Array(StructureFile.pythonText(structure).utf8), to: "structure.txt")
    }

    private func onnx() throws(EngineError) -> [UInt8] {
        // An input shape is images, channels, height, width; networks are square.
        let options = ExportOptions(batch: inputShape[0], side: inputShape[2])
        do throws(ExportError) { return try ONNXWriter.bytes(network, weights: weights, options: options) } catch {
            throw EngineError(.cannotRun, error.message)
        }
    }

    private func weightArchive() throws(EngineError) -> [UInt8] {
        try archive { writer throws(InferenceError) in
            for index in network.layers.indices {
                for entry in try weights.entries(ofLayer: index) {
                    try writer.append(entry.name + ".weight", shape: entry.convolution.weightShape, entry.weights)
                    try writer.append(entry.name + ".bias", shape: [entry.bias.count], entry.bias)
                }
            }
        }
    }

    private func archive(_ fill: (inout NPZWriter) throws(InferenceError) -> Void) throws(EngineError) -> [UInt8] {
        var writer = NPZWriter()
        do throws(InferenceError) { try fill(&writer) } catch { throw EngineError(.storage, error.message) }
        return writer.bytes
    }
}
