import Architecture
import ArgumentParser
import Report

/// Which networks a command works on.
struct ModelOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Networks: names of the zoo ('zendet models'), TinyNAS structure files (text or JSON), ONNX files (.onnx), or - for standard input.",
            valueName: "model"), completion: .network)
    var models: [String] = []

    @Option(name: [.short, .customLong("model")], help: ArgumentHelp("The same, as an option; may be repeated.", valueName: "model"), completion: .network)
    var modelOptions: [String] = []

    @Option(
        help: ArgumentHelp(
            "Sides of the network's own input in pixels, such as 480,640 (default: 640, or what an ONNX file was written for). For a 12-channel (space-to-depth) stem this is half the image's side.",
            valueName: "list"))
    var resolution: NumberList?

    @Option(help: ArgumentHelp("Sides of the image instead: a network with a space-to-depth stem then runs at half of it.", valueName: "list"))
    var imageResolution: NumberList?

    func validate() throws {
        if resolution != nil && imageResolution != nil {
            throw ValidationError("--resolution and --image-resolution both given: give one of them")
        }
    }

    /// No network is named.
    var isEmpty: Bool { models.isEmpty && modelOptions.isEmpty }

    /// How many resolutions were asked for.
    var resolutionCount: Int { (imageResolution ?? resolution)?.values.count ?? 1 }

    /// Sides of the network's own input, in the order asked for; 640 where nothing was asked.
    ///
    /// - Throws: `ArchitectureError` for an odd image side with a space-to-depth stem.
    ///
    /// - Parameter usual: what stands for 640: the side that a file was written for.
    func resolutions(_ network: Network, usual: Int? = nil) throws(ArchitectureError) -> [Int] {
        guard let sides = imageResolution?.values else { return resolution?.values ?? [usual ?? ModelOptions.defaultResolution] }
        guard network.readsSpaceToDepth else { return sides }
        if let odd = sides.first(where: { $0 % 2 != 0 }) {
            throw ArchitectureError(
                .doesNotFit, "network '\(network.name)' has a space-to-depth stem: the image's side must be even, but --image-resolution is \(odd)")
        }
        return sides.map { $0 / 2 }
    }

    static let defaultResolution = 640

    func resolutions(_ model: LoadedModel) throws(ArchitectureError) -> [Int] { try resolutions(model.network, usual: model.side) }

    /// Every network that was named, in order.
    func networks() throws -> [Network] { try loaded().map(\.network) }

    /// Every network that was named, in order, with the weights that it came with.
    ///
    /// - Throws: `ValidationError` for none, `ArchitectureError` or `ExportError` for one that is unknown or damaged.
    func loaded() throws -> [LoadedModel] {
        let names = models + modelOptions
        guard !names.isEmpty else { throw ValidationError("no network is named: give a name of the zoo, a structure file, or - for standard input") }
        guard names.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("standard input (-) can be read once only") }
        return try names.flatMap { try LoadedModel.load($0) }
    }
}

extension Network {
    /// The published average precision, for a network of the zoo; nil for all others.
    var publishedAP: Double? {
        // A file may have the name of a zoo network and hold another one.
        guard let entry = Zoo.entry(named: name), let precision = entry.publishedAP, entry.build().layers == layers else { return nil }
        return precision
    }
}
