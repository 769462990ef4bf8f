import Latency

/// A network priced by an operator library: a record of `zendet profile import-oplib`.
public struct OperatorLibraryRecord: Encodable, Sendable {
    public var network: String
    /// Side of the network's own input in pixels.
    public var resolution: Int
    public var precision: String
    public var batch: Int
    /// Nanoseconds for one image of the batch.
    public var nanosecondsPerImage: Double
    /// The ends of what the reference may give, see ``OperatorFigure/isWellDefined``.
    public var lowNanosecondsPerImage: Double
    public var highNanosecondsPerImage: Double
    /// Share of the time in layers outside of the measured rows.
    public var extrapolatedShare: Double
    /// Share of the time in layers with each ``OperatorFigure/Caveat``, by its name.
    public var caveatShares: [String: Double]
    public var layers: Int
    /// Layers without any row.
    public var uncovered: Int

    /// - Parameter figures: the library's figure for each convolution.
    public init(_ network: String, _ resolution: Int, _ estimate: AcceleratorEstimate, figures: [OperatorFigure?]) {
        self.network = network
        self.resolution = resolution
        precision = estimate.precision.rawValue
        batch = estimate.batch
        nanosecondsPerImage = estimate.millisecondsPerImage * 1e6
        let known = figures.compactMap(\.self)
        let scale = 1e6 / Double(estimate.batch)
        lowNanosecondsPerImage = known.reduce(0) { $0 + $1.low } * scale
        highNanosecondsPerImage = known.reduce(0) { $0 + $1.high } * scale
        extrapolatedShare = estimate.outOfRangeShare
        let total = known.reduce(0) { $0 + $1.milliseconds }
        var shares: [String: Double] = [:]
        for figure in known { for caveat in figure.caveats where total > 0 { shares[caveat.rawValue, default: 0] += figure.milliseconds / total } }
        caveatShares = shares
        layers = figures.count
        uncovered = estimate.uncovered.count
    }

    enum CodingKeys: String, CodingKey {
        case network, resolution, precision, batch, layers, uncovered
        case nanosecondsPerImage = "ns_per_image"
        case lowNanosecondsPerImage = "low_ns_per_image"
        case highNanosecondsPerImage = "high_ns_per_image"
        case extrapolatedShare = "extrapolated_share"
        case caveatShares = "caveat_shares"
    }
}
