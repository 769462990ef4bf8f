/// What was measured on a CPU.
public struct CPUMeasurements: Hashable, Sendable, Codable {
    public var peaks: [Peak]
    /// Whole networks.
    public var baselines: [Baseline]
    /// Single layers, so that a search can run for this machine on another; empty when not measured.
    public var layers: [ProfileLayer]
    /// Fitted latency models, one for each instruction set and number of threads; empty when not measured.
    public var models: [StepModel] = []
    /// What channel counts cost; empty when not measured.
    public var staircases: [ChannelStaircase] = []
    /// Half width of the 95 % interval of a network against itself, in percent; nil when not measured.
    public var noiseFloorPercent: Double?

    /// The most that an instruction set reaches on a number of pinned threads.
    public struct Peak: Hashable, Sendable, Codable {
        public var isa: String
        public var threads: Int
        /// fp32 multiply-adds, two operations each: one core, the others idle.
        public var fmaGFLOPPerSecondPerCore: Double
        /// All threads at once.
        public var fmaGFLOPPerSecond: Double
        /// 1e9 bytes read per second, all threads at once.
        public var readGBPerSecond: Double
        /// 1e9 bytes per second, read and written counted once each.
        public var copyGBPerSecond: Double

        public init(
            isa: String, threads: Int, fmaGFLOPPerSecondPerCore: Double, fmaGFLOPPerSecond: Double, readGBPerSecond: Double,
            copyGBPerSecond: Double
        ) {
            self.isa = isa
            self.threads = threads
            self.fmaGFLOPPerSecondPerCore = fmaGFLOPPerSecondPerCore
            self.fmaGFLOPPerSecond = fmaGFLOPPerSecond
            self.readGBPerSecond = readGBPerSecond
            self.copyGBPerSecond = copyGBPerSecond
        }

        enum CodingKeys: String, CodingKey {
            case isa, threads
            case fmaGFLOPPerSecondPerCore = "fma_gflop_per_s_per_core"
            case fmaGFLOPPerSecond = "fma_gflop_per_s"
            case readGBPerSecond = "read_gb_per_s"
            case copyGBPerSecond = "copy_gb_per_s"
        }
    }

    /// A measured network.
    public struct Baseline: Hashable, Sendable, Codable {
        public var network: String
        /// Side of the network's own input.
        public var resolution: Int
        public var batch: Int
        public var threads: Int
        public var isa: String
        public var medianNanoseconds: Double
        public var p10Nanoseconds: Double
        public var p90Nanoseconds: Double
        public var samples: Int
        public var verdict: Verdict

        public init(
            network: String, resolution: Int, batch: Int, threads: Int, isa: String, medianNanoseconds: Double, p10Nanoseconds: Double,
            p90Nanoseconds: Double, samples: Int, verdict: Verdict
        ) {
            self.network = network
            self.resolution = resolution
            self.batch = batch
            self.threads = threads
            self.isa = isa
            self.medianNanoseconds = medianNanoseconds
            self.p10Nanoseconds = p10Nanoseconds
            self.p90Nanoseconds = p90Nanoseconds
            self.samples = samples
            self.verdict = verdict
        }

        enum CodingKeys: String, CodingKey {
            case network, resolution, batch, threads, isa, samples, verdict
            case medianNanoseconds = "median_ns"
            case p10Nanoseconds = "p10_ns"
            case p90Nanoseconds = "p90_ns"
        }
    }

    public init(peaks: [Peak], baselines: [Baseline], layers: [ProfileLayer], noiseFloorPercent: Double?) {
        self.peaks = peaks
        self.baselines = baselines
        self.layers = layers
        self.noiseFloorPercent = noiseFloorPercent
    }

    enum CodingKeys: String, CodingKey {
        case peaks, baselines, layers, models, staircases
        case noiseFloorPercent = "noise_floor_percent"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        peaks = try container.decode([Peak].self, forKey: .peaks)
        baselines = try container.decode([Baseline].self, forKey: .baselines)
        layers = try container.decodeIfPresent([ProfileLayer].self, forKey: .layers) ?? []
        models = try container.decodeIfPresent([StepModel].self, forKey: .models) ?? []
        staircases = try container.decodeIfPresent([ChannelStaircase].self, forKey: .staircases) ?? []
        noiseFloorPercent = try container.decodeIfPresent(Double.self, forKey: .noiseFloorPercent)
    }
}
