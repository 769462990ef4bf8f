import Architecture
import Latency
import Search

/// A study as `zendet search show` gives it.
public struct StudyRecord: Encodable, Sendable {
    /// A network of the study with its counts.
    public struct Network: Encodable, Sendable {
        /// What it is called on a front.
        public var names: [String]
        public var entropy: Double
        public var params: Int
        public var macs: Int
        public var referenceFLOPs: Double
        public var layers: Int
        public var peakActivationBytes: Int
        /// Composed from layers; nil where it was not priced.
        public var predictedNanoseconds: Double?
        /// Nil where it was not measured as a whole.
        public var measuredNanoseconds: Double?
        /// The 90th percentile of its samples; nil for predictions as well.
        public var measuredP90Nanoseconds: Double?
        public var ratio: Double?
        public var verdict: Verdict?
        /// What speaks against the measurement, or that it was predicted and which part of it was extrapolated.
        public var reasons: [String]
        public var structure: [SearchRecord.BlockRecord]

        /// - Throws: `ArchitectureError` if the structure does not fit the resolution.
        public init(_ network: StudyReading.Network, resolution: Int) throws {
            let cost = try network.structure.cost(resolution: resolution)
            names = network.names
            entropy = network.score
            params = cost.params
            macs = cost.macs
            referenceFLOPs = cost.referenceFLOPs
            layers = cost.layers
            peakActivationBytes = cost.peakActivationBytes
            predictedNanoseconds = network.predictedNanoseconds
            measuredNanoseconds = network.measured?.medianNanoseconds
            measuredP90Nanoseconds = network.measured?.p90Nanoseconds
            ratio = network.measured?.ratio
            verdict = network.measured?.verdict
            reasons = network.measured?.reasons ?? []
            structure = network.structure.blocks.map(SearchRecord.BlockRecord.init)
        }

        enum CodingKeys: String, CodingKey {
            case names, entropy, params, macs
            case referenceFLOPs = "reference_flops"
            case layers
            case peakActivationBytes = "peak_activation_bytes"
            case predictedNanoseconds = "predicted_ns"
            case measuredNanoseconds = "measured_ns"
            case measuredP90Nanoseconds = "measured_p90_ns"
            case ratio = "ratio_to_baseline"
            case verdict, reasons, structure
        }
    }

    public struct Hypervolume: Encodable, Sendable {
        public var evaluations: Int
        public var points: Int
        /// Part of the box between the ideal and the reference point.
        public var share: Double
    }

    public var file: String
    /// "finished", "running" or "interrupted".
    public var state: String
    /// The process that writes it.
    public var process: String?
    public var version: String
    public var createdAt: String
    public var command: [String]
    /// As on the command line; written in the order of their names.
    public var options: [String: String]
    public var seed: UInt64
    public var resolution: Int
    public var machine: String
    public var evaluations: Int
    public var pricedBlocks: Int
    public var measuredNetworks: Int
    public var events: Int
    /// Search time of all sessions.
    public var seconds: Double
    public var meetsBudget: Bool?
    public var best: Network?
    public var front: [Network]
    public var hypervolume: [Hypervolume]
    /// How the best score grew in each run of an evolution.
    public var progress: [GainTrace]

    /// Whether a profile's model stood in the place of measurements.
    public var isPredicted: Bool { options["--profile"].map { $0 != "left out" } ?? false }

    /// The engine that whole networks were measured in, where it was not the tensor core.
    public var engineName: String? { options["--engine"].map { String($0.prefix { $0 != "=" }) } }

    /// The heading of measured latencies: whose they are.
    public var measuredTitle: String { isPredicted ? "by profile" : engineName.map { "by \($0)" } ?? "measured" }

    public init(_ reading: StudyReading) throws {
        file = reading.path
        switch reading.state {
        case .finished: (state, process) = ("finished", nil)
        case .running(let writer): (state, process) = ("running", writer)
        case .interrupted: (state, process) = ("interrupted", nil)
        }
        let header = reading.header
        version = header.version
        createdAt = header.createdAt
        command = header.command
        options = Dictionary(header.options.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        seed = header.seed
        resolution = header.resolution
        machine = header.machine
        evaluations = reading.evaluations
        pricedBlocks = reading.pricedBlocks
        measuredNetworks = reading.measuredNetworks
        events = reading.events
        seconds = reading.seconds
        meetsBudget = reading.meetsBudget
        best = try reading.best.map { try Network($0, resolution: header.resolution) }
        front = try reading.front.map { try Network($0, resolution: header.resolution) }
        hypervolume = reading.trace.map { Hypervolume(evaluations: $0.evaluations, points: $0.points, share: $0.share) }
        progress = reading.gains
    }

    enum CodingKeys: String, CodingKey {
        case file, state, process, version
        case createdAt = "created_at"
        case command, options, seed, resolution, machine, evaluations
        case pricedBlocks = "priced_blocks"
        case measuredNetworks = "measured_networks"
        case events, seconds
        case meetsBudget = "meets_budget"
        case best, front, hypervolume, progress
    }
}
