/// How long to warm up, how many samples to take and when to stop.
///
/// Times are counted as the sum of the samples themselves, so the same plan on the same samples always decides alike.
public struct MeasurementPlan: Hashable, Sendable, Codable {
    /// Fewest runs before the first sample that counts.
    public var minWarmUpRuns = 3
    /// Longest warm-up, but never less than one block more than `steadyBlocks`. When it ends without a steady state the measurement goes on
    /// and says so.
    public var maxWarmUpNanoseconds: UInt64 = 2_000_000_000
    /// Aim for the length of one block of runs; where a ledger is kept, blocks are as long as it takes to read the machine around them. Steadiness is
    /// judged from block to block, and threads sleep between blocks.
    public var blockNanoseconds: UInt64 = 50_000_000
    /// Whether a ledger is kept of what happened to which samples. Reading the machine around a block takes some 0.3 ms, too much beside short ones.
    public var keepsLedger: Bool { blockNanoseconds >= 10_000_000 }
    /// Fewest runs in a block.
    public var minBlockRuns = 1
    /// A block has improved when its median is lower than that of the block that improved last by more than this share.
    public var improvementTolerance = 0.01
    /// Blocks in a row without improvement that end the warm-up.
    public var steadyBlocks = 3

    /// Fewest samples; a record with fewer is INVALID.
    public var minSamples = 15
    /// Most samples.
    public var maxSamples = 20_000
    /// Shortest time of sampling.
    public var minNanoseconds: UInt64 = 500_000_000
    /// Longest time of sampling. It never cuts the samples below `minSamples`.
    public var maxNanoseconds: UInt64 = 5_000_000_000
    /// Sampling stops once half the width of the median's confidence interval is at most this share of the median.
    public var targetRelativeHalfWidth = 0.01
    /// Probability with which the interval covers the median.
    public var confidence = 0.95

    /// The usual plan: half a second to five seconds of samples for a median known to ±1 % at 95 %.
    public init() {}

    /// A plan for the many single layers of a table: a few runs, about 15 ms, a wide interval allowed.
    ///
    /// A layer's price enters a sum of some fifty others, so its own noise averages out; what counts is that hundreds can be taken while a
    /// person waits. A layer of more than 5 ms gets three runs, one of microseconds twelve: what counts then is not the layer but the
    /// eviction of the caches before each run, which takes milliseconds.
    public static var layer: MeasurementPlan {
        var plan = MeasurementPlan()
        plan.minWarmUpRuns = 2
        plan.maxWarmUpNanoseconds = 4_000_000
        plan.blockNanoseconds = 100_000
        plan.steadyBlocks = 1
        plan.improvementTolerance = 0.05
        plan.minSamples = 3
        plan.maxSamples = 12
        plan.minNanoseconds = 3_000_000
        plan.maxNanoseconds = 15_000_000
        plan.targetRelativeHalfWidth = 0.02
        return plan
    }

    /// False for a plan that came from elsewhere and cannot be carried out.
    package var isUsable: Bool {
        confidence > 0 && confidence < 1 && targetRelativeHalfWidth > 0 && maxSamples >= 1 && maxSamples <= 10_000_000 && minBlockRuns >= 1
            && (0...maxSamples).contains(minSamples) && (0...1_000_000).contains(minWarmUpRuns) && (0...1000).contains(steadyBlocks)
            && improvementTolerance >= 0
    }

    /// The same plan with another shortest sampling time; the longest one grows with it where it must.
    public func with(minNanoseconds: UInt64) -> MeasurementPlan {
        var plan = self
        plan.minNanoseconds = minNanoseconds
        plan.maxNanoseconds = max(maxNanoseconds, minNanoseconds)
        return plan
    }
}
