import Architecture

/// One network of the zoo with its costs: a record of `zendet models`.
public struct ModelRecord: Encodable, Sendable {
    public var name: String
    public var summary: String
    /// Where the structure comes from.
    public var source: String
    /// Side of the network's own input in pixels.
    public var resolution: Int
    /// Side of the image: twice the resolution behind a space-to-depth stem.
    public var imageResolution: Int
    public var inputChannels: Int
    public var params: Int
    /// Multiply-accumulates of one image.
    public var macs: Int
    public var referenceFLOPs: Double
    public var layers: Int
    public var entropy: Double
    public var publishedAP: Double?

    public init(entry: Zoo.Entry, network: Network, resolution: Int, cost: Cost, entropy: Double) {
        name = entry.name
        summary = entry.summary
        source = entry.source
        self.resolution = resolution
        imageResolution = network.imageResolution(resolution)
        inputChannels = network.inputChannels
        params = cost.params
        macs = cost.macs
        referenceFLOPs = cost.referenceFLOPs
        layers = cost.layers
        self.entropy = entropy
        publishedAP = entry.publishedAP
    }

    enum CodingKeys: String, CodingKey {
        case name, summary, source, resolution
        case imageResolution = "image_resolution"
        case inputChannels = "input_channels"
        case params, macs
        case referenceFLOPs = "reference_flops"
        case layers, entropy
        case publishedAP = "published_ap"
    }
}

extension Network {
    /// True for a network that reads a space-to-depth image: four neighbouring pixels as channels, at half the image's side.
    public var readsSpaceToDepth: Bool { inputChannels == 12 }

    /// Side of the image in pixels for a resolution of the network's own input.
    public func imageResolution(_ resolution: Int) -> Int { readsSpaceToDepth ? 2 * resolution : resolution }
}
