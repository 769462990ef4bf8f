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
}

/// A layerwise source that knows what a layer costs at least before it has asked what it costs.
///
/// The exact solver then prices only what could win: it solves with lower bounds, prices the solution, and goes on until a solution costs what
/// it was thought to cost. For a source that measures, these are hundreds of layers instead of thousands.
public protocol BoundedLatencySource: LayerwiseLatencySource {
    /// At most `nanoseconds(block:index:inputSide:)`, and equal to it once that was asked for. May rise with every price that is asked for.
    ///
    /// - Parameter limit: bounds above it need not be told apart.
    func leastNanoseconds(block: Block, index: Int, inputSide: Int, limit: Double) throws -> Double
}

/// One layer of a block, for any channel counts.
public struct PricedLayer: Sendable {
    /// In the block that was asked for.
    public var inChannels: Int
    public var outChannels: Int
    /// Nanoseconds for pairs of input and output channels. What costs more than the limit may be given as any price above it: a layer
    /// with more channels than one that is too slow need not be measured.
    public var nanoseconds: Prices
    /// Lower bounds of these, from a ``BoundedLatencySource``.
    public var leastNanoseconds: Prices?

    public typealias Prices = @Sendable (_ channels: [(in: Int, out: Int)], _ limit: Double) throws -> [Double]

    public init(inChannels: Int, outChannels: Int, nanoseconds: @escaping Prices, leastNanoseconds: Prices? = nil) {
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.nanoseconds = nanoseconds
        self.leastNanoseconds = leastNanoseconds
    }
}
