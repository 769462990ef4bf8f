import Architecture
import ArgumentParser
import Entropy
import Export
import Inference
import Latency
import Report

/// The formats that a network can leave in.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    case onnx, pytorch, mmdetection, tinynas, dot

    /// The ending of a file of this format.
    var ending: String {
        switch self {
        case .onnx: "onnx"
        case .pytorch, .mmdetection: "py"
        case .tinynas: "txt"
        case .dot: "dot"
        }
    }
}

extension ExportOptions.BatchNormalization: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a network for other tools: to train it, to deploy it, to look at it.",
        discussion: """
            onnx: operator set 17 with the outputs c2, c3, … that a detector reads.
            pytorch: one module file that needs PyTorch alone, trains, and reads and writes weights.
            mmdetection: the same as a registered backbone (NAME.py) with a configuration (NAME_config.py).
            tinynas: the structure in TinyNAS' notation, as JSON where the file ends so.
            dot: a graph for Graphviz.

            Weights of an ONNX file are drawn from --seed, as bench draws them, or read from --weights. Names of weights are the same in every format \
            and in weight files. Files are replaced in one step.

            --detector writes the whole detector (onnx, dot), with what its head gives on each level as outputs: p3.scores, p3.boxes, …

            EXAMPLES
              zendet export maedet-m --to onnx --resolution 640
              zendet export found.txt --to onnx --batch dynamic --dynamic-size --out found.onnx
              zendet export resnet50 --to onnx --weights trained.npz --batch-norm explicit
              zendet export maedet-m --to onnx --detector gflv2 --out maedet-m-gflv2.onnx
              zendet export found.txt --to pytorch --out found.py
              zendet export maedet-s --to dot --out - | dot -Tsvg > maedet-s.svg
            """)

    @OptionGroup var models: ModelOptions
    @OptionGroup var detectors: DetectorOptions

    @Option(help: "Format.")
    var to: ExportFormat

    @Option(
        help: ArgumentHelp("File to write, - for standard output (default: the network's name with the format's ending).", valueName: "path"))
    var out: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Images in one run, or dynamic.", valueName: "number|dynamic"))
    var batch = DynamicNumber.fixed(1)

    @Flag(help: "Leave height and width to each run; multiples of the network's stride fit.")
    var dynamicSize = false

    @Option(help: ArgumentHelp("Weights from an .npz or ONNX file, in place of random ones.", valueName: "path"))
    var weights: String?

    @Option(help: "Seed of random weights.")
    var seed: UInt64?

    @Option(help: "Batch normalization: folded into the weights, or explicit behind every convolution (default: folded in ONNX, explicit for training).")
    var batchNorm: ExportOptions.BatchNormalization?

    func validate() throws {
        if weights != nil && seed != nil { throw ValidationError("--weights and --seed both given: give one of them") }
        if out == "" { throw ValidationError("--out is empty: name a file") }
        if models.resolutionCount != 1 { throw ValidationError("a file has one resolution: give one, or --dynamic-size") }
        if detectors.detector != nil, to != .onnx, to != .dot {
            throw ValidationError("--detector goes with --to onnx and --to dot; \(to) has no place for it")
        }
        if to != .onnx {
            // What would be ignored is refused.
            let given = [("--weights", weights != nil), ("--seed", seed != nil), ("--batch", batch != .fixed(1)), ("--dynamic-size", dynamicSize)]
            if let (option, _) = given.first(where: \.1) { throw ValidationError("\(option) goes with --to onnx; \(to) has no place for it") }
            if batchNorm != nil && to != .pytorch { throw ValidationError("--batch-norm goes with --to onnx and --to pytorch") }
        }
    }

    func run() throws {
        let model = try model()
        let path = out ?? fileName(model.network)
        guard out != nil || !(models.models + models.modelOptions).contains(path) else {
            throw CommandError(.usage, "\(path) is what is read: name another file with --out")
        }
        if path != "-" { try AtomicFile.check(path) }
        let files = try files(model, path)
        guard path != "-" else { return Output.print(files[0].bytes) }
        for (path, bytes) in files {
            try AtomicFile.write(bytes, to: path)
            Terminal.say("wrote \(path): \(NumberText.bytes(Double(bytes.count)))")
        }
    }

    private func model() throws -> LoadedModel {
        let detector = try detectors.named()
        let networks = try models.loaded()
        guard networks.count == 1 else {
            throw CommandError(.usage, "\(networks.count) networks are named; a file holds one: name one, or a structure file with one structure")
        }
        guard let detector else { return networks[0] }
        // A file's weights are a backbone's alone: the detector's are drawn, or given with --weights.
        return LoadedModel(network: try detector.network(around: networks[0].network).network, weights: .random, side: networks[0].side)
    }

    private func files(_ model: LoadedModel, _ path: String) throws -> [(path: String, bytes: [UInt8])] {
        let network = model.network
        switch to {
        case .onnx:
            return [(path, try ONNXWriter.bytes(network, weights: networkWeights(model), options: options(model)))]
        case .pytorch:
            let text = try PythonModule.text(network, batchNormalization: batchNorm ?? .explicit, metadata: metadata(model))
            return [(path, Array(text.utf8))]
        case .mmdetection:
            guard path != "-" else { throw CommandError(.usage, "MMDetection needs two files, a backbone and a configuration: name the backbone's with --out") }
            guard let module = ExportCommand.moduleName(path) else {
                throw CommandError(.usage, "\(path): Python finds the backbone by its file's name, which must be letters, digits and '_' and end in .py")
            }
            let detection = try MMDetection(network, metadata: metadata(model))
            return [
                (path, Array(detection.backbone.utf8)),
                (path.dropLast(3) + "_config.py", Array(detection.configuration(module: module).utf8)),
            ]
        case .tinynas:
            guard let structure = network.structure else {
                throw CommandError(.badInput, "network '\(network.name)' is no TinyNAS structure, and its notation cannot express it; --to onnx can")
            }
            return [(path, Array((path.hasSuffix(".json") ? StructureFile.jsonText([structure]) : StructureFile.pythonText(structure)).utf8))]
        case .dot:
            return [(path, Array(try Graphviz.text(network, resolution: models.resolutions(model)[0]).utf8))]
        }
    }

    /// "maedet_m" for "some/maedet_m.py"; nil for what Python cannot import.
    private static func moduleName(_ path: String) -> String? {
        guard path.hasSuffix(".py") else { return nil }
        let name = path.dropLast(3).split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let first = name.first, !first.isNumber, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else { return nil }
        return String(name)
    }

    private func networkWeights(_ model: LoadedModel) throws -> NetworkWeights {
        // A seed that is asked for goes before the weights that the network came with.
        let own = seed == nil ? model.weights : .random
        return try NetworkWeights(model.network, source: weights.map { try LoadedModel.weights(path: $0) } ?? own, seed: seed ?? 0)
    }

    private func options(_ model: LoadedModel) throws -> ExportOptions {
        let isRandom = if case .random = model.weights { weights == nil } else { weights == nil && seed != nil }
        let weights = ("zendet.weights", isRandom ? "random, seed \(seed ?? 0)" : "given")
        return ExportOptions(
            batch: batch.number, side: dynamicSize ? nil : try models.resolutions(model)[0], batchNormalization: batchNorm ?? .folded,
            metadata: try metadata(model) + [weights])
    }

    /// What a file says about the network.
    ///
    /// - Throws: also where the size stays open but the resolution asked for does not fit.
    private func metadata(_ model: LoadedModel) throws -> [(key: String, value: String)] {
        let network = model.network
        let resolution = try models.resolutions(model)[0]
        let cost = try network.cost(resolution: resolution)
        var metadata: [(key: String, value: String)] = [
            ("zendet.version", ZenDetVersion.current), ("zendet.network", network.name),
            ("zendet.score", "\(ClosedFormEntropy.maeDet.score(network).total)"), ("zendet.params", "\(cost.params)"),
        ]
        if !dynamicSize { metadata += [("zendet.resolution", "\(resolution)"), ("zendet.macs", "\(cost.macs)")] }
        if network.isSpaceToDepth { metadata.append(("zendet.input", "space-to-depth: 2x2 pixels of the image in 12 channels")) }
        if let structure = network.structure { metadata.append(("zendet.structure", StructureFile.jsonText([structure]))) }
        return metadata
    }

    /// The network's name without what file names, and Python's modules, had better not have.
    private func fileName(_ network: Network) -> String {
        let others = to == .pytorch || to == .mmdetection ? "_" : "-_."
        let name = String(network.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || others.contains($0)) ? $0 : "_" })
        return (to == .mmdetection && name.first?.isNumber == true ? "_" : "") + name + "." + to.ending
    }
}
