/// An accelerator's fitted latency model as a profile stores it: coefficients, where it was fitted, and how wrong it is.
///
/// The formula is in `TiledRoofline`; every field is explained in hardware-profiles/README.md.
public struct LatencyModelDescription: Hashable, Sendable, Codable {
    /// The formula that the coefficients belong to.
    public static let knownForm = "tiled-roofline-1"

    /// Names the formula; only ``knownForm`` can be evaluated.
    public var form: String
    public var source: Source
    /// Units that work on one tile each.
    public var multiprocessors: Int
    /// Output tiles that a kernel may use. Every coefficient list of tile rates has this order.
    public var tiles: [Tile]
    /// Into how many parts a sum over input channels may be split.
    public var splits: [Int]
    /// Exponent of the soft minimum over tiles and splits.
    public var tileBlend: Double
    /// Exponent of the soft maximum of compute and memory time.
    public var rooflineBlend: Double
    /// Output pixels that a Winograd kernel rounds up to.
    public var winogradBlock: PixelBlock
    public var precisions: [PrecisionModel]

    /// Where the model's figures come from.
    public struct Source: Hashable, Sendable, Codable {
        public var library: String
        public var license: String
        public var runtime: String
        public var fittedUTC: String

        public init(library: String, license: String, runtime: String, fittedUTC: String) {
            self.library = library
            self.license = license
            self.runtime = runtime
            self.fittedUTC = fittedUTC
        }

        enum CodingKeys: String, CodingKey {
            case library, license, runtime
            case fittedUTC = "fitted_utc"
        }
    }

    /// Output pixels times output channels that one multiprocessor computes at a time.
    public struct Tile: Hashable, Sendable, Codable {
        public var pixels: Int
        public var channels: Int

        public init(pixels: Int, channels: Int) {
            self.pixels = pixels
            self.channels = channels
        }
    }

    public struct PixelBlock: Hashable, Sendable, Codable {
        public var height: Int
        public var width: Int

        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }
    }

    public init(
        form: String, source: Source, multiprocessors: Int, tiles: [Tile], splits: [Int], tileBlend: Double, rooflineBlend: Double,
        winogradBlock: PixelBlock, precisions: [PrecisionModel]
    ) {
        self.form = form
        self.source = source
        self.multiprocessors = multiprocessors
        self.tiles = tiles
        self.splits = splits
        self.tileBlend = tileBlend
        self.rooflineBlend = rooflineBlend
        self.winogradBlock = winogradBlock
        self.precisions = precisions
    }

    enum CodingKeys: String, CodingKey {
        case form, source, multiprocessors, tiles, splits, precisions
        case tileBlend = "tile_blend"
        case rooflineBlend = "roofline_blend"
        case winogradBlock = "winograd_block"
    }
}
