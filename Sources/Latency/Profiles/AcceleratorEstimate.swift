/// What an accelerator would need for a network, by a fitted model or a library of measured operators: never a measurement of the network.
public struct AcceleratorEstimate: Hashable, Sendable {
    /// The accelerator, by its profile's name.
    public var accelerator: String
    public var precision: Precision
    public var batch: Int
    /// What the figures come from.
    public var source: Source
    /// Milliseconds for one image: those of the batch divided by its size.
    public var millisecondsPerImage = 0.0
    /// Layers outside of what was measured or fitted to, each with the reason. They count in the time all the same.
    public var outOfRange: [Remark] = []
    /// Share of the time that the layers of ``outOfRange`` make up, 0 to 1.
    public var outOfRangeShare = 0.0
    /// The sums of the ends of what a library gives for each layer; equal to the time for a model.
    public var lowMillisecondsPerImage = 0.0
    public var highMillisecondsPerImage = 0.0
    /// Layers that have no figure at all and count as zero: squeeze-and-excitation, grouped convolutions, odd kernel sizes.
    public var uncovered: [Remark] = []
    /// The model's error on networks of this kind that it was not fitted to; nil where the profile has no card for them.
    public var error: NetworkError?

    public enum Source: String, Hashable, Sendable, Codable { case model, library }

    init(accelerator: String, precision: Precision, batch: Int, source: Source) {
        self.accelerator = accelerator
        self.precision = precision
        self.batch = batch
        self.source = source
    }

    /// A layer and what is to be said of it.
    public struct Remark: Hashable, Sendable {
        public var layer: String
        public var reason: String
    }

    /// The error of the sum over a network against the operator library's own prediction, as shares of it.
    public struct NetworkError: Hashable, Sendable {
        public var median: Double
        public var p90: Double
        /// Batch of the card's entry, the nearest to the one asked for.
        public var batch: Int
        public var set: PrecisionModel.CardEntry.NetworkSet
        public var networks: Int
    }

    public var millisecondsPerBatch: Double { millisecondsPerImage * Double(batch) }
    /// False when layers without a figure make the time a lower bound.
    public var isComplete: Bool { uncovered.isEmpty }
}
