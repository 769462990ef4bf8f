import Architecture
import Inference

/// The shapes of a family that were measured: a step outside is priced by extrapolation, and says so.
public struct StepRange: Hashable, Sendable {
    public var inChannels: ClosedRange<Int>
    public var outChannels: ClosedRange<Int>
    /// Side of the input.
    public var sides: ClosedRange<Int>
    /// "3/2" for a window of 3 at stride 2, ascending.
    public var windows: [String]

    public init(inChannels: ClosedRange<Int>, outChannels: ClosedRange<Int>, sides: ClosedRange<Int>, windows: [String]) {
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.sides = sides
        self.windows = windows
    }

    /// The range of one step.
    init(_ step: Step) {
        self.init(
            inChannels: step.input.channels...step.input.channels, outChannels: step.output.channels...step.output.channels,
            sides: step.input.height...step.input.height, windows: [Self.window(step)])
    }

    mutating func include(_ step: Step) {
        func widened(_ range: ClosedRange<Int>, _ value: Int) -> ClosedRange<Int> { min(range.lowerBound, value)...max(range.upperBound, value) }
        inChannels = widened(inChannels, step.input.channels)
        outChannels = widened(outChannels, step.output.channels)
        sides = widened(sides, step.input.height)
        let window = Self.window(step)
        if !windows.contains(window) { windows = (windows + [window]).sorted() }
    }

    /// What of a step lies outside, in words; nil if it lies inside.
    func excess(_ step: Step) -> String? {
        func outside(_ range: ClosedRange<Int>, _ value: Int, _ noun: String) -> String? {
            range.contains(value) ? nil : "\(value) \(noun), measured \(range.lowerBound) to \(range.upperBound)"
        }
        if !windows.contains(Self.window(step)) { return "window/stride \(Self.window(step)), measured \(windows.joined(separator: ", "))" }
        return outside(inChannels, step.input.channels, "input channels") ?? outside(outChannels, step.output.channels, "output channels")
            ?? outside(sides, step.input.height, "pixels a side")
    }

    private static func window(_ step: Step) -> String {
        switch step.operation {
        case .convolution(let c): "\(c.kernelSize)/\(c.stride)"
        case .pooling(let p): "\(p.kernelSize)/\(p.stride)"
        case .squeezeExcitation, .add, .relu: "1/1"
        // Only networks of other tools and detectors have these: no plan measures them, so they are always outside.
        case .globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling, .groupNormalization, .distributionStatistics, .scalePixels:
            step.kind.rawValue
        }
    }
}
