/// The fitted coefficients of one family of operators: one kind, kernel size and stride.
public struct OperatorCoefficients: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case convolution
        /// A convolution that reads an image of three channels; accelerators have kernels of their own for it.
        case imageConvolution = "image_convolution"
        case depthwise
    }

    public var kind: Kind
    public var kernelSize: Int
    public var stride: Int
    /// Time of an empty kernel.
    public var launchMilliseconds: Double
    /// By which share the launch is longer when a residual is added.
    public var residualLaunchShare: Double
    /// Effective memory bandwidth, in 1e9 bytes per second.
    public var bandwidthGBPerSecond: Double
    /// Weight of the input's bytes against the output's: caches make it differ from 1.
    public var inputFactor: Double
    /// Steps of the inner loop that a tile costs beyond its own sum.
    public var depthOffset: Double
    /// Factor on maps whose side is no multiple of four.
    public var misalignedFactor: Double
    /// 1: whole waves of tiles; 0: waves may be fractional. Nil for depthwise.
    public var waveRounding: Double?
    /// 1: input channels count as padded; 0: as they are. Nil for depthwise.
    public var paddingExponent: Double?
    /// Cost of putting the parts of a split sum together. Nil for depthwise.
    public var splitMilliseconds: Double?
    /// Speed of a Winograd kernel over a direct one; nil where there is none.
    public var winogradFactor: Double?
    /// Multiply-accumulates per nanosecond of one multiprocessor, for each tile of the model; of the whole device for depthwise.
    public var tileRatesGMACPerSecond: [Double]

    public init(
        kind: Kind, kernelSize: Int, stride: Int, launchMilliseconds: Double, residualLaunchShare: Double, bandwidthGBPerSecond: Double,
        inputFactor: Double, depthOffset: Double, misalignedFactor: Double, waveRounding: Double? = nil, paddingExponent: Double? = nil,
        splitMilliseconds: Double? = nil, winogradFactor: Double? = nil, tileRatesGMACPerSecond: [Double]
    ) {
        self.kind = kind
        self.kernelSize = kernelSize
        self.stride = stride
        self.launchMilliseconds = launchMilliseconds
        self.residualLaunchShare = residualLaunchShare
        self.bandwidthGBPerSecond = bandwidthGBPerSecond
        self.inputFactor = inputFactor
        self.depthOffset = depthOffset
        self.misalignedFactor = misalignedFactor
        self.waveRounding = waveRounding
        self.paddingExponent = paddingExponent
        self.splitMilliseconds = splitMilliseconds
        self.winogradFactor = winogradFactor
        self.tileRatesGMACPerSecond = tileRatesGMACPerSecond
    }

    enum CodingKeys: String, CodingKey {
        case kind, stride
        case kernelSize = "kernel_size"
        case launchMilliseconds = "launch_ms"
        case residualLaunchShare = "residual_launch_share"
        case bandwidthGBPerSecond = "bandwidth_gb_per_s"
        case inputFactor = "input_factor"
        case depthOffset = "depth_offset"
        case misalignedFactor = "misaligned_factor"
        case waveRounding = "wave_rounding"
        case paddingExponent = "padding_exponent"
        case splitMilliseconds = "split_ms"
        case winogradFactor = "winograd_factor"
        case tileRatesGMACPerSecond = "tile_rates_gmac_per_s"
    }
}
