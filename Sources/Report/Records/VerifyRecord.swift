import Latency
import Search

/// One network in the tensor core and in other runtimes: a record of `zendet verify`.
public struct VerifyRecord: Codable, Sendable {
    /// What ran, and on what.
    public struct Setting: Codable, Hashable, Sendable {
        public var name: String
        /// Side of the network's own input.
        public var resolution: Int
        public var imageResolution: Int
        public var batch: Int
        public var threads: Int
        public var isa: String
        public var convolution: String
        public var cpus: [Int]
        /// Seed of the weights, the input, and of a random network.
        public var seed: UInt64
        public var macs: Int
        public var params: Int
        /// In TinyNAS' notation as JSON, where it has one.
        public var structure: String?

        public init(
            name: String, resolution: Int, imageResolution: Int, batch: Int, threads: Int, isa: String, convolution: String, cpus: [Int], seed: UInt64,
            macs: Int, params: Int, structure: String?
        ) {
            self.name = name
            self.resolution = resolution
            self.imageResolution = imageResolution
            self.batch = batch
            self.threads = threads
            self.isa = isa
            self.convolution = convolution
            self.cpus = cpus
            self.seed = seed
            self.macs = macs
            self.params = params
            self.structure = structure
        }

        enum CodingKeys: String, CodingKey {
            case name, resolution
            case imageResolution = "image_resolution"
            case batch, threads, isa, convolution, cpus, seed, macs, params, structure
        }
    }

    public var setting: Setting
    /// The tensor core's.
    public var timing: TimingRecord
    public var unknowns: [String]
    /// Of all rounds: engines and tensor core share it.
    public var noise: NoiseRecord
    public var engines: [EngineRecord]
    public var environment: EnvironmentRecord

    public init(setting: Setting, timing: TimingRecord, noise: NoiseRecord, engines: [EngineRecord], environment: EnvironmentRecord) {
        self.setting = setting
        self.timing = timing
        unknowns = noise.unknowns
        self.noise = noise
        self.engines = engines
        self.environment = environment
    }

    /// The worst verdict of all that was measured.
    public var verdict: Verdict { ([timing.verdict] + engines.map(\.timing.verdict)).max() ?? .valid }

    enum CodingKeys: String, CodingKey { case unknowns, noise, engines, environment }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        setting = try Setting(from: decoder)
        timing = try TimingRecord(from: decoder)
        unknowns = try container.decode([String].self, forKey: .unknowns)
        noise = try container.decode(NoiseRecord.self, forKey: .noise)
        engines = try container.decode([EngineRecord].self, forKey: .engines)
        environment = try container.decode(EnvironmentRecord.self, forKey: .environment)
    }

    public func encode(to encoder: any Encoder) throws {
        try setting.encode(to: encoder)
        try timing.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(unknowns, forKey: .unknowns)
        try container.encode(noise, forKey: .noise)
        try container.encode(engines, forKey: .engines)
        try container.encode(environment, forKey: .environment)
    }
}

/// How an engine orders networks beside the tensor core: the last records of `zendet verify`.
public struct EngineOrderRecord: Encodable, Sendable {
    public var engine: String
    public var version: String
    /// Networks whose measurements count.
    public var networks: Int
    /// Networks left out because a measurement is INVALID.
    public var leftOut: Int
    /// Nil with fewer than ``leastNetworks``.
    public var spearman: Double?
    public var spearmanLow: Double?
    public var spearmanHigh: Double?
    public var kendall: Double?
    /// The geometric mean of the engine's time over the tensor core's.
    public var meanRatio: Double?
    /// Networks whose outputs agree, of all of them.
    public var agreeing: Int
    public var compared: Int

    /// Fewer say nothing of an order.
    public static let leastNetworks = 5

    /// - Parameter records: of networks that this engine ran; nil if none did.
    public init?(engine: String, of records: [VerifyRecord]) {
        let all = records.flatMap { record in record.engines.filter { $0.engine == engine }.map { (record, $0) } }
        guard let last = all.last else { return nil }
        let counted = all.filter { $0.0.timing.verdict != .invalid && $0.1.timing.verdict != .invalid }
        let own = counted.map(\.0.timing.medianNanoseconds), other = counted.map(\.1.timing.medianNanoseconds)
        self.engine = engine
        version = last.1.version
        networks = counted.count
        leftOut = all.count - counted.count
        if counted.count >= EngineOrderRecord.leastNetworks {
            spearman = RankCorrelation.spearman(own, other)
            let interval = BootstrapInterval(count: counted.count, resamples: 2000, seed: 1).interval(own, other, RankCorrelation.spearman)
            spearmanLow = interval?.lowerBound
            spearmanHigh = interval?.upperBound
            kendall = RankCorrelation.kendall(own, other)
        }
        meanRatio = PairedRatio.geometricMean(counted.map(\.1.ratio))
        agreeing = all.count { $0.1.isRight }
        compared = all.count
    }

    enum CodingKeys: String, CodingKey {
        case engine, version, networks
        case leftOut = "left_out"
        case spearman
        case spearmanLow = "spearman_low"
        case spearmanHigh = "spearman_high"
        case kendall = "kendall_tau"
        case meanRatio = "mean_ratio_to_zendet"
        case agreeing = "outputs_agreeing"
        case compared = "outputs_compared"
    }
}

/// A record of either kind.
public enum VerifyResult: Encodable, Sendable {
    case network(VerifyRecord)
    case order(EngineOrderRecord)

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .network(let record): try record.encode(to: encoder)
        case .order(let record): try record.encode(to: encoder)
        }
    }
}
