import Architecture

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The score of DeepMAD: entropy times the size of the features, less a penalty for uneven depths; with it the effectiveness ρ.
///
/// H = Σ αᵢ · ln(rᵢ²·cᵢ) · Σ ½ ln(fan-in) up to stage i, over maps of rᵢ x rᵢ pixels and cᵢ channels; Q = exp(σ of the depths);
/// score = H − β·Q. ρ = max over stages of L / (geometric mean of the fan-ins), L convolutions: above about 0.5 a network is too deep for its
/// width to train well.
///
/// The maps are always those of a 224 px input, whatever the network runs at: figures at other sides cannot be compared with published ones.
///
/// Source: Shen et al., "DeepMAD", arXiv 2303.02165, section 3 (α = 1, 1, 1, 1, 8; β = 10). The paper writes Q with the variance of the
/// depths, the published search (TinyNAS, commit 8ccaf88) computes it with the standard deviation, over the super blocks but the first where
/// that one's depth is capped; this does as the search.
public struct DeepMADScore: Sendable {
    public struct Score: Hashable, Sendable {
        /// H − β·Q.
        public var total: Double
        /// H.
        public var entropy: Double
        /// αᵢ times the stage's part of H.
        public var stages: [Double]
        /// Q.
        public var depthPenalty: Double
        /// ρ.
        public var effectiveness: Double
    }

    /// Side of the input that the maps' sizes belong to.
    public static let resolution = 224
    /// β.
    public let penaltyWeight: Double
    private let closedForm: ClosedFormEntropy

    /// - Throws: `EntropyError` (`.badWeights`) for weights that are none.
    public init(stageWeights: [Double] = [1, 1, 1, 1, 8], penaltyWeight: Double = 10) throws(EntropyError) {
        closedForm = try ClosedFormEntropy(stageWeights: stageWeights)
        guard penaltyWeight.isFinite, penaltyWeight >= 0 else {
            throw EntropyError(.badWeights, "a weight of \(penaltyWeight) for the depth penalty; it is a number from 0 up")
        }
        self.penaltyWeight = penaltyWeight
    }

    /// - Throws: `EntropyError` (`.badNetwork`) for a network that does not fit 224 px.
    public func score(_ network: Network) throws(EntropyError) -> Score {
        let infos: [StageInfo]
        do throws(ArchitectureError) {
            infos = try network.stageInfo(resolution: Self.resolution)
        } catch {
            throw EntropyError(.badNetwork, "DeepMAD: " + error.message)
        }
        let closed = closedForm.score(network)
        var stages: [Double] = []
        var effectiveness = 0.0
        for (stage, info) in zip(closed.stages, infos) {
            let sum = stage.entropy - log(Double(stage.channels))
            let side = Double(info.featureSize)
            stages.append(stage.weight * sum * log(side * side * Double(info.channels)))
            let layers = Double(info.layers)
            if layers > 0 { effectiveness = max(effectiveness, layers * exp(-2 * sum / layers)) }
        }
        let entropy = stages.reduce(0, +)
        let penalty = exp(Self.deviation(Self.depths(network, infos)))
        return Score(
            total: entropy - penaltyWeight * penalty, entropy: entropy, stages: stages, depthPenalty: penalty, effectiveness: effectiveness)
    }

    /// Inner blocks of the super blocks, or of the stages where the network has none; without the first where its depth is capped.
    private static func depths(_ network: Network, _ infos: [StageInfo]) -> [Double] {
        if let blocks = network.structure?.blocks.filter({ $0.kind != .convKXBNRELU }), let kind = blocks.first?.kind {
            let isCapped = kind == .superResK1KXK1 || kind == .superResKXKX
            return blocks.dropFirst(isCapped && blocks.count > 1 ? 1 : 0).map { Double($0.depth) }
        }
        let inner = zip(infos.dropFirst(), infos).map { Double($0.innerBlocks - $1.innerBlocks) }
        return Array(inner.dropFirst(inner.count > 1 ? 1 : 0))
    }

    /// Population standard deviation; 0 of nothing.
    private static func deviation(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    }
}
