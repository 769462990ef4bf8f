/// What a V100 would need, by a model fitted from published operator latencies or by those latencies themselves: never a measurement.
public struct V100Record: Encodable, Hashable, Sendable {
    /// Nanoseconds for one image.
    public var nanosecondsPerImage: Double
    /// "fp32", "fp16", "int8".
    public var precision: String
    public var batch: Int
    /// The model's error on whole networks of this kind that it was not fitted to, as shares; nil where it has no card for them.
    public var medianError: Double?
    public var p90Error: Double?
    /// Share of the time in layers outside of what the model was fitted to.
    public var outOfRangeShare: Double
    /// False when layers without a figure make the time a lower bound.
    public var isComplete: Bool
    /// "model" or "library".
    public var source: String

    public init(
        nanosecondsPerImage: Double, precision: String, batch: Int, medianError: Double?, p90Error: Double?, outOfRangeShare: Double,
        isComplete: Bool, source: String = "model"
    ) {
        self.nanosecondsPerImage = nanosecondsPerImage
        self.precision = precision
        self.batch = batch
        self.medianError = medianError
        self.p90Error = p90Error
        self.outOfRangeShare = outOfRangeShare
        self.isComplete = isComplete
        self.source = source
    }

    enum CodingKeys: String, CodingKey {
        case nanosecondsPerImage = "v100_model_ns"
        case precision = "v100_precision"
        case batch = "v100_batch"
        case medianError = "v100_model_median_error"
        case p90Error = "v100_model_p90_error"
        case outOfRangeShare = "v100_out_of_range_share"
        case isComplete = "v100_complete"
        case source = "v100_source"
    }
}
