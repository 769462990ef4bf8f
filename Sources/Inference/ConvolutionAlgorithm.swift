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

    /// The Winograd variant for a step, or nil for direct convolution; see ``WinogradVariant/recommended(for:input:among:)`` for the rule.
    func variant(_ step: Step) -> WinogradVariant? {
        guard self == .automatic, let c = step.convolution, c.stride == 1, !step.image else { return nil }
        let input = TensorLayout(
            batch: step.batch, channels: step.input.channels, height: step.input.height, width: step.input.width, halo: c.padding)
        return WinogradVariant.recommended(for: ConvolutionShape(c), input: input)
    }
}
