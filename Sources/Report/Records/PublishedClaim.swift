/// A published choice of one backbone over another on grounds of cost, to be held against other measures of cost.
public struct PublishedClaim: Hashable, Sendable {
    public var network: String
    public var over: String
    /// True where the network is said to cost less, false where it is said to cost no more.
    public var isLess: Bool
    public var text: String
    public var source: String

    /// Choices among the networks of the zoo.
    public static let all = [
        PublishedClaim(
            network: "maedet-s", over: "resnet50", isLess: true, text: "MAE-DET-S instead of ResNet-50: 1.54 times as fast on a V100 at the same AP",
            source: "arXiv 2111.13336, abstract"),
        PublishedClaim(
            network: "maedet-m", over: "resnet50", isLess: false, text: "MAE-DET-M instead of ResNet-50: 2.0 AP more at the same FLOPs and parameters",
            source: "arXiv 2111.13336, abstract"),
        PublishedClaim(
            network: "maedet-l", over: "resnet101", isLess: false, text: "MAE-DET-L instead of ResNet-101: 1.5 AP more at fewer FLOPs",
            source: "the authors' repository, GFLV2 on COCO"),
    ]
}

extension RankFlipsRecord {
    /// A published choice and the measures that bear it out or do not.
    public struct Claim: Encodable, Sendable {
        public var text: String
        public var source: String
        public var holds: [String]
        public var fails: [String]
        public var undecided: [String]
        /// True where it fails on this machine by any measure of it.
        public var failsHere: Bool

        enum CodingKeys: String, CodingKey {
            case text, source, holds, fails, undecided
            case failsHere = "fails_here"
        }
    }

    /// The claims about networks that are among those compared.
    static func claims(_ networks: [String], _ measures: [Measure], _ known: [PublishedClaim] = PublishedClaim.all) -> [Claim] {
        known.compactMap { claim in
            guard let i = networks.firstIndex(of: claim.network), let j = networks.firstIndex(of: claim.over) else { return nil }
            func titles(_ orders: Set<Int>) -> [String] { measures.filter { orders.contains($0.column.order[i][j]) }.map(\.title) }
            return Claim(
                text: claim.text, source: claim.source, holds: titles(claim.isLess ? [-1] : [-1, 0]), fails: titles([1]),
                undecided: claim.isLess ? titles([0]) : [], failsHere: measures.contains { $0.isHere && $0.column.order[i][j] == 1 })
        }
    }
}
