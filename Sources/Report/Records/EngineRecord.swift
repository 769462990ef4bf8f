import Engines
import Latency

/// One network in another runtime, measured in turn with the tensor core on the same CPUs.
public struct EngineRecord: Codable, Sendable {
    public var engine: String
    public var version: String
    /// Of an engine that was named by its command.
    public var command: String?
    /// The engine's, never the tensor core's.
    public var timing: TimingRecord
    /// The engine's time over the tensor core's, round by round: above 1 the tensor core is faster.
    public var ratio: Double
    public var ratioLow: Double?
    public var ratioHigh: Double?
    public var ratioRounds: Int
    /// How far its outputs lie from the tensor core's.
    public var agreement: Agreement
    public var isRight: Bool { agreement.isWithinTolerance }

    /// - Parameter ratio: of the engine to the tensor core.
    public init(_ engine: EngineProcess, timing: TimingRecord, ratio: PairedRatio, agreement: Agreement) {
        self.engine = engine.engine.name
        version = engine.ready.version
        command = engine.engine.givenCommand
        self.timing = timing
        self.ratio = ratio.ratio
        ratioLow = ratio.interval?.low
        ratioHigh = ratio.interval?.high
        ratioRounds = ratio.rounds
        self.agreement = agreement
    }

    enum CodingKeys: String, CodingKey {
        case engine, version, command
        case ratio = "ratio_to_zendet"
        case ratioLow = "ratio_low"
        case ratioHigh = "ratio_high"
        case ratioRounds = "ratio_rounds"
        case isRight = "outputs_agree"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        engine = try container.decode(String.self, forKey: .engine)
        version = try container.decode(String.self, forKey: .version)
        command = try container.decodeIfPresent(String.self, forKey: .command)
        ratio = try container.decode(Double.self, forKey: .ratio)
        ratioLow = try container.decodeIfPresent(Double.self, forKey: .ratioLow)
        ratioHigh = try container.decodeIfPresent(Double.self, forKey: .ratioHigh)
        ratioRounds = try container.decode(Int.self, forKey: .ratioRounds)
        agreement = try Agreement(from: decoder)
        timing = try TimingRecord(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(engine, forKey: .engine)
        try container.encode(version, forKey: .version)
        try container.encodeIfPresent(command, forKey: .command)
        try container.encode(ratio, forKey: .ratio)
        try container.encodeIfPresent(ratioLow, forKey: .ratioLow)
        try container.encodeIfPresent(ratioHigh, forKey: .ratioHigh)
        try container.encode(ratioRounds, forKey: .ratioRounds)
        try container.encode(isRight, forKey: .isRight)
        try agreement.encode(to: encoder)
        try timing.encode(to: encoder)
    }
}
