/// The scores that networks can be ranked by, with the counts that any score has to be better than.
///
/// The raw value is the spelling on the command line (`--score closed,forward`).
public enum ScoreKind: String, CaseIterable, Hashable, Sendable {
    /// ``ClosedFormEntropy``
    case closed
    /// ``ForwardEntropy``
    case forward
    /// ``DeepMADScore``
    case deepmad
    /// ``ZenScore``
    case zen
    /// Parameters.
    case params
    /// Multiply-accumulates of one image.
    case macs
    /// Convolutions on the main branch.
    case depth

    /// Whether networks are run for it.
    public var isMeasured: Bool { self == .forward || self == .zen }

    /// Whether it is a mere count.
    public var isCount: Bool { self == .params || self == .macs || self == .depth }
}

/// A network's scores under one protocol. What was not asked for is nil.
public struct NetworkScores: Hashable, Sendable {
    public var closed: Double?
    public var forward: ForwardScore?
    /// What ``forward`` is on average by the closed form with the padding's zeros; nil for deployed networks and behind poolings.
    public var expectedForward: Double?
    public var deepmad: DeepMADScore.Score?
    public var zen: ZenScore.Score?
    public var params: Int
    public var macs: Int
    public var depth: Int

    /// The figure that networks are ranked by; nil where it was not asked for.
    public func value(_ kind: ScoreKind) -> Double? {
        switch kind {
        case .closed: closed
        case .forward: forward?.total.mean
        case .deepmad: deepmad?.total
        case .zen: zen?.total.mean
        case .params: Double(params)
        case .macs: Double(macs)
        case .depth: Double(depth)
        }
    }

    /// What is known of a measured score's error; nil for the others.
    public func standardError(_ kind: ScoreKind) -> Double? {
        switch kind {
        case .forward: forward?.total.standardError
        case .zen: zen?.total.standardError
        case .closed, .deepmad, .params, .macs, .depth: nil
        }
    }
}
