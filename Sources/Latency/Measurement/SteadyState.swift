/// Decides from the medians of successive blocks of runs when a warm-up may end.
///
/// First runs are slow: pages are touched for the first time, caches and branch predictors are cold, a core has not reached its speed.
/// The warm-up ends when several blocks in a row are no faster than the block that last was. They are held against that one block and not
/// against one another, so that many small improvements are one large one. Getting slower again is not a matter of
/// warming up; ``Drift`` looks for it in the samples.
public struct SteadyState: Sendable {
    public let tolerance: Double
    public let blocksNeeded: Int
    /// The median of the block that improved last.
    public private(set) var reference = Double.infinity
    public private(set) var blocksWithoutImprovement = 0

    /// - Parameters:
    ///   - tolerance: A block improves when its median is below the reference by more than this share.
    ///   - blocksNeeded: Blocks in a row without improvement that make a steady state.
    public init(tolerance: Double, blocksNeeded: Int) {
        self.tolerance = tolerance
        self.blocksNeeded = blocksNeeded
    }

    /// True once enough blocks in a row have not improved.
    public var isSteady: Bool { blocksWithoutImprovement >= blocksNeeded }

    /// Takes in the median of the next block, in any unit of time.
    public mutating func add(blockMedian: Double) {
        if blockMedian < reference * (1 - tolerance) {
            blocksWithoutImprovement = 0
            reference = blockMedian
        } else {
            blocksWithoutImprovement += 1
        }
    }
}

/// Whether samples moved to another level while they were taken.
public enum Drift {
    /// Relative change of the median from the first third to the last third that counts as drift.
    ///
    /// Twice the interval that the usual plan aims for, so that a median with a ±1 % interval cannot hide more than its own width.
    public static let threshold = 0.02

    /// Fewest samples that are judged: each third then has an interval of its own.
    public static let minimumSamples = 18

    /// The relative change from the first to the last third of the samples, or nil when there is none to speak of.
    ///
    /// Two conditions: the medians differ by more than ``threshold``, and the thirds' confidence intervals do not overlap.
    ///
    /// - Source: own choice; the intervals are those of ``MedianInterval``.
    public static func change(_ samples: [Double]) -> Double? {
        guard samples.count >= minimumSamples else { return nil }
        let third = samples.count / 3
        let first = samples.prefix(third).sorted(), last = samples.suffix(third).sorted()
        guard let a = MedianInterval.ofSorted(first), let b = MedianInterval.ofSorted(last) else { return nil }
        let from = Quantile.ofSorted(first, 0.5), to = Quantile.ofSorted(last, 0.5)
        guard from > 0, abs(to / from - 1) > threshold, a.high < b.low || b.high < a.low else { return nil }
        return to / from - 1
    }
}
