import CMicrokernels

/// Winograd convolution with bias, and residual and ReLU fused: output ← relu?(conv(input) + bias + residual?), stride 1.
///
/// For a block of tiles: V[p] = Bᵀ·d·B at every point p, M[p] = V[p]·U[p] over the input channels, output = Aᵀ·M·A.
/// Shapes: input [n, H, W, inChannels] with halo ≥ padding and padded channels; output and residual [n, H', W', outChannels]. The residual may be
/// the output itself.
/// Numerics: see ``WinogradVariant/amplification``. Sums over channels are chains in a fixed order.
/// Threads: members own tiles, or panels of output channels where tiles are few; then each makes V for itself, which saves a barrier. Results are
/// bitwise the same for any number of members and any blocking.
/// Source: see ``WinogradVariant``; blocking is an own derivation.
public final class WinogradOperator: Operator {
    let kernels: KernelSet
    let weights: WinogradWeights
    let input: TensorView
    let output: TensorView
    let residual: TensorView?
    let rectified: Bool
    let padding: Int
    let grid: (rows: Int, columns: Int)
    public let blocking: WinogradBlocking
    let scratch: MemberScratch
    let noBias: FloatBuffer
    let inputTransform: KernelSet.WinogradInput
    let outputTransform: KernelSet.WinogradOutput
    /// Floats from tile to tile and from point to point of V and of M.
    let (stepV, planeV): (Int, Int)
    let (stepM, planeM): (Int, Int)

    /// - Parameters:
    ///   - shape: stride 1, no groups, the kernel size of the weights' variant.
    ///   - weights: transformed for the variant that is to run, and for the kernels' instruction set.
    ///   - input: its halo is at least the padding.
    ///   - output: not the input; it may be the residual.
    ///   - residual: a map of the output's shape that is added before the ReLU.
    ///   - rectified: whether a ReLU follows.
    ///   - kernels: the instruction set to run with.
    ///   - cache: what the blocks of tiles are cut to fit.
    ///   - scratch: grown to what the operator needs; shares of more members than it has are refused.
    ///   - requested: nil: chosen by the sizes of the caches.
    public init(
        _ shape: ConvolutionShape, weights: WinogradWeights, input: TensorView, output: TensorView, residual: TensorView? = nil,
        rectified: Bool, kernels: KernelSet, cache: CacheSizes = .typical, scratch: MemberScratch, blocking requested: WinogradBlocking? = nil
    ) {
        let variant = weights.variant
        precondition(
            WinogradVariant.variants(for: shape, input: input.layout).contains(variant),
            "\(variant.rawValue) does not compute a convolution of \(shape.kernelSize)x\(shape.kernelSize), stride \(shape.stride), \(shape.groups) groups")
        precondition(weights.inChannels == shape.inChannels && weights.outChannels == shape.outChannels, "weights of another convolution")
        shape.check(input: input.layout, output: output.layout, residual: residual?.layout)
        precondition(input.isDisjoint(from: output), "an operator does not write over its input")
        guard let inputTransform = kernels.winogradInput(variant.tile), let outputTransform = kernels.winogradOutput(variant.tile, variant.outputs)
        else { preconditionFailure("no kernels for \(variant.rawValue)") }
        self.inputTransform = inputTransform
        self.outputTransform = outputTransform
        self.kernels = kernels
        self.weights = weights
        self.input = input
        self.output = output
        self.residual = residual
        self.rectified = rectified
        self.scratch = scratch
        padding = shape.padding
        grid = variant.tiles(height: output.layout.height, width: output.layout.width)
        let total = output.layout.batch * grid.rows * grid.columns
        let (width, rows) = (kernels.tiles.width(output.layout.paddedChannels), kernels.tiles.rows(output.layout.paddedChannels))
        var blocking = requested ?? .choose(
            variant: variant, inChannels: shape.inChannels, panelWidth: width, total: total, rows: rows, cache: cache)
        blocking.tiles = min(blocking.tiles, total)
        blocking.panels = min(blocking.panels, weights.panels.count)
        self.blocking = blocking
        stepV = WinogradBlocking.step(shape.inChannels)
        planeV = WinogradBlocking.plane(tiles: blocking.tiles, step: stepV)
        stepM = WinogradBlocking.step(blocking.panels * width)
        planeM = WinogradBlocking.plane(tiles: blocking.tiles, step: stepM)
        noBias = FloatBuffer(count: width)
        scratch.reserve(Int(ZD_WINOGRAD_SCRATCH) + variant.tile * variant.tile * (planeV + planeM))
    }

    private var total: Int { output.layout.batch * grid.rows * grid.columns }

    public func run(_ share: Share) {
        precondition(share.count <= scratch.members, "\(share.count) members over scratch memory for \(scratch.members)")
        let (tileShare, panelShare) = weights.variant.shares(
            share, tiles: total, inputs: weights.inChannels, outputs: output.layout.paddedChannels, kernels: kernels.tiles)
        let tiles = tileShare.range(of: total)
        let panels = panelShare.range(of: weights.panels.count)
        guard !panels.isEmpty else { return }
        let last = weights.panels[panels.upperBound - 1]
        output.clearHalo(tileShare, channels: weights.panels[panels.lowerBound].firstChannel..<(last.firstChannel + last.vectors * kernels.isa.lanes))
        guard !tiles.isEmpty else { return }
        let registers = scratch.base(share.member)
        let v = registers + Int(ZD_WINOGRAD_SCRATCH)
        let m = v + weights.variant.tile * weights.variant.tile * planeV
        let blocks = (tiles.count + blocking.tiles - 1) / blocking.tiles
        let groups = (panels.count + blocking.panels - 1) / blocking.panels
        for index in 0..<blocks {
            let block = Self.part(index, of: blocks, tiles)
            let next = index + 1 < blocks ? Self.part(index + 1, of: blocks, tiles) : block.upperBound..<block.upperBound
            transformInput(block, v, registers)
            for index in 0..<groups {
                let group = Self.part(index, of: groups, panels)
                multiply(block.count, group, v, m, ahead: index == 0 ? next : next.upperBound..<next.upperBound)
                transformOutput(block, group, m, registers)
            }
        }
    }

    private static func part(_ index: Int, of count: Int, _ range: Range<Int>) -> Range<Int> {
        let part = Share(member: index, of: count).range(of: range.count)
        return (range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound)
    }

    /// Image, row and column of a tile.
    func position(_ tile: Int) -> (n: Int, y: Int, x: Int) {
        let (line, x) = tile.quotientAndRemainder(dividingBy: grid.columns)
        let (n, y) = line.quotientAndRemainder(dividingBy: grid.rows)
        return (n, y, x)
    }

    @inline(__always)
    func advance(_ n: inout Int, _ y: inout Int, _ x: inout Int) {
        x += 1
        guard x == grid.columns else { return }
        x = 0
        y += 1
        guard y == grid.rows else { return }
        y = 0
        n += 1
    }
}
