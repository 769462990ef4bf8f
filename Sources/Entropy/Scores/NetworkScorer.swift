import Architecture
import Machine

/// Computes any set of scores of networks under one protocol.
///
/// The measured scores run at one resolution, with the same numbers of passes and the same seed; DeepMAD is always that of 224 px. Parameters,
/// multiply-accumulates and depth are those of the resolution that is asked for. One call at a time.
public final class NetworkScorer {
    public let kinds: Set<ScoreKind>
    /// How the measured scores run; the batch is that of the forward entropy.
    public let options: ForwardOptions
    /// Images of one pass of the Zen-Score.
    public let zenBatch: Int
    private let entropy: ClosedFormEntropy
    private let deepmad: DeepMADScore
    private let forward: ForwardEntropy
    private let zen: ZenScore

    /// - Throws: `EntropyError` for options that make no sense.
    public init(
        _ kinds: Set<ScoreKind>, entropy: ClosedFormEntropy = .maeDet, options: ForwardOptions = ForwardOptions(), zenBatch: Int = 16,
        team: ThreadTeam? = nil
    ) throws(EntropyError) {
        self.kinds = kinds
        self.options = options
        self.zenBatch = zenBatch
        self.entropy = entropy
        deepmad = try DeepMADScore()
        let runner = ForwardRunner(team: team)
        forward = try ForwardEntropy(entropy, options: options, runner: runner)
        var zenOptions = options
        zenOptions.batch = zenBatch
        zen = try ZenScore(options: zenOptions, runner: runner)
    }

    /// - Parameters:
    ///   - network: what is scored.
    ///   - resolution: what multiply-accumulates are counted at.
    /// - Throws: `EntropyError`, naming the layer where one is at fault.
    public func scores(_ network: Network, resolution: Int) throws(EntropyError) -> NetworkScores {
        let cost: Cost
        do throws(ArchitectureError) { cost = try network.cost(resolution: resolution) } catch { throw EntropyError(.badNetwork, error.message) }
        var scores = NetworkScores(params: cost.params, macs: cost.macs, depth: cost.layers)
        if kinds.contains(.closed) { scores.closed = entropy.score(network).total }
        if kinds.contains(.deepmad) { scores.deepmad = try deepmad.score(network) }
        if kinds.contains(.forward) {
            scores.forward = try forward.score(network)
            if !options.isDeployed { scores.expectedForward = try entropy.paddedTotal(network, resolution: options.resolution) }
        }
        if kinds.contains(.zen) { scores.zen = try zen.score(network) }
        return scores
    }
}
