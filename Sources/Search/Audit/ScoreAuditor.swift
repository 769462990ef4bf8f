import Architecture
import Entropy
import Latency

/// Draws networks of a space, scores them all under one protocol, and holds every pair of scores against each other.
public struct ScoreAuditor {
    public let space: DesignSpace
    public let scorer: NetworkScorer
    public let kinds: [ScoreKind]
    public let networks: Int
    public let seed: UInt64
    /// Resamples of the intervals.
    public static let resamples = 400

    /// - Parameters:
    ///   - space: where the networks are drawn from.
    ///   - scorer: computes the scores that are held against each other.
    ///   - kinds: what to compare; depth and multiply-accumulates are always among them, since they are held fixed.
    ///   - networks: how many are drawn, 10 to 2000.
    ///   - seed: what they are drawn from.
    /// - Throws: `SearchError` (`.badOption`) for fewer than 10 networks or more than 2000.
    public init(space: DesignSpace, scorer: NetworkScorer, kinds: [ScoreKind], networks: Int, seed: UInt64) throws(SearchError) {
        guard (10...2000).contains(networks) else {
            throw SearchError(.badOption, "an audit of \(networks) networks; it needs 10 to 2000, and below 50 its intervals say little")
        }
        self.space = space
        self.scorer = scorer
        self.kinds = ScoreKind.allCases.filter { kinds.contains($0) || $0 == .depth || $0 == .macs }
        self.networks = networks
        self.seed = seed
    }

    /// - Parameters:
    ///   - published: networks with their average precision, which are scored beside the drawn ones.
    ///   - progress: called with the number of networks scored so far, the published ones among them.
    /// - Throws: `SearchError` (`.unsuitableStart`, `.sourceFailed`) where the space holds too few networks or one cannot be scored.
    public func run(published: [(network: Network, publishedAP: Double)], progress: (Int) -> Void = { _ in }) throws(SearchError) -> ScoreAudit {
        let structures = try draw()
        var scores: [NetworkScores] = []
        for structure in structures {
            scores.append(try score(try network(structure)))
            progress(scores.count)
        }
        var known: [ScoreAudit.Published] = []
        for (network, precision) in published {
            known.append(ScoreAudit.Published(name: network.name, publishedAP: precision, scores: try score(network)))
            progress(scores.count + known.count)
        }
        return ScoreAudit(kinds: kinds, structures: structures, scores: scores, pairs: pairs(scores), published: known)
    }

    /// Distinct networks in the order of their draws.
    private func draw() throws(SearchError) -> [Structure] {
        var found: [Structure] = []
        var seen: Set<[Block]> = []
        var individual: UInt64 = 0
        while found.count < networks {
            individual += 1
            guard individual <= UInt64(20 * networks) else {
                throw SearchError(
                    .unsuitableStart,
                    "the space around \(space.start.name) gave \(found.count) different networks in \(individual - 1) draws, not \(networks); "
                        + "use fewer or a wider space")
            }
            let structure = space.random(seed: seed, individual: individual)
            if seen.insert(structure.blocks).inserted { found.append(structure) }
        }
        return found
    }

    private func network(_ structure: Structure) throws(SearchError) -> Network {
        do throws(ArchitectureError) { return try structure.network() } catch { throw SearchError(.sourceFailed, error.message) }
    }

    private func score(_ network: Network) throws(SearchError) -> NetworkScores {
        do throws(EntropyError) {
            return try scorer.scores(network, resolution: space.resolution)
        } catch {
            throw SearchError(.sourceFailed, error.message)
        }
    }

    private func pairs(_ scores: [NetworkScores]) -> [ScoreAudit.Pair] {
        func values(_ kind: ScoreKind) -> [Double] { scores.map { $0.value(kind) ?? .nan } }
        let (depth, macs) = (values(.depth), values(.macs))
        let bootstrap = BootstrapInterval(count: scores.count, resamples: Self.resamples, seed: seed)
        // Positions in place of values let a resample take its controls along.
        let positions = scores.indices.map(Double.init)
        func correlation(_ a: [Double], _ b: [Double], _ statistic: @escaping ([Double], [Double]) -> Double?) -> ScoreAudit.Correlation? {
            guard let value = statistic(a, b) else { return nil }
            return ScoreAudit.Correlation(value: value, interval: bootstrap.interval(a, b, statistic))
        }
        func partial(_ a: [Double], _ b: [Double], _ control: [Double]) -> ScoreAudit.Correlation? {
            correlation(positions, positions) { picked, _ in
                let indices = picked.map { Int($0) }
                return RankCorrelation.partialSpearman(indices.map { a[$0] }, indices.map { b[$0] }, holding: indices.map { control[$0] })
            }
        }
        var pairs: [ScoreAudit.Pair] = []
        for (index, a) in kinds.enumerated() {
            for b in kinds.dropFirst(index + 1) {
                let (x, y) = (values(a), values(b))
                pairs.append(
                    ScoreAudit.Pair(
                        a: a, b: b, spearman: correlation(x, y, RankCorrelation.spearman), kendall: correlation(x, y, RankCorrelation.kendall),
                        holdingDepth: b == .depth ? nil : partial(x, y, depth),
                        holdingMACs: a == .macs || b == .macs ? nil : partial(x, y, macs),
                        nearTies: RankCorrelation.agreementOnNearTies(x, y, tolerance: ScoreAudit.nearTie)))
            }
        }
        return pairs
    }
}
