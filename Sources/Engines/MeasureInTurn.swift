import Latency
import Machine

/// Measures subjects of this process and engines in turn on the same CPUs, as ``measureInterleaved(_:baseline:plan:anchor:observer:progress:)`` does.
///
/// Whoever is not running sleeps. What the engines' processes use is no disturbance; what disturbs them counts as if it hit the team.
///
/// - Parameters:
///   - subjects: all of them, the engines among them, in the order of the result.
///   - engines: the same engine processes again.
///   - team: whose CPUs are watched.
/// - Throws: `EngineError` of the first engine that failed: there is no comparison then.
public func measureInTurn(
    _ subjects: [any Sampled], engines: [EngineProcess], baseline: Int = 0, plan: InterleavedPlan, anchor: (any Sampled)? = nil, team: ThreadTeam,
    progress: (_ rounds: Int, _ share: Double) -> Void = { _, _ in }
) throws(EngineError) -> InterleavedComparison {
    let observer = TeamObserver(team, companions: engines.map(\.pid))
    let comparison = measureInterleaved(subjects, baseline: baseline, plan: plan, anchor: anchor, observer: observer, progress: progress)
    for engine in engines {
        if let failure = engine.failure { throw failure }
        try engine.checkAffinity()
    }
    return comparison
}
