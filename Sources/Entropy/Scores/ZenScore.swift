import Architecture
import Inference
import Machine
import TensorCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The Zen-Score: how far a small step of the input moves the features of a batch-normalized network with Gaussian weights.
///
/// ln E‖f(x) − f(x + γε)‖₁ + Σ ½ ln(mean over channels of the batch variance), over every batch normalization. The network is the main branch
/// with ReLU, without shortcuts and squeeze-and-excitation; f is its last feature map; x, ε and the weights are N(0, 1).
///
/// Source: Lin et al., "Zen-NAS", arXiv 2102.01063, algorithm 1. The authors' code reads the variances from running means with a momentum
/// of 0.1 that begin at 1, which pulls every term towards 0; ``Momentum/published`` does the same.
public final class ZenScore {
    /// How the variance of a batch normalization is estimated.
    public enum Momentum: Hashable, Sendable {
        /// The second pass' own batch variance, as in the paper.
        case paper
        /// Running mean after the two passes: 0.81 + 0.09·v₁ + 0.1·v₂, as in the authors' code (commit d1d617e).
        case published
    }

    public struct Score: Hashable, Sendable {
        public var total: Estimate
        /// ln of the mean distance between the two feature maps.
        public var logDifference: Estimate
        /// Σ ½ ln variance.
        public var logVariances: Estimate
        /// Batch normalizations.
        public var normalizations: Int
    }

    /// γ: how large the step is.
    public let step: Float
    public let momentum: Momentum
    public let options: ForwardOptions
    private let runner: ForwardRunner

    /// - Parameters:
    ///   - options: resolution, batch, passes, seed and source; a batch of 16 in the authors' settings. Whether the network is deployed
    ///     and rescales is not asked.
    ///   - step: γ: how far the second input lies from the first, in standard deviations.
    ///   - momentum: how the variance of a batch normalization is estimated.
    ///   - team: nil runs on the calling thread.
    /// - Throws: `EntropyError`: `.badOption`, or `.unavailable` for an instruction set that this machine lacks.
    public convenience init(
        options: ForwardOptions = ForwardOptions(batch: 16), step: Float = 0.01, momentum: Momentum = .paper, team: ThreadTeam? = nil
    ) throws(EntropyError) {
        try self.init(options: options, step: step, momentum: momentum, runner: ForwardRunner(team: team))
    }

    /// - Parameter runner: may be shared with other scores, and with it the pool.
    init(options: ForwardOptions, step: Float = 0.01, momentum: Momentum = .paper, runner: ForwardRunner) throws(EntropyError) {
        try options.check()
        guard step > 0, step.isFinite else { throw EntropyError(.badOption, "a step of \(step) for the Zen-Score; it is a number above 0") }
        self.options = options
        self.step = step
        self.momentum = momentum
        self.runner = runner
    }

    /// Measures a network.
    ///
    /// - Throws: what ``ForwardEntropy/score(_:)`` throws.
    public func score(_ network: Network) throws(EntropyError) -> Score {
        let program = try Program.lowered(try network.mainBranch(rectified: true), options)
        let step = step
        let momentum = momentum
        let images = Double(options.batch)
        let passes = try runner.passes(program, options, .batch) { (pass, sources, shared) throws(EntropyError) in
            let prepared = pass.prepared(sources(0), shared)
            let first = try pass.run(prepared, shared)
            let before = pass.output()
            shared.barrier()
            pass.disturbInput(sources(1), scale: step, shared)
            let second = try pass.run(prepared, shared)
            let after = pass.output()
            var distance = 0.0
            for (a, b) in zip(before, after) { distance += Double(abs(a - b)) }
            var logarithms = 0.0
            for (v1, v2) in zip(first, second) {
                switch momentum {
                case .paper: logarithms += 0.5 * log(v2)
                case .published: logarithms += 0.5 * log(0.81 + 0.09 * v1 + 0.1 * v2)
                }
            }
            shared.barrier()
            return [log(distance / images), logarithms]
        }
        if passes.contains(where: { !$0[0].isFinite }) {
            throw EntropyError(
                .zeroVariance,
                "network '\(network.name)' at \(options.resolution) px: a step of the input does not move the last feature map; use a larger step")
        }
        return Score(
            total: Estimate(passes.map { $0[0] + $0[1] }), logDifference: Estimate(passes.map { $0[0] }), logVariances: Estimate(passes.map { $0[1] }),
            normalizations: program.steps.count { $0.convolution != nil })
    }
}
