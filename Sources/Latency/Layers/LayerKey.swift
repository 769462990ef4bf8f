import Architecture
import Inference

/// The text under which a layer stands in the table: every field of its step, in a fixed order, readable and unique.
///
/// For example "conv k3 s2 p1 g1 in 64x120x120 out 128x60x60 batch 1 residual relu". Shapes are channels x height x width.
public enum LayerKey {
    public static func text(_ step: Step) -> String {
        var parts: [String]
        switch step.operation {
        case .convolution(let c): parts = ["conv", "k\(c.kernelSize)", "s\(c.stride)", "p\(c.padding)", "g\(c.groups)"]
        case .pooling(let p): parts = [p.kind == .max ? "maxpool" : "avgpool", "k\(p.kernelSize)", "s\(p.stride)", "p\(p.padding)"]
        case .squeezeExcitation(let s): parts = ["se", "r\(s.reducedChannels)"]
        case .add: parts = ["add"]
        case .relu: parts = ["relu-alone"]
        case .globalAverage: parts = ["global-average"]
        case .activation(.sigmoid): parts = ["sigmoid"]
        // What it clamps to does not change what it costs.
        case .activation(.clampedLine): parts = ["clamp"]
        case .multiply: parts = ["multiply"]
        case .scale: parts = ["scale"]
        case .concatenation: parts = ["concatenate"]
        case .groupNormalization(let n): parts = ["group-norm", "g\(n.groups)"]
        case .distributionStatistics(let s): parts = ["distribution", "s\(s.sides)", "b\(s.bins)", "k\(s.largest)"]
        case .scalePixels: parts = ["scale-pixels"]
        case .upsampling(let factor): parts = ["upsample", "x\(factor)"]
        }
        parts += ["in", text(step.input), "out", text(step.output), "batch", "\(step.batch)"]
        if step.image { parts.append("image") }
        if step.residual { parts.append("residual") }
        if step.gated { parts.append("gated") }
        if step.rectified { parts.append("relu") }
        if step.readsBand { parts.append("from-band") }
        if step.writesBand { parts.append("to-band") }
        return parts.joined(separator: " ")
    }

    /// The text for a layer computed one of several ways.
    public static func text(_ step: Step, _ method: ConvolutionMethod) -> String { text(step) + " by " + method.name }

    private static func text(_ shape: Shape) -> String { "\(shape.channels)x\(shape.height)x\(shape.width)" }
}
