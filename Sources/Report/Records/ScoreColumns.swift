import Entropy

/// The scores that were asked for, by name: a part of a record of `zendet score --score` and of `--audit`.
public struct ScoreColumns: Encodable, Sendable {
    public var kinds: [ScoreKind]
    public var scores: NetworkScores

    public init(kinds: [ScoreKind], scores: NetworkScores) {
        self.kinds = kinds
        self.scores = scores
    }

    /// A key with a name made of a score's.
    struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for kind in kinds {
            if kind.isCount {
                try container.encode(Int(scores.value(kind) ?? 0), forKey: Key(kind.rawValue))
            } else {
                try container.encode(scores.value(kind), forKey: Key(kind.rawValue))
            }
            if kind.isMeasured { try container.encode(scores.standardError(kind), forKey: Key("\(kind.rawValue)_standard_error")) }
            if kind == .forward { try container.encode(scores.expectedForward, forKey: Key("forward_expected")) }
            if kind == .deepmad, let deepmad = scores.deepmad {
                try container.encode(deepmad.entropy, forKey: Key("deepmad_entropy"))
                try container.encode(deepmad.depthPenalty, forKey: Key("deepmad_depth_penalty"))
                try container.encode(deepmad.effectiveness, forKey: Key("deepmad_effectiveness"))
            }
        }
    }

    /// The columns of a table, a measured score with its standard error and DeepMAD with its effectiveness beside it.
    static func columns(_ kinds: [ScoreKind]) -> [Column] {
        kinds.flatMap { kind -> [Column] in
            switch kind {
            case .closed: [.number("closed form", key: "closed", digits: .places(2))]
            case .forward:
                [
                    .number("forward", key: "forward", digits: .places(2)), .number("±", key: "forward_standard_error", digits: .significant(2)),
                    .number("expected", key: "forward_expected", digits: .places(2)),
                ]
            case .deepmad:
                [.number("DeepMAD", key: "deepmad", digits: .places(1)), .number("ρ", key: "deepmad_effectiveness", digits: .places(3))]
            case .zen: [.number("Zen", key: "zen", digits: .places(2)), .number("±", key: "zen_standard_error", digits: .significant(2))]
            case .params: [.millions("params", key: "params")]
            case .macs: [.billions("MACs", key: "macs")]
            case .depth: [.number("depth", key: "depth")]
            }
        }
    }

    /// The cells under ``columns(_:)``.
    var cells: [Cell] {
        kinds.flatMap { kind -> [Cell] in
            if kind.isCount { return [.integer(Int(scores.value(kind) ?? 0))] }
            let value = Cell.real(optional: scores.value(kind))
            if kind.isMeasured {
                return [value, .real(optional: scores.standardError(kind))] + (kind == .forward ? [.real(optional: scores.expectedForward)] : [])
            }
            return kind == .deepmad ? [value, .real(optional: scores.deepmad?.effectiveness)] : [value]
        }
    }
}
