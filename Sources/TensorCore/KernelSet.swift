import CMicrokernels

#if arch(arm64)
import MicrokernelsNEON
#else
import MicrokernelsAVX2
import MicrokernelsAVX512
import MicrokernelsBaseline
#endif

/// The microkernels of one instruction set: the registry that operators, tests and benchmarks walk.
///
/// Kernels are C function pointers. A Swift closure in an array is a counted reference to a thunk: every call counts it up and down, and as all
/// members of a team count the same one, its cache line would pass from core to core with every tile.
public struct KernelSet: Sendable {
    public typealias ConvolutionTile = @convention(c) @Sendable (UnsafePointer<zd_convolution_tile>) -> Void
    public typealias DepthwiseRow = @convention(c) @Sendable (UnsafePointer<zd_depthwise_row>) -> Void
    public typealias PoolingPixel = @convention(c) @Sendable (UnsafePointer<zd_pooling_pixel>) -> Void
    public typealias WinogradInput = @convention(c) @Sendable (UnsafePointer<zd_winograd_input>) -> Void
    public typealias WinogradOutput = @convention(c) @Sendable (UnsafePointer<zd_winograd_output>) -> Void
    public typealias ElementwiseRow = @convention(c) @Sendable (UnsafePointer<zd_elementwise_row>) -> Void
    public typealias Moments = @convention(c) @Sendable (UnsafePointer<zd_moments>) -> Void
    public typealias Exponentials = @convention(c) @Sendable (UnsafePointer<zd_exponential>) -> Void

    public let isa: InstructionSet
    /// `convolution[vectors − 1][rows − 1]`: the tile of `rows` pixels by `vectors` vectors of output channels. Tiles of one vector exist only
    /// where two vectors are wider than ``TensorLayout/channelGranularity``, tiles of three where the registers are few.
    public let convolution: [[ConvolutionTile]]
    /// The sizes of these tiles.
    public let tiles: ConvolutionTiles
    public let depthwise: DepthwiseRow
    public let pooling: PoolingPixel
    public let elementwise: ElementwiseRow
    public let moments: Moments
    public let exponentials: Exponentials
    /// The input transform for tiles of so many pixels on a side, or nil.
    public let winogradInput: @Sendable (_ tile: Int) -> WinogradInput?
    /// The output transform from tiles of `tile` points to `outputs` pixels on a side, or nil.
    public let winogradOutput: @Sendable (_ tile: Int, _ outputs: Int) -> WinogradOutput?

    /// The kernels of an instruction set.
    ///
    /// - Precondition: the instruction set is available here: its kernels must not even be looked up elsewhere.
    public static func of(_ isa: InstructionSet) -> KernelSet {
        precondition(isa.isAvailable, "\(isa.rawValue) is not available on this machine")
        switch isa {
        #if arch(arm64)
        case .neon:
            return KernelSet(
                isa: isa, tile: MicrokernelsNEON.convolutionTile(rows:vectors:), depthwise: MicrokernelsNEON.depthwiseRow,
                pooling: MicrokernelsNEON.poolingPixel, elementwise: MicrokernelsNEON.elementwiseRow, moments: MicrokernelsNEON.moments, exponentials: MicrokernelsNEON.exponentials,
                winogradInput: { MicrokernelsNEON.winogradInput(tile: $0) }, winogradOutput: { MicrokernelsNEON.winogradOutput(tile: $0, outputs: $1) })
        #else
        case .baseline:
            return KernelSet(
                isa: isa, tile: MicrokernelsBaseline.convolutionTile(rows:vectors:), depthwise: MicrokernelsBaseline.depthwiseRow,
                pooling: MicrokernelsBaseline.poolingPixel, elementwise: MicrokernelsBaseline.elementwiseRow, moments: MicrokernelsBaseline.moments, exponentials: MicrokernelsBaseline.exponentials,
                winogradInput: { MicrokernelsBaseline.winogradInput(tile: $0) }, winogradOutput: { MicrokernelsBaseline.winogradOutput(tile: $0, outputs: $1) })
        case .avx2:
            return KernelSet(
                isa: isa, tile: MicrokernelsAVX2.convolutionTile(rows:vectors:), depthwise: MicrokernelsAVX2.depthwiseRow,
                pooling: MicrokernelsAVX2.poolingPixel, elementwise: MicrokernelsAVX2.elementwiseRow, moments: MicrokernelsAVX2.moments, exponentials: MicrokernelsAVX2.exponentials,
                winogradInput: { MicrokernelsAVX2.winogradInput(tile: $0) }, winogradOutput: { MicrokernelsAVX2.winogradOutput(tile: $0, outputs: $1) })
        case .avx512:
            return KernelSet(
                isa: isa, tile: MicrokernelsAVX512.convolutionTile(rows:vectors:), depthwise: MicrokernelsAVX512.depthwiseRow,
                pooling: MicrokernelsAVX512.poolingPixel, elementwise: MicrokernelsAVX512.elementwiseRow, moments: MicrokernelsAVX512.moments, exponentials: MicrokernelsAVX512.exponentials,
                winogradInput: { MicrokernelsAVX512.winogradInput(tile: $0) }, winogradOutput: { MicrokernelsAVX512.winogradOutput(tile: $0, outputs: $1) })
        #endif
        }
    }

    private init(
        isa: InstructionSet, tile: (Int, Int) -> ConvolutionTile?, depthwise: DepthwiseRow, pooling: PoolingPixel, elementwise: ElementwiseRow,
        moments: Moments, exponentials: Exponentials, winogradInput: @escaping @Sendable (Int) -> WinogradInput?, winogradOutput: @escaping @Sendable (Int, Int) -> WinogradOutput?
    ) {
        self.isa = isa
        self.depthwise = depthwise
        self.pooling = pooling
        self.elementwise = elementwise
        self.moments = moments
        self.exponentials = exponentials
        self.winogradInput = winogradInput
        self.winogradOutput = winogradOutput
        var byVectors: [[ConvolutionTile]] = []
        for vectors in 1...3 {
            var byRows: [ConvolutionTile] = []
            while let kernel = tile(byRows.count + 1, vectors) { byRows.append(kernel) }
            byVectors.append(byRows)
        }
        convolution = byVectors
        tiles = ConvolutionTiles(lanes: isa.lanes, rows: byVectors[1].count, wideRows: byVectors[2].count)
    }

    /// The name of a convolution tile in reports and tests, for example "f32-conv-12x32-avx512".
    public func convolutionName(rows: Int, vectors: Int) -> String {
        "f32-conv-\(rows)x\(vectors * isa.lanes)-\(isa.rawValue)"
    }
}
