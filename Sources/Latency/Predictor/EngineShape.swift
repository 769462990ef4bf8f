import Inference
import TensorCore

/// What the engine makes of a CPU: the numbers that decide how a layer is divided. With them a layer's work can be counted for another machine.
public struct EngineShape: Hashable, Sendable, Codable {
    /// Floats in one vector.
    public var lanes: Int
    /// Most pixels of one convolution microkernel.
    public var tileRows: Int
    public var threads: Int
    public var level1Bytes: Int
    /// Second-level cache of one core.
    public var level2Bytes: Int

    public init(lanes: Int, tileRows: Int, threads: Int, level1Bytes: Int, level2Bytes: Int) {
        self.lanes = lanes
        self.tileRows = tileRows
        self.threads = threads
        self.level1Bytes = level1Bytes
        self.level2Bytes = level2Bytes
    }

    enum CodingKeys: String, CodingKey {
        case lanes, threads
        case tileRows = "tile_rows"
        case level1Bytes = "level1_bytes"
        case level2Bytes = "level2_bytes"
    }

    /// This machine with an instruction set that it has.
    public init(_ isa: InstructionSet, threads: Int, caches: CacheSizes = .ofThisMachine) {
        self.init(
            lanes: isa.lanes, tileRows: KernelSet.of(isa).convolution[1].count, threads: threads, level1Bytes: caches.level1,
            level2Bytes: caches.level2)
    }

    /// What programs are lowered for.
    public var caches: CacheSizes { CacheSizes(level1: level1Bytes, level2: level2Bytes) }
}
