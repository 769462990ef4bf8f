import TensorCore

/// How forward passes are made.
public struct ForwardOptions: Hashable, Sendable {
    /// Where input and weights come from.
    public enum Source: Hashable, Sendable {
        /// A pool of numbers drawn once (``GaussianPool``).
        case pool
        /// Numbers drawn for each pass, in the order of ``GaussianStream``: the input, then weights as layers run; pass i has the seed `seed` + i.
        /// Slow, and anyone can repeat it.
        case stream
    }

    /// Side of the network's own input in pixels. At small sides the zeros around the maps lower the deviations, in the last stages most.
    public var resolution: Int
    /// Images of one pass; the standard deviation is over all of them.
    public var batch: Int
    /// Passes with weights and input of their own.
    public var passes: Int
    public var seed: UInt64
    /// False: the paper's network, main branch alone without ReLU. True: with residual links, ReLU and squeeze-and-excitation, every
    /// convolution (also a shortcut's) divided by its standard deviation before the addition; the main branch alone is summed.
    public var isDeployed: Bool
    /// False: values grow as they will, and a deep network leaves the range of fp32.
    public var rescales: Bool
    public var source: Source
    public var isa: InstructionSet

    public init(
        resolution: Int = 64, batch: Int = 1, passes: Int = 8, seed: UInt64 = 0, isDeployed: Bool = false, rescales: Bool = true,
        source: Source = .pool, isa: InstructionSet = .best
    ) {
        self.resolution = resolution
        self.batch = batch
        self.passes = passes
        self.seed = seed
        self.isDeployed = isDeployed
        self.rescales = rescales
        self.source = source
        self.isa = isa
    }

    func check() throws(EntropyError) {
        guard (1...100_000).contains(passes) else { throw EntropyError(.badOption, "\(passes) forward passes; a score needs 1 to 100000") }
        guard (1...4096).contains(batch) else { throw EntropyError(.badOption, "a batch of \(batch); it is 1 to 4096") }
        guard !isDeployed || rescales else {
            throw EntropyError(.badOption, "a deployed network without rescaling: its residual links add maps that were divided by their deviation")
        }
        guard isa.isAvailable else {
            let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            throw EntropyError(.unavailable, "instruction set \(isa.rawValue) is not available here; this machine has \(known)")
        }
    }
}
