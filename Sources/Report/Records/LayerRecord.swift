import Latency

/// One fused layer of a measured network: a row of `zendet bench --layers`.
///
/// Measured in a pass of its own with a clock reading between layers, so the times sum to a little more than the network's median.
public struct LayerRecord: Encodable, Sendable {
    /// The layer's name in the network: "block2.inner0.conv1".
    public var name: String
    /// The operator in words: "conv 3x3/2 64→128 120x120 relu".
    public var operation: String
    /// What computes it: "direct", or a Winograd variant such as "F(4x4,3x3)"; empty where it is no convolution.
    public var algorithm: String
    public var block: Int
    public var medianNanoseconds: Double
    /// Share of the sum over all layers.
    public var share: Double
    /// Multiply-accumulates of the whole batch.
    public var macs: Int
    public var gigaflopPerSecond: Double
    /// Share of the measured multiply-add peak of the same threads; nil where the peak is not known.
    public var peakFraction: Double?
    /// Bytes that must move at least.
    public var bytes: Int
    /// The roofline's bound over the time taken: 1 is all that the machine can do. More where the data come from a cache, not from memory.
    public var rooflineFraction: Double?
    /// What sets the bound: "compute" or "memory".
    public var boundBy: String?

    /// - Parameters:
    ///   - samples: Nanoseconds of each run of this layer.
    ///   - total: The sum of all layers' medians.
    ///   - multiplyAdds: What the algorithm needs of them; fewer than `macs` with Winograd.
    public init(
        name: String, operation: String, algorithm: String, block: Int, samples: [UInt64], total: Double, macs: Int, multiplyAdds: Double, bytes: Int,
        roofline: Roofline?
    ) {
        let median = samples.isEmpty ? 0 : Quantile.median(samples)
        let speed = median > 0 ? 2 * Double(macs) / median : 0
        self.name = name
        self.operation = operation
        self.algorithm = algorithm
        self.block = block
        medianNanoseconds = median
        share = total > 0 ? median / total : 0
        self.macs = macs
        gigaflopPerSecond = speed
        peakFraction = roofline.map { speed / $0.gigaflopPerSecond }
        self.bytes = bytes
        if let roofline, median > 0 {
            let bound = roofline.bound(multiplyAdds: multiplyAdds, bytes: bytes)
            rooflineFraction = bound.nanoseconds / median
            boundBy = bound.isMemory ? "memory" : "compute"
        }
    }

    enum CodingKeys: String, CodingKey {
        case name, operation, algorithm, block
        case medianNanoseconds = "median_ns"
        case share, macs
        case gigaflopPerSecond = "gflop_per_s"
        case peakFraction = "peak_fraction"
        case bytes
        case rooflineFraction = "roofline_fraction"
        case boundBy = "bound_by"
    }
}
