import Latency

/// One measurement of one network: a record of `zendet bench`, complete in itself.
///
/// `name, resolution, batch, threads, isa, cpus, median_ns, p10_ns, p90_ns, samples_ns, gflop_per_s, peak_gflop_per_s, peak_fraction,
/// verdict, reasons` are a fixed contract for scripts.
public struct BenchRecord: Encodable, Sendable {
    /// What ran, and on what.
    public struct Setting: Sendable {
        public var name: String
        public var resolution: Int
        public var imageResolution: Int
        public var batch: Int
        public var threads: Int
        public var isa: String
        /// "auto" (Winograd where it is expected to be faster) or "direct".
        public var convolution: String
        /// CPU of each thread.
        public var cpus: [Int]
        /// Mask of each thread as the kernel told it.
        public var boundCPUs: [[Int]]
        /// Multiply-accumulates of one image.
        public var macs: Int
        /// Bytes of feature maps and weights.
        public var memoryBytes: Int
        public var seed: UInt64

        public init(
            name: String, resolution: Int, imageResolution: Int, batch: Int, threads: Int, isa: String, convolution: String, cpus: [Int],
            boundCPUs: [[Int]],
            macs: Int, memoryBytes: Int, seed: UInt64
        ) {
            self.name = name
            self.resolution = resolution
            self.imageResolution = imageResolution
            self.batch = batch
            self.threads = threads
            self.isa = isa
            self.convolution = convolution
            self.cpus = cpus
            self.boundCPUs = boundCPUs
            self.macs = macs
            self.memoryBytes = memoryBytes
            self.seed = seed
        }
    }

    public var setting: Setting
    public var measurement: Measurement
    /// Measured multiply-add peak of the same threads with the same instructions; nil when it was not measured.
    public var peakGigaflopPerSecond: Double?
    public var environment: EnvironmentRecord
    public var cache: CacheState
    /// The raw median and the one at the speed of the run's start; nil where no anchor was measured.
    public var drift: DriftCorrection?
    /// What differed between fresh processes; nil where one process measured.
    public var spread: ProcessSpread?
    /// Nil unless asked for.
    public var layers: [LayerRecord]?
    /// The same network in other runtimes; nil unless asked for.
    public var engines: [EngineRecord]?

    public init(
        setting: Setting, measurement: Measurement, peakGigaflopPerSecond: Double?, environment: EnvironmentRecord, cache: CacheState = .backToBack,
        drift: DriftCorrection? = nil, spread: ProcessSpread? = nil, layers: [LayerRecord]? = nil, engines: [EngineRecord]? = nil
    ) {
        self.setting = setting
        self.measurement = measurement
        self.peakGigaflopPerSecond = peakGigaflopPerSecond
        self.environment = environment
        self.cache = cache
        self.drift = drift
        self.spread = spread
        self.layers = layers
        self.engines = engines
    }

    /// 2 · MACs · batch over the median; 0 without a median.
    public var gigaflopPerSecond: Double {
        measurement.medianNanoseconds > 0 ? 2 * Double(setting.macs) * Double(setting.batch) / measurement.medianNanoseconds : 0
    }

    public var peakFraction: Double? { peakGigaflopPerSecond.map { gigaflopPerSecond / $0 } }

    enum CodingKeys: String, CodingKey {
        case name, resolution
        case imageResolution = "image_resolution"
        case batch, threads, isa, convolution, cpus
        case boundCPUs = "bound_cpus"
        case macs
        case memoryBytes = "memory_bytes"
        case seed
        case medianNanoseconds = "median_ns"
        case medianLow = "median_low_ns"
        case medianHigh = "median_high_ns"
        case medianConfidence = "median_confidence"
        case p10Nanoseconds = "p10_ns"
        case p90Nanoseconds = "p90_ns"
        case p99Nanoseconds = "p99_ns"
        case minNanoseconds = "min_ns"
        case madNanoseconds = "mad_ns"
        case gigaflopPerSecond = "gflop_per_s"
        case peakGigaflopPerSecond = "peak_gflop_per_s"
        case peakFraction = "peak_fraction"
        case verdict, reasons, unknowns, flags
        case warmUpRuns = "warm_up_runs"
        case isSteady = "steady"
        case cache = "cache_state"
        case noise, ledger, environment, layers, engines
        case samples = "samples_ns"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(setting.name, forKey: .name)
        try container.encode(setting.resolution, forKey: .resolution)
        try container.encode(setting.imageResolution, forKey: .imageResolution)
        try container.encode(setting.batch, forKey: .batch)
        try container.encode(setting.threads, forKey: .threads)
        try container.encode(setting.isa, forKey: .isa)
        try container.encode(setting.convolution, forKey: .convolution)
        try container.encode(setting.cpus, forKey: .cpus)
        try container.encode(setting.boundCPUs, forKey: .boundCPUs)
        try container.encode(setting.macs, forKey: .macs)
        try container.encode(setting.memoryBytes, forKey: .memoryBytes)
        try container.encode(setting.seed, forKey: .seed)
        try container.encode(measurement.medianNanoseconds, forKey: .medianNanoseconds)
        try container.encodeIfPresent(measurement.interval?.low, forKey: .medianLow)
        try container.encodeIfPresent(measurement.interval?.high, forKey: .medianHigh)
        try container.encodeIfPresent(measurement.interval?.confidence, forKey: .medianConfidence)
        try container.encode(measurement.p10Nanoseconds, forKey: .p10Nanoseconds)
        try container.encode(measurement.p90Nanoseconds, forKey: .p90Nanoseconds)
        try container.encodeIfPresent(measurement.p99Nanoseconds, forKey: .p99Nanoseconds)
        try container.encode(measurement.minNanoseconds, forKey: .minNanoseconds)
        try container.encode(measurement.madNanoseconds, forKey: .madNanoseconds)
        try container.encode(gigaflopPerSecond, forKey: .gigaflopPerSecond)
        try container.encodeIfPresent(peakGigaflopPerSecond, forKey: .peakGigaflopPerSecond)
        try container.encodeIfPresent(peakFraction, forKey: .peakFraction)
        try container.encode(measurement.verdict, forKey: .verdict)
        try container.encode(measurement.reasons, forKey: .reasons)
        try container.encode(measurement.judgement.unknowns, forKey: .unknowns)
        try container.encode(measurement.flags, forKey: .flags)
        try container.encode(cache, forKey: .cache)
        try drift?.encode(to: encoder)
        try spread?.encode(to: encoder)
        try container.encode(measurement.warmUpRuns, forKey: .warmUpRuns)
        try container.encode(measurement.isSteady, forKey: .isSteady)
        try container.encode(measurement.noise, forKey: .noise)
        if let ledger = measurement.ledger { try container.encode(LedgerColumns(ledger: ledger), forKey: .ledger) }
        try container.encode(environment, forKey: .environment)
        if let layers { try container.encode(layers, forKey: .layers) }
        if let engines { try container.encode(engines, forKey: .engines) }
        try container.encode(measurement.samplesNanoseconds, forKey: .samples)
    }
}
