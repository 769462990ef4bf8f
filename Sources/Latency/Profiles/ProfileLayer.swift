/// One measured layer of a profile: a point of the grid that a search for this machine reads.
public struct ProfileLayer: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case convolution, depthwise, add, relu
        case maxPooling = "max_pooling"
        case averagePooling = "average_pooling"
        case squeezeExcitation = "squeeze_excitation"
    }

    public var kind: Kind
    public var inChannels: Int
    public var outChannels: Int
    /// 1 for layers without a window.
    public var kernelSize: Int
    public var stride: Int
    public var groups: Int
    /// In pixels.
    public var inputHeight: Int
    public var inputWidth: Int
    public var batch: Int
    /// The layer applies a ReLU as it writes.
    public var relu: Bool
    /// The layer adds a residual as it writes.
    public var residual: Bool
    public var threads: Int
    public var isa: String
    /// How a convolution was computed that can be computed in several ways: "direct" or a Winograd variant; nil where there is no choice.
    public var method: String?
    public var medianNanoseconds: Double
    public var samples: Int

    public init(
        kind: Kind, inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int, groups: Int, inputHeight: Int, inputWidth: Int,
        batch: Int, relu: Bool, residual: Bool, threads: Int, isa: String, method: String? = nil, medianNanoseconds: Double, samples: Int
    ) {
        self.kind = kind
        self.inChannels = inChannels
        self.outChannels = outChannels
        self.kernelSize = kernelSize
        self.stride = stride
        self.groups = groups
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.batch = batch
        self.relu = relu
        self.residual = residual
        self.threads = threads
        self.isa = isa
        self.method = method
        self.medianNanoseconds = medianNanoseconds
        self.samples = samples
    }

    enum CodingKeys: String, CodingKey {
        case kind, stride, groups, batch, relu, residual, threads, isa, method, samples
        case inChannels = "in_channels"
        case outChannels = "out_channels"
        case kernelSize = "kernel_size"
        case inputHeight = "input_height"
        case inputWidth = "input_width"
        case medianNanoseconds = "median_ns"
    }
}
