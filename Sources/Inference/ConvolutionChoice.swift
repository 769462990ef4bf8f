import Architecture
import TensorCore

/// How convolutions are to be computed: the choice that changes speed and rounding, never the result beyond its error bound.
///
/// The raw value is the spelling on the command line (`--convolution direct`).
public enum ConvolutionAlgorithm: String, CaseIterable, Hashable, Sendable {
    /// What was measured to be the fastest; by the rule where nothing was measured.
    case automatic = "auto"
    /// Winograd where a rule of costs expects it to be faster, else direct.
    case rule
    /// Direct everywhere.
    case direct
}

/// One way to compute a dense convolution.
public enum ConvolutionMethod: Hashable, Sendable {
    case direct
    case winograd(WinogradVariant)

    /// What reports and profiles call it: "direct", or a Winograd variant such as "F(4x4,3x3)".
    public var name: String {
        switch self {
        case .direct: "direct"
        case .winograd(let variant): variant.rawValue
        }
    }

    /// Stored weights for each pair of input and output channels of a step.
    public func weightsPerChannel(_ step: Step) -> Int {
        let side =
            switch self {
            case .direct: step.convolution?.kernelSize ?? 0
            case .winograd(let variant): variant.tile
            }
        return side * side
    }
}

/// For each step of a program the way to compute it.
///
/// A measured choice may differ between numbers of threads, and with it the rounding. For one choice results are bitwise the same for any number.
public struct ConvolutionChoice: Hashable, Sendable {
    public let algorithm: ConvolutionAlgorithm
    private var measured: [Step: ConvolutionMethod] = [:]
    /// By a step's index in the program whose weights were limited: of equal steps only as many change as must.
    private var single: [Int: ConvolutionMethod] = [:]

    public init(_ algorithm: ConvolutionAlgorithm) { self.algorithm = algorithm }

    public static let rule = ConvolutionChoice(.rule)
    public static let direct = ConvolutionChoice(.direct)

    /// One method wherever it is possible: for timing it.
    public static func only(_ method: ConvolutionMethod, for step: Step) -> ConvolutionChoice {
        var choice = ConvolutionChoice(.automatic)
        choice.set(method, for: step)
        return choice
    }

    /// The methods among which the fastest is to be found by measurement; fewer than two where there is nothing to choose.
    package static func open(_ algorithm: ConvolutionAlgorithm, for step: Step) -> [ConvolutionMethod] {
        algorithm == .automatic ? methods(for: step) : []
    }

    /// The methods that can compute a step; empty where it is no dense convolution, one where there is nothing to choose.
    public static func methods(for step: Step) -> [ConvolutionMethod] {
        guard step.kind == .convolution, let c = step.convolution else { return [] }
        guard !step.image, !step.readsBand, !step.writesBand, !step.gated else { return [.direct] }
        return [.direct] + WinogradVariant.variants(for: ConvolutionShape(c), input: step.inputLayout).map(ConvolutionMethod.winograd)
    }

    /// Takes over what was measured.
    public mutating func set(_ method: ConvolutionMethod, for step: Step) {
        precondition(Self.methods(for: step).contains(method), "\(method.name) does not compute '\(step.summary)'")
        measured[step] = method
    }

    /// True where the method of a step is a measured one.
    public func isMeasured(_ step: Step) -> Bool { algorithm == .automatic && measured[step] != nil }

    /// The method for a step, nil where it is no dense convolution.
    public func method(_ step: Step) -> ConvolutionMethod? {
        let methods = Self.methods(for: step)
        guard methods.count > 1, algorithm != .direct else { return methods.first }
        if algorithm == .automatic, let method = measured[step] { return method }
        return WinogradVariant.recommended(for: ConvolutionShape(step.convolution!), input: step.inputLayout).map(ConvolutionMethod.winograd) ?? .direct
    }

    /// Takes another method for one of the steps that a program has.
    mutating func set(_ method: ConvolutionMethod, ofStep index: Int) { single[index] = method }

    /// The method of a program's step, nil where it is no dense convolution.
    package func method(ofStep index: Int, in program: Program) -> ConvolutionMethod? { single[index] ?? method(program.steps[index]) }

    /// The Winograd variant of a program's step, or nil.
    func variant(ofStep index: Int, in program: Program) -> WinogradVariant? {
        if case .winograd(let variant)? = method(ofStep: index, in: program) { variant } else { nil }
    }
}

extension Step {
    /// How the input lies in memory, with the halo that the step itself needs.
    package var inputLayout: TensorLayout {
        let halo = convolution?.padding ?? 0
        return image
            ? .packed(batch: batch, channels: input.channels, height: input.height, width: input.width, halo: halo)
            : TensorLayout(batch: batch, channels: input.channels, height: input.height, width: input.width, halo: halo)
    }
}
