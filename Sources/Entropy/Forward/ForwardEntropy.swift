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

/// The maximum-entropy score measured: Gaussian weights and input, one pass after another, ln σ of every layer.
///
/// After every convolution of the main branch its output is divided by its standard deviation σ (over images, channels and pixels, of n − 1), and
/// ln σ is added: H = Σ ln σ up to a stage's end. The score weighs stages as ``ClosedFormEntropy`` does, H + ln(channels), so the two differ
/// by the padding's zeros (which lower σ, the more the smaller the maps) and by chance (see ``Estimate``).
///
/// Results depend on the options and not on the number of threads. One call at a time.
/// Source: Sun et al., "MAE-DET", arXiv 2111.13336, section 3 (definition); `Normalization` and `GaussianPool` for how it is computed.
public final class ForwardEntropy {
    public let entropy: ClosedFormEntropy
    public let options: ForwardOptions
    private let runner: ForwardRunner

    /// - Parameters:
    ///   - entropy: weighs the stages; the closed form itself is not used.
    ///   - options: resolution, batch, passes, seed and how weights are drawn.
    ///   - team: nil runs on the calling thread.
    /// - Throws: `EntropyError`: `.badOption`, or `.unavailable` for an instruction set that this machine lacks.
    public convenience init(_ entropy: ClosedFormEntropy = .maeDet, options: ForwardOptions, team: ThreadTeam? = nil) throws(EntropyError) {
        try self.init(entropy, options: options, runner: ForwardRunner(team: team))
    }

    /// - Parameter runner: may be shared with other scores, and with it the pool.
    init(_ entropy: ClosedFormEntropy, options: ForwardOptions, runner: ForwardRunner) throws(EntropyError) {
        try options.check()
        self.entropy = entropy
        self.options = options
        self.runner = runner
    }

    /// Measures a network.
    ///
    /// - Throws: `EntropyError`: `.badNetwork` where the resolution does not fit, `.overflow` and `.zeroVariance` naming the layer,
    ///   `.unavailable` without enough memory.
    public func score(_ network: Network) throws(EntropyError) -> ForwardScore {
        let graph = options.isDeployed ? network : try network.mainBranch(rectified: false)
        let program = try Program.lowered(graph, options)
        let normalization: Normalization = options.isDeployed ? .deviation : .deferred(rescales: options.rescales)
        let passes = try runner.passes(program, options, normalization) { (pass, sources, shared) throws(EntropyError) in
            try pass.run(pass.prepared(sources(0), shared), shared)
        }
        return score(network, program, graph, passes)
    }

    /// - Parameter passes: ln σ of every convolution of the program, for each pass.
    private func score(_ network: Network, _ program: Program, _ graph: Network, _ passes: [[Double]]) -> ForwardScore {
        let indices = Dictionary(graph.layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let convolutions = zip(program.steps, program.operands).filter { $0.0.convolution != nil }.map { indices[$0.1.name]! }
        // Columns of `passes` that are on the main branch, in the order of the network.
        let main = convolutions.indices.filter { graph.layers[convolutions[$0]].isMainBranch }.sorted { convolutions[$0] < convolutions[$1] }
        let ends = graph.stages.map { stage in main.prefix { convolutions[$0] < stage.output }.count }
        let sums = passes.map { pass in
            var sum = 0.0
            return [0.0] + main.map { column in
                sum += pass[column]
                return sum
            }
        }
        let stages = graph.stages.indices.map { index in
            ForwardScore.Stage(
                channels: graph.stages[index].channels, logDeviation: Estimate(sums.map { $0[ends[index]] }),
                weight: entropy.weight(stage: index, of: graph.stages.count))
        }
        let totals = sums.map { sum in
            zip(stages, ends).reduce(0.0) { $0 + $1.0.weight * (sum[$1.1] + log(Double($1.0.channels))) }
        }
        return ForwardScore(
            total: Estimate(totals), stages: stages,
            layers: main.map { column in
                let layer = graph.layers[convolutions[column]]
                return ForwardScore.Layer(name: layer.name, block: layer.block, logDeviation: Estimate(passes.map { $0[column] }))
            },
            resolution: options.resolution, passes: options.passes)
    }
}

extension Program {
    /// Lowers for the options' resolution and batch, every layer by itself, since each is looked at; errors of the architecture in this room's words.
    static func lowered(_ network: Network, _ options: ForwardOptions) throws(EntropyError) -> Program {
        let head = network.layers.first { layer in
            switch layer.operation {
            case .groupNormalization, .distributionStatistics: true
            default: false
            }
        }
        if let head {
            throw EntropyError(.badNetwork, "forward pass: layer \(head.name) of '\(network.name)' belongs to a detector's head: score its backbone")
        }
        do throws(ArchitectureError) {
            return try lower(network, resolution: options.resolution, batch: options.batch, chains: .never)
        } catch {
            let place = network.vanishingLayer(options.resolution).map { "; at layer \($0) less than a pixel would be left" } ?? ""
            throw EntropyError(.badNetwork, "forward pass: \(error.message)\(place)")
        }
    }
}

extension Network {
    /// The first layer of the main branch whose stride, with those before, is larger than the input's side; nil if there is none.
    fileprivate func vanishingLayer(_ resolution: Int) -> String? {
        guard let chain = try? mainBranch(rectified: false) else { return nil }
        var side = Double(resolution)
        return chain.layers.first { layer in
            switch layer.operation {
            case .convolution(let c): side /= Double(c.stride)
            case .pooling(let p): side /= Double(p.stride)
            default: break
            }
            return side < 1
        }?.name
    }
}
