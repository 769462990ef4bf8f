import Entropy
import Search

/// A record of `zendet score --audit`: two scores over random networks ("pair"), or a network with a published precision ("published").
public enum AuditEntry: Encodable, Sendable {
    case pair(AuditRecord)
    case published(name: String, publishedAP: Double, scores: ScoreColumns, ranks: [Int])

    /// All records of an audit: the pairs first.
    public static func entries(_ audit: ScoreAudit, _ pairs: [AuditRecord]) -> [AuditEntry] {
        pairs.map { .pair($0) }
            + audit.published.enumerated().map { index, network in
                .published(
                    name: network.name, publishedAP: network.publishedAP, scores: ScoreColumns(kinds: audit.kinds, scores: network.scores),
                    ranks: audit.kinds.map { audit.rank(index, $0) })
            }
    }

    enum CodingKeys: String, CodingKey {
        case record, name
        case publishedAP = "published_ap"
        case scores, ranks
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .pair(let record):
            try container.encode("pair", forKey: .record)
            try record.encode(to: encoder)
        case .published(let name, let precision, let scores, let ranks):
            try container.encode("published", forKey: .record)
            try container.encode(name, forKey: .name)
            try container.encode(precision, forKey: .publishedAP)
            try container.encode(scores, forKey: .scores)
            var nested = container.nestedContainer(keyedBy: ScoreColumns.Key.self, forKey: .ranks)
            for (kind, rank) in zip(scores.kinds, ranks) { try nested.encode(rank, forKey: ScoreColumns.Key(kind.rawValue)) }
        }
    }
}
