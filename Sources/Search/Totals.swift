import Architecture

/// What a structure costs, as sums over its blocks.
public struct Totals: Hashable, Sendable {
    public var params = 0
    public var macs = 0
    /// FLOPs in TinyNAS' counting.
    public var referenceFLOPs = 0.0
    public var layers = 0
    public var peakActivationBytes = 0
}

/// A structure that a search found, with its figures.
public struct ScoredStructure: Hashable, Sendable {
    public var structure: Structure
    public var score: Double
    public var totals: Totals
    /// Composed from blocks, uncorrected; nil without a latency source.
    public var predictedNanoseconds: Double?

    public init(structure: Structure, score: Double, totals: Totals, predictedNanoseconds: Double?) {
        self.structure = structure
        self.score = score
        self.totals = totals
        self.predictedNanoseconds = predictedNanoseconds
    }
}
