/// What is left open about a written network.
public struct ExportOptions: Sendable {
    /// Where a convolution's scale and shift stand.
    public enum BatchNormalization: String, CaseIterable, Hashable, Sendable {
        /// In its weights and bias: what a deployed network has.
        case folded
        /// In a batch normalization behind it: what a network in training has.
        case explicit
    }

    /// Images in one run; nil leaves it to each run.
    public var batch: Int?
    /// Side of the network's own input in pixels; nil leaves height and width to each run.
    public var side: Int?
    public var batchNormalization: BatchNormalization
    /// What the file says about itself, in order.
    public var metadata: [(key: String, value: String)]

    public init(
        batch: Int? = 1, side: Int?, batchNormalization: BatchNormalization = .folded, metadata: [(key: String, value: String)] = []
    ) {
        self.batch = batch
        self.side = side
        self.batchNormalization = batchNormalization
        self.metadata = metadata
    }
}

/// A batch normalization that changes nothing but for its shift: what stands behind a convolution whose scale is in its weights already.
///
/// y = γ·(x − mean) / √(variance + ε) + β with γ = 1, mean = 0, β the bias, and variance + ε = 1 in a float's sum.
enum NeutralBatchNormalization {
    /// PyTorch's default.
    static let epsilon: Float = 1e-5
    static let variance: Float = 1 - epsilon
}
