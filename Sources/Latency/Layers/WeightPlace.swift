import Inference

/// Where a layer finds its weights when it runs: its network decides.
///
/// Winograd convolution stores four to seven times the weights of a direct 3x3 convolution. On small maps, where each weight is used for few tiles, it can be the faster way with
/// weights from the cache that cores share, and not with weights from memory.
package enum WeightPlace: Hashable, Sendable {
    /// Beyond the second-level caches, but still in the one that cores share: so in a network that fits in it.
    case sharedCache
    /// A network larger than the caches has pushed them out to memory before they are wanted again.
    case memory

    /// The part of the shared cache from which on a network's weights are taken to come from memory.
    ///
    /// About the middle between where ``StepModel`` takes the first weights to be gone, three tenths of the cache, and where all are.
    private static let filledShare = 2.0 / 3

    /// Where a program leaves its weights from one run to the next.
    ///
    /// - Parameter sharedBytes: the cache that cores share.
    init(of program: Program, _ choice: ConvolutionChoice, sharedBytes: Int) {
        let bytes = program.footprintBytes(program.steps.indices.map { choice.method(ofStep: $0, in: program) })
        self = bytes > Self.filledShare * Double(sharedBytes) ? .memory : .sharedCache
    }

    /// What it adds to the key of a layer in the table.
    var suffix: String { self == .memory ? ", weights from memory" : "" }
}
