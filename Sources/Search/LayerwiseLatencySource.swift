import Architecture

/// A latency source that prices a block as the sum of its layers, so that tables of all blocks can be made from few layers.
///
/// The exact solver asks such a source for whole tables; any other source is asked for blocks one by one.
public protocol LayerwiseLatencySource: LatencySource {
    /// The layers that the price of a block is summed over, in the order of their inner blocks.
    ///
    /// The block's channel counts only name their parts: a layer of a block with in, out and bottleneck channels of A, B and C tells by its
    /// own counts which of them it goes by.
    func layers(of block: Block, index: Int, inputSide: Int) throws -> [PricedLayer]

    /// Whether the layers' prices are lower bounds, as far as the source can tell, of what `nanoseconds(block:index:inputSide:)` sums.
    ///
    /// Once a block was asked for, its layers' prices are exact; asking may change the bounds of other layers. The exact solver then prices only
    /// what could win: it solves with the bounds, asks for the solution, and goes on until a solution costs what it was thought to cost.
    /// For a source that measures, these are hundreds of layers instead of thousands.
    var pricesAreBounds: Bool { get }
}

extension LayerwiseLatencySource {
    public var pricesAreBounds: Bool { false }

    /// The sum of a block's layers, each at the price of its own channel counts.
    func sumOfLayers(_ block: Block, index: Int, inputSide: Int, limit: Double) throws -> Double {
        try layers(of: block, index: index, inputSide: inputSide).reduce(0) { try $0 + $1.nanoseconds([($1.inChannels, $1.outChannels)], limit)[0] }
    }
}

/// One layer of a block, for any channel counts.
public struct PricedLayer: Sendable {
    /// In the block that was asked for.
    public var inChannels: Int
    public var outChannels: Int
    /// Nanoseconds for pairs of input and output channels. What costs more than the limit may be given as any price above it: a layer
    /// with more channels than one that is too slow need not be measured.
    public var nanoseconds: @Sendable (_ channels: [(in: Int, out: Int)], _ limit: Double) throws -> [Double]

    public init(
        inChannels: Int, outChannels: Int, nanoseconds: @escaping @Sendable (_ channels: [(in: Int, out: Int)], _ limit: Double) throws -> [Double]
    ) {
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.nanoseconds = nanoseconds
    }
}
