import Architecture
import TensorCore

/// How convolutions of stride 1 are computed: the choice that changes speed and rounding, never the result beyond its error bound.
///
/// The raw value is the spelling on the command line (`--convolution direct`).
public enum ConvolutionAlgorithm: String, CaseIterable, Hashable, Sendable {
    /// Winograd where the rule below expects it to be faster, else direct.
    case automatic = "auto"
    /// Direct everywhere.
    case direct

    /// The Winograd variant for a step, or nil for direct convolution.
    func variant(_ step: Step) -> WinogradVariant? {
        guard self == .automatic, let c = step.convolution, c.stride == 1, c.groups == 1, !step.image else { return nil }
        let side = min(step.output.height, step.output.width)
        switch c.kernelSize {
        case 3: return min(c.inChannels, c.outChannels) >= 32 && side >= 8 ? .f43 : nil
        case 5: return min(c.inChannels, c.outChannels) >= 16 && side >= 8 ? .f45 : nil
        default: return nil
        }
    }
}
