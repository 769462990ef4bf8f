import Architecture
import Entropy
import Latency

/// How scores rank the same networks: what they agree on, and what of it depth or size alone would have said.
public struct ScoreAudit: Sendable {
    /// A correlation with its 95 % interval over networks.
    public struct Correlation: Hashable, Sendable {
        public var value: Double
        public var interval: ClosedRange<Double>?
    }

    /// Two scores over the random networks.
    public struct Pair: Sendable {
        public var a: ScoreKind
        public var b: ScoreKind
        /// Nil where a score is constant.
        public var spearman: Correlation?
        public var kendall: Correlation?
        /// Spearman's ρ with depth held fixed; nil where depth is one of the two or explains one wholly.
        public var holdingDepth: Correlation?
        /// The same with multiply-accumulates held fixed.
        public var holdingMACs: Correlation?
        /// Of the pairs of networks that a puts within 1 %, the part that b orders alike; with how many there are.
        public var nearTies: (share: Double, pairs: Int)?
    }

    /// A network with a published average precision.
    public struct Published: Sendable {
        public var name: String
        public var publishedAP: Double
        public var scores: NetworkScores
    }

    public var kinds: [ScoreKind]
    public var structures: [Structure]
    /// One for each structure.
    public var scores: [NetworkScores]
    public var pairs: [Pair]
    public var published: [Published]

    /// The pairs within 1 % of a score are near-ties.
    public static let nearTie = 0.01

    public func values(_ kind: ScoreKind) -> [Double] { scores.map { $0.value(kind) ?? .nan } }

    /// Kendall's τ-b between a score and the published precisions; nil where it is not defined.
    public func agreementWithPublished(_ kind: ScoreKind) -> Double? {
        RankCorrelation.kendall(published.map { $0.scores.value(kind) ?? .nan }, published.map(\.publishedAP))
    }

    /// Rank of a published network by a score among the published ones, from 1 (the largest).
    public func rank(_ index: Int, _ kind: ScoreKind) -> Int {
        let values = published.map { $0.scores.value(kind) ?? -.infinity }
        return 1 + values.count { $0 > values[index] }
    }
}
