import Inference
import TensorCore

/// Steps that run the same code and therefore share coefficients.
public enum StepFamily: String, CaseIterable, Hashable, Sendable, Codable {
    /// Dense 1x1.
    case pointwise
    /// Dense with a larger window.
    case direct
    /// Dense over an image with packed channels.
    case image
    /// A 1x1 whose weights are scaled by gates first.
    case gated
    case winogradF25 = "winograd_f25"
    case winogradF43 = "winograd_f43"
    case winogradF45 = "winograd_f45"
    case winogradF63 = "winograd_f63"
    case depthwise
    /// Stages of a chain, row by row: dense, over an image, depthwise.
    case chain
    case chainImage = "chain_image"
    case chainDepthwise = "chain_depthwise"
    case pooling
    /// A squeeze-and-excitation that scales its map, and one that only makes the gates.
    case squeezeExcitation = "squeeze_excitation"
    case gates
    case elementwise

    /// - Parameters:
    ///   - step: what runs.
    ///   - method: how a dense convolution is computed.
    public init(_ step: Step, method: ConvolutionMethod?) {
        let isStage = step.readsBand || step.writesBand
        switch step.kind {
        case .depthwise: self = isStage ? .chainDepthwise : .depthwise
        case .pooling: self = .pooling
        case .squeezeExcitation: self = step.output.height < step.input.height ? .gates : .squeezeExcitation
        case .add, .relu, .globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling, .groupNormalization, .distributionStatistics,
            .scalePixels:
            self = .elementwise
        case .convolution:
            if isStage {
                self = step.image ? .chainImage : .chain
            } else if step.image {
                self = .image
            } else if step.gated {
                self = .gated
            } else if case .winograd(let variant)? = method {
                switch variant {
                case .f25: self = .winogradF25
                case .f43: self = .winogradF43
                case .f45: self = .winogradF45
                case .f63: self = .winogradF63
                }
            } else {
                self = step.convolution?.kernelSize == 1 ? .pointwise : .direct
            }
        }
    }

    /// The family whose coefficients stand in where this one was never measured; such a price counts as out of range.
    var substitute: StepFamily? {
        switch self {
        case .direct, .gated, .chain: .pointwise
        case .image, .chainImage: .direct
        case .winogradF25, .winogradF43, .winogradF45, .winogradF63: .direct
        case .chainDepthwise: .depthwise
        case .depthwise, .squeezeExcitation, .gates: .elementwise
        case .elementwise: .pooling
        case .pointwise: .direct
        case .pooling: nil
        }
    }
}
