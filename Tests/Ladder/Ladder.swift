import TensorCore

/// One family of cases that hold the kernels of an instruction set against plain loops in double precision.
///
/// The same ladders run in the tests and, compiled as Embedded Swift, on an emulated AArch64 processor: nothing here may import Testing or
/// Foundation.
public struct Ladder: CustomStringConvertible, Sendable {
    public let name: String
    /// Cases that a run executes: what ran is compared with it, so that a loop that does nothing is not taken for success.
    public let cases: Int
    private let body: @Sendable (KernelSet, inout Tally) -> Void

    init(_ name: String, cases: Int, _ body: @escaping @Sendable (KernelSet, inout Tally) -> Void) {
        self.name = name
        self.cases = cases
        self.body = body
    }

    public var description: String { name }

    /// Runs every case with the kernels of one instruction set.
    public func run(_ kernels: KernelSet) -> Tally {
        var tally = Tally()
        body(kernels, &tally)
        return tally
    }

    public static let all: [Ladder] = [
        .convolution, .convolutionInPlace, .winograd, .winogradInPlace, .winogradInput, .winogradOutput, .depthwise, .maximumPooling, .averagePooling,
        .squeeze, .addition, .moments, .affine, .weightSlice, .activation, .product, .concatenation, .upsampling,
        .exponentials, .groupNormalization, .distributions, .pixelScale,
    ]
}
