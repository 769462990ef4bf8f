/// The columns that a chain's stages compute in one pass down an image: a strip of the output, and before it what the kernels need of each map.
///
/// A strip as wide as the map needs nothing twice. Where the bands of whole rows do not fit into the cache, narrower strips do, at the price of the
/// k − 1 columns under the kernel's edge that neighbours both compute.
struct ChainStrip: Sendable {
    /// Output columns of each stage.
    var columns: [Range<Int>]
    /// The columns that the band before each stage but the first holds: they may reach out of the map, where zeros stand.
    var bands: [Range<Int>]

    init(_ stages: [ChainStage], columns last: Range<Int>) {
        columns = [last]
        bands = []
        for index in stages.indices.dropFirst().reversed() {
            let shape = stages[index].shape
            let needed = columns[0]
            let low = needed.lowerBound * shape.stride - shape.padding
            let band = low..<((needed.upperBound - 1) * shape.stride - shape.padding + shape.kernelSize)
            bands.insert(band, at: 0)
            columns.insert(band.clamped(to: 0..<stages[index].input.width), at: 0)
        }
    }
}

/// What a chain needs to know of a stage to lay out its bands.
public struct ChainStage: Sendable {
    public var shape: ConvolutionShape
    public var input: TensorLayout
    public var output: TensorLayout

    public init(_ shape: ConvolutionShape, input: TensorLayout, output: TensorLayout) {
        self.shape = shape
        self.input = input
        self.output = output
    }

    /// Bytes of its packed weights, channels padded.
    var weightBytes: Int {
        4 * output.paddedChannels * (shape.isDepthwise ? 1 : shape.inChannels) * shape.kernelSize * shape.kernelSize
    }
}

extension ConvolutionChain {
    /// Narrower strips would compute too much twice, in tiles too short.
    private static let narrowestStrip = 28

    /// Bytes that bands and weights of a chain may take together: most of the second-level cache, which also holds what passes through.
    public static func room(_ cache: CacheSizes) -> Int { cache.level2 / 8 * 7 }

    /// The fewest strips with which the bands and all weights fit into `room` bytes; nil where no sensible strips do.
    public static func strips(_ stages: [ChainStage], room: Int) -> Int? {
        guard let width = stages.last?.output.width else { return nil }
        let weights = stages.reduce(0) { $0 + $1.weightBytes }
        var count = 1
        while weights < room, count == 1 || width >= count * narrowestStrip {
            let widest = (width + count - 1) / count
            // In the middle, where a strip has neighbours on both sides.
            let strip = ChainStrip(stages, columns: 0..<widest)
            let bands = zip(strip.bands, stages.dropFirst()).reduce(0) { $0 + $1.0.count * $1.1.input.pixelStep * $1.1.shape.kernelSize * 4 }
            if weights + bands <= room { return count }
            count += 1
        }
        return nil
    }
}
