/// The latency model of one precision: the grid it stands on, its coefficients, and its error card.
public struct PrecisionModel: Hashable, Sendable, Codable {
    public var precision: Precision
    public var elementBytes: Int
    /// Input channels are padded towards a multiple of this.
    public var channelPadding: Int
    public var grid: Grid
    /// Layers beyond this many milliseconds per batch were hardly ever measured.
    public var longestMilliseconds: Double
    public var rows: RowCounts
    public var operators: [OperatorCoefficients]
    /// Errors on whole networks, none of which the model was fitted to.
    public var card: [CardEntry]

    /// The values at which the library was measured; between them its own prediction is linear, and so is the model's.
    public struct Grid: Hashable, Sendable, Codable {
        public var batches: [Int]
        /// Sides of the input in pixels.
        public var sides: [Int]
        public var outputChannels: [Int]
        /// The same for convolutions that read an image.
        public var imageOutputChannels: [Int]
        /// Input channels over output channels.
        public var channelRatios: [Double]

        public init(batches: [Int], sides: [Int], outputChannels: [Int], imageOutputChannels: [Int], channelRatios: [Double]) {
            self.batches = batches
            self.sides = sides
            self.outputChannels = outputChannels
            self.imageOutputChannels = imageOutputChannels
            self.channelRatios = channelRatios
        }

        enum CodingKeys: String, CodingKey {
            case batches, sides
            case outputChannels = "output_channels"
            case imageOutputChannels = "image_output_channels"
            case channelRatios = "channel_ratios"
        }
    }

    /// What became of the library's rows.
    public struct RowCounts: Hashable, Sendable, Codable {
        public var total: Int
        /// Marked −1 by the library.
        public var notMeasured: Int
        /// Left out: maps of 4 pixels, which the library itself ignores, and maps smaller than the kernel.
        public var excluded: Int
        public var fitted: Int
        /// Kept from the fit to check it.
        public var heldOut: Int
        /// Of the fitted and held out rows, those that the model misses by more than half; none was dropped, the fit weighs them down.
        public var outliers: Int
        /// Error over the rows held out.
        public var heldOutMedianPercent: Double
        public var heldOutP90Percent: Double

        public init(
            total: Int, notMeasured: Int, excluded: Int, fitted: Int, heldOut: Int, outliers: Int, heldOutMedianPercent: Double,
            heldOutP90Percent: Double
        ) {
            self.total = total
            self.notMeasured = notMeasured
            self.excluded = excluded
            self.fitted = fitted
            self.heldOut = heldOut
            self.outliers = outliers
            self.heldOutMedianPercent = heldOutMedianPercent
            self.heldOutP90Percent = heldOutP90Percent
        }

        enum CodingKeys: String, CodingKey {
            case total, excluded, fitted, outliers
            case notMeasured = "not_measured"
            case heldOut = "held_out"
            case heldOutMedianPercent = "held_out_median_percent"
            case heldOutP90Percent = "held_out_p90_percent"
        }
    }

    /// The error over a set of networks at one batch, against the library's own prediction.
    public struct CardEntry: Hashable, Sendable, Codable {
        public enum NetworkSet: String, Hashable, Sendable, Codable {
            /// Regular convolutions, at least 95 % of the time between measured values.
            case measured
            /// The same with depthwise convolutions.
            case depthwise
            /// Networks for which the library extrapolates 5 to 50 % of the time.
            case extrapolated
        }

        public var set: NetworkSet
        public var batch: Int
        public var networks: Int
        public var medianPercent: Double
        public var p90Percent: Double
        public var worstPercent: Double

        public init(set: NetworkSet, batch: Int, networks: Int, medianPercent: Double, p90Percent: Double, worstPercent: Double) {
            self.set = set
            self.batch = batch
            self.networks = networks
            self.medianPercent = medianPercent
            self.p90Percent = p90Percent
            self.worstPercent = worstPercent
        }

        enum CodingKeys: String, CodingKey {
            case set, batch, networks
            case medianPercent = "median_percent"
            case p90Percent = "p90_percent"
            case worstPercent = "worst_percent"
        }
    }

    public init(
        precision: Precision, elementBytes: Int, channelPadding: Int, grid: Grid, longestMilliseconds: Double, rows: RowCounts,
        operators: [OperatorCoefficients], card: [CardEntry]
    ) {
        self.precision = precision
        self.elementBytes = elementBytes
        self.channelPadding = channelPadding
        self.grid = grid
        self.longestMilliseconds = longestMilliseconds
        self.rows = rows
        self.operators = operators
        self.card = card
    }

    enum CodingKeys: String, CodingKey {
        case precision, grid, rows, operators, card
        case elementBytes = "element_bytes"
        case channelPadding = "channel_padding"
        case longestMilliseconds = "longest_ms"
    }
}
