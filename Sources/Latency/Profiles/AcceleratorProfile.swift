/// A reference accelerator: its published figures and, where there are any, a latency model fitted from published measurements or the
/// operator libraries themselves.
public struct AcceleratorProfile: Hashable, Sendable, Codable {
    public var header: ProfileHeader
    /// Product and variant in words.
    public var product: String
    public var peaks: [PublishedPeak]
    public var memoryBandwidth: PublishedBandwidth?
    /// Latencies and throughputs that others published, as they published them.
    public var published: [PublishedResult]
    public var latencyModel: LatencyModelDescription?
    /// Imported measurements of single operators, one library for each precision; they go before ``latencyModel``.
    public var operatorLibraries: [OperatorLibraryDescription]?

    /// A published peak of arithmetic, a multiply-add counting two.
    public struct PublishedPeak: Hashable, Sendable, Codable {
        public var precision: Precision
        public var gflopPerSecond: Double
        public var source: String

        public init(precision: Precision, gflopPerSecond: Double, source: String) {
            self.precision = precision
            self.gflopPerSecond = gflopPerSecond
            self.source = source
        }

        enum CodingKeys: String, CodingKey {
            case precision, source
            case gflopPerSecond = "gflop_per_s"
        }
    }

    public struct PublishedBandwidth: Hashable, Sendable, Codable {
        public var gbPerSecond: Double
        public var source: String

        public init(gbPerSecond: Double, source: String) {
            self.gbPerSecond = gbPerSecond
            self.source = source
        }

        enum CodingKeys: String, CodingKey {
            case source
            case gbPerSecond = "gb_per_s"
        }
    }

    /// One published result: milliseconds for a batch, or images per second.
    public struct PublishedResult: Hashable, Sendable, Codable {
        public var network: String
        /// Side of the image in pixels.
        public var resolution: Int
        public var batch: Int
        /// As the source names it: "fp32", "fp16", "mixed".
        public var precision: String
        public var runtime: String
        public var millisecondsPerBatch: Double?
        public var imagesPerSecond: Double?
        public var source: String

        public init(
            network: String, resolution: Int, batch: Int, precision: String, runtime: String, millisecondsPerBatch: Double?,
            imagesPerSecond: Double?, source: String
        ) {
            self.network = network
            self.resolution = resolution
            self.batch = batch
            self.precision = precision
            self.runtime = runtime
            self.millisecondsPerBatch = millisecondsPerBatch
            self.imagesPerSecond = imagesPerSecond
            self.source = source
        }

        enum CodingKeys: String, CodingKey {
            case network, resolution, batch, precision, runtime, source
            case millisecondsPerBatch = "ms_per_batch"
            case imagesPerSecond = "images_per_s"
        }
    }

    public init(
        header: ProfileHeader, product: String, peaks: [PublishedPeak], memoryBandwidth: PublishedBandwidth?, published: [PublishedResult],
        latencyModel: LatencyModelDescription?, operatorLibraries: [OperatorLibraryDescription]? = nil
    ) {
        self.header = header
        self.product = product
        self.peaks = peaks
        self.memoryBandwidth = memoryBandwidth
        self.published = published
        self.latencyModel = latencyModel
        self.operatorLibraries = operatorLibraries
    }

    public var name: String { header.name }

    enum CodingKeys: String, CodingKey {
        case product, peaks, published
        case memoryBandwidth = "memory_bandwidth"
        case latencyModel = "latency_model"
        case operatorLibraries = "operator_libraries"
    }

    public init(from decoder: any Decoder) throws {
        header = try ProfileHeader(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        product = try container.decode(String.self, forKey: .product)
        peaks = try container.decode([PublishedPeak].self, forKey: .peaks)
        memoryBandwidth = try container.decodeIfPresent(PublishedBandwidth.self, forKey: .memoryBandwidth)
        published = try container.decode([PublishedResult].self, forKey: .published)
        latencyModel = try container.decodeIfPresent(LatencyModelDescription.self, forKey: .latencyModel)
        operatorLibraries = try container.decodeIfPresent([OperatorLibraryDescription].self, forKey: .operatorLibraries)
    }

    public func encode(to encoder: any Encoder) throws {
        try header.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(product, forKey: .product)
        try container.encode(peaks, forKey: .peaks)
        try container.encodeIfPresent(memoryBandwidth, forKey: .memoryBandwidth)
        try container.encode(published, forKey: .published)
        try container.encodeIfPresent(latencyModel, forKey: .latencyModel)
        try container.encodeIfPresent(operatorLibraries, forKey: .operatorLibraries)
    }
}
