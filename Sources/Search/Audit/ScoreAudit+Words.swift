import Entropy

extension ScoreAudit {
    /// What the figures say, one sentence for each score that is no count.
    public var sentences: [String] { kinds.filter { !$0.isCount }.compactMap(sentence) }

    /// ρ² is the part of the variance of a score's ranks that a straight line through the ranks of depth explains.
    private func sentence(_ kind: ScoreKind) -> String? {
        guard let depth = pairs.first(where: { $0.a == kind && $0.b == .depth })?.spearman else { return nil }
        let share = depth.value * depth.value
        let judgement =
            switch share {
            case 0.9...: "is explained by depth: counting layers ranks almost alike"
            case 0.5...: "is largely depth"
            case 0.25...: "has to do with depth, but is not explained by it"
            default: "is not explained by depth"
            }
        var text = "\(kind.rawValue) \(judgement) (Spearman \(decimal(depth.value, places: 3))"
        if let interval = depth.interval { text += ", 95 % interval \(decimal(interval.lowerBound, places: 3)) to \(decimal(interval.upperBound, places: 3))" }
        text += "; \(decimal(100 * share, places: 0)) % of the variance of its ranks)."
        let others = pairs.filter { $0.a == kind && $0.holdingDepth != nil && !$0.b.isCount }
        if kind == .closed, let forward = others.first(where: { $0.b == .forward }), let held = forward.holdingDepth {
            text += " With depth held fixed it still follows the measured entropy (\(decimal(held.value, places: 3)))"
            text += forward.nearTies.map {
                "; of the pairs that it puts within 1 % of each other, \(decimal(100 * $0.share, places: 0)) % are measured in the same order."
            } ?? "."
        }
        return text
    }

    /// How the published networks fall, in words; nil without them.
    public var publishedSentence: String? {
        guard published.count >= 2 else { return nil }
        let parts = kinds.compactMap { kind in agreementWithPublished(kind).map { "\(kind.rawValue) \(decimal($0, places: 2))" } }
        guard !parts.isEmpty else { return nil }
        return "Kendall's tau with the published precision of \(published.count) networks: " + parts.joined(separator: ", ")
            + ". So few networks show a direction, not more."
    }
}
