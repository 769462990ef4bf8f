import Inference
import Machine
import TensorCore

/// What the engine makes of a CPU: the numbers that decide how a layer is divided. With them a layer's work can be counted for another machine.
public struct EngineShape: Hashable, Sendable, Codable {
    /// Floats in one vector.
    public var lanes: Int
    /// Most pixels of one convolution microkernel of two vectors.
    public var tileRows: Int
    /// Most pixels of one of three vectors; nil where the engine has none.
    public var wideTileRows: Int?
    public var threads: Int
    public var level1Bytes: Int
    /// Second-level cache of one core.
    public var level2Bytes: Int
    /// What cores share, or the second-level caches of the team where they share none.
    public var level3Bytes: Int
    /// Of the team, see ``BarrierTime``: how far apart its cores are, which on a virtual machine changes while it runs. 0 for one thread.
    public var barrierNanoseconds: Double

    public init(
        lanes: Int, tileRows: Int, wideTileRows: Int? = nil, threads: Int, level1Bytes: Int, level2Bytes: Int, level3Bytes: Int, barrierNanoseconds: Double = 0
    ) {
        self.lanes = lanes
        self.tileRows = tileRows
        self.wideTileRows = wideTileRows
        self.threads = threads
        self.level1Bytes = level1Bytes
        self.level2Bytes = level2Bytes
        self.level3Bytes = level3Bytes
        self.barrierNanoseconds = barrierNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case lanes, threads
        case tileRows = "tile_rows"
        case wideTileRows = "wide_tile_rows"
        case level1Bytes = "level1_bytes"
        case level2Bytes = "level2_bytes"
        case level3Bytes = "level3_bytes"
        case barrierNanoseconds = "barrier_ns"
    }

    /// This machine with an instruction set that it has.
    public init(_ isa: InstructionSet, threads: Int, caches: CacheSizes = .ofThisMachine) {
        let tiles = KernelSet.of(isa).tiles
        self.init(
            lanes: tiles.lanes, tileRows: tiles.rows, wideTileRows: tiles.wideRows > 0 ? tiles.wideRows : nil, threads: threads, level1Bytes: caches.level1,
            level2Bytes: caches.level2, level3Bytes: caches.level3OfThisMachine(threads))
    }

    /// How its convolutions are divided.
    package var tiles: ConvolutionTiles { ConvolutionTiles(lanes: lanes, rows: tileRows, wideRows: wideTileRows ?? 0) }

    /// What programs are lowered for.
    public var caches: CacheSizes { CacheSizes(level1: level1Bytes, level2: level2Bytes) }

    /// The same with its cores as far apart as they are just now.
    package func at(barrierNanoseconds: Double) -> EngineShape {
        var engine = self
        engine.barrierNanoseconds = threads > 1 ? barrierNanoseconds : 0
        return engine
    }
}

extension CacheSizes {
    fileprivate func level3OfThisMachine(_ threads: Int) -> Int {
        guard let topology = try? Topology.detect() else { return level2 * threads }
        return topology.caches.filter { $0.level == 3 && $0.bytes > 0 }.map { Int($0.bytes) }.min() ?? level2 * threads
    }
}
