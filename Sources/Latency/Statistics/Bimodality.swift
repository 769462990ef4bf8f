/// Whether samples fall into two separate groups, as they do when a core changes between two speeds.
///
/// A median between two groups is a time that no run ever took, so such samples make a measurement suspect.
public enum Bimodality {
    /// Two groups of samples and the share of the samples in the slower one.
    public struct Modes: Hashable, Sendable {
        public var low: Double
        public var high: Double
        public var highShare: Double
    }

    /// Share of the total variance that the best split must explain.
    ///
    /// The best split of a normal distribution explains 2/π = 0.64, of a uniform one 0.75; two normal groups explain 0.9 when their
    /// centres are six standard deviations apart.
    public static let explainedVariance = 0.9

    /// Smallest share of the samples that counts as a group of its own; fewer are outliers, which p90 shows.
    public static let smallestShare = 0.1

    /// Smallest distance of the groups' means, relative to the lower one. Closer groups do not matter to a person who reads the median.
    public static let smallestDistance = 0.03

    /// Fewest samples that are judged.
    public static let minimumSamples = 20

    /// The two groups, or nil when the samples are one group or too few to tell.
    ///
    /// The highest and the lowest 5 % are left out first, since a single far outlier would otherwise claim the split.
    ///
    /// - Source: the split is N. Otsu, A Threshold Selection Method from Gray-Level Histograms, 1979, on the sorted samples; the three
    ///   thresholds are own choices with the reasons beside them.
    public static func modes(_ values: [Double]) -> Modes? {
        guard values.count >= minimumSamples else { return nil }
        let cut = values.count / 20
        let kept = Array(values.sorted().dropFirst(cut).dropLast(cut))
        let n = Double(kept.count)
        let total = kept.reduce(0, +), mean = total / n
        let variance = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard variance > 0 else { return nil }
        var best = 0.0, bestCount = 0, bestSum = 0.0, sum = 0.0
        for index in 0..<(kept.count - 1) {
            sum += kept[index]
            let count = Double(index + 1)
            let distance = sum / count - (total - sum) / (n - count)
            let between = count * (n - count) / n * distance * distance
            if between > best { (best, bestCount, bestSum) = (between, index + 1, sum) }
        }
        let low = bestSum / Double(bestCount), high = (total - bestSum) / (n - Double(bestCount))
        let highShare = 1 - Double(bestCount) / n
        guard best / variance >= explainedVariance, min(highShare, 1 - highShare) >= smallestShare, low > 0,
            high / low - 1 >= smallestDistance
        else { return nil }
        return Modes(low: low, high: high, highShare: highShare)
    }
}
