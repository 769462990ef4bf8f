import Inference

/// Prices single steps, and tables of one step with many channel counts: from layers measured here, or from a profile's model.
public protocol StepPricing: Sendable {
    /// Nanoseconds of a step that stands in a program.
    func nanoseconds(_ index: Int, of program: Program) throws(LatencyError) -> Double
    /// Nanoseconds of one step of a program with other channel counts (see `Step.resized(inChannels:outChannels:)`), or lower bounds of them; what
    /// is above `limit` need not be told apart.
    func table(_ channels: [(in: Int, out: Int)], like index: Int, of program: Program, limit: Double) throws(LatencyError) -> [Double]
    /// Whether tables hold lower bounds, which are exact for what was priced by itself.
    var tablesAreBounds: Bool { get }
}

extension LayerPredictor: StepPricing {
    public func nanoseconds(_ index: Int, of program: Program) throws(LatencyError) -> Double { try nanoseconds(step: program.steps[index]) }

    public func table(
        _ channels: [(in: Int, out: Int)], like index: Int, of program: Program, limit: Double
    ) throws(LatencyError) -> [Double] {
        try floors(of: program.steps[index], channels: channels, limit: limit)
    }

    public var tablesAreBounds: Bool { true }
}

extension StepModel: StepPricing {
    /// With the scale of whole networks; in a network of usual size, since a search prices blocks.
    public func nanoseconds(_ index: Int, of program: Program) throws(LatencyError) -> Double {
        try scale * estimate(program.steps[index], in: StepSurroundings(hasHalo: program.hasHalo(index))).nanoseconds
    }

    public var tablesAreBounds: Bool { false }

    public func table(
        _ channels: [(in: Int, out: Int)], like index: Int, of program: Program, limit: Double
    ) throws(LatencyError) -> [Double] {
        let surroundings = StepSurroundings(hasHalo: program.hasHalo(index))
        var prices: [Double] = []
        prices.reserveCapacity(channels.count)
        for counts in channels {
            let step = program.steps[index].resized(inChannels: counts.in, outChannels: counts.out)
            prices.append(scale * (try estimate(step, in: surroundings).nanoseconds))
        }
        return prices
    }
}
