import CMicrokernels

/// Direct convolution with bias, and residual and ReLU fused: output ← relu?(conv(input) + bias + residual?).
///
/// The kernel window is a list of runs over a map with a zero halo, so 1x1, 3x3, 5x5 and a 7x7 stem over RGB are one microkernel.
/// Shapes: input [n, H, W, inChannels] with halo ≥ padding; output and residual [n, H', W', outChannels]. The residual may be the output itself.
/// Numerics: fp32 chains of K = inChannels·k² multiply-adds in a fixed order: |error| ≤ (2K + 4)·ε·(|bias| + |residual| + Σ|x·w|), ε = 2⁻²⁴.
/// Threads: a member owns whole output values; results are bitwise the same for any number of members.
/// Source: own derivation; loop order after "Anatomy of High-Performance Many-Threaded Matrix Multiplication" (Smith et al., 2014), without its
/// packing of the input, which NHWC makes needless.
public final class ConvolutionOperator: Operator {
    let kernels: KernelSet
    let weights: PackedWeights
    let runs: RunOffsets
    let runLength: Int
    let input: TensorView
    let output: TensorView
    let residual: TensorView?
    let rectified: Bool
    let stride: Int
    /// One long row of pixels where nothing lies between the rows of the maps.
    let isFlat: Bool
    /// What a team divides: tiles of rows; of one long row the pixels themselves, and each member tiles its own.
    let rows: RowTiling
    let cache: CacheSizes
    let order: Order

    /// Which of weights and pixels the inner loop walks.
    enum Order {
        /// All weights stay in the second-level cache: visit every panel of a pixel tile while its input is in the first-level cache.
        case panelsInner
        /// Weights stream: visit every pixel tile of a band of rows (sized for the second-level cache) for each panel.
        case pixelsInner
    }

    public init(
        _ shape: ConvolutionShape, weights: PackedWeights, input: TensorView, output: TensorView, residual: TensorView? = nil,
        rectified: Bool, kernels: KernelSet, cache: CacheSizes = .typical
    ) {
        shape.check(input: input.layout, output: output.layout, residual: residual?.layout)
        precondition(input.isDisjoint(from: output), "an operator does not write over its input")
        self.kernels = kernels
        self.weights = weights
        self.input = input
        self.output = output
        self.residual = residual
        self.rectified = rectified
        self.cache = cache
        stride = shape.stride

        // A packed image holds the taps of a kernel row side by side: one run for each row of the kernel.
        let layout = input.layout
        let packed = layout.pixelStep == shape.inChannels && shape.kernelSize > 1
        runLength = packed ? shape.kernelSize * shape.inChannels : shape.inChannels
        var offsets: [Int] = []
        for y in 0..<shape.kernelSize {
            for x in 0..<(packed ? 1 : shape.kernelSize) {
                offsets.append((y - shape.padding) * layout.rowStep + (x - shape.padding) * layout.pixelStep)
            }
        }
        runs = RunOffsets(offsets)

        // A 1x1 convolution over maps without halos is one long row of pixels: no short last tile on narrow maps.
        isFlat = shape.kernelSize == 1 && shape.stride == 1 && layout.isContiguous && output.layout.isContiguous
            && (residual?.layout.isContiguous ?? true)
        let (height, width) = isFlat ? (1, output.layout.pixels) : (output.layout.height, output.layout.width)
        rows = RowTiling(
            images: isFlat ? 1 : output.layout.batch, height: height, columns: 0..<width, maximum: kernels.convolution[1].count)
        order = weights.depth * output.layout.paddedChannels * 4 <= cache.level2 / 2 ? .panelsInner : .pixelsInner
    }

    public func run(_ share: Share) {
        switch order {
        case .panelsInner:
            output.clearHalo(share)
            let (rows, all) = tiling(share)
            tiles(rows, all, panels: 0..<weights.panels.count)
        case .pixelsInner:
            let (pixelShare, panelShare) = divide(share)
            let panels = panelShare.range(of: weights.panels.count)
            output.clearHalo(pixelShare, channels: channels(panels))
            let (rows, all) = tiling(pixelShare)
            let bandTiles = bandTiles
            var start = all.lowerBound
            while start < all.upperBound {
                let band = start..<min(start + bandTiles, all.upperBound)
                for panel in panels { tiles(rows, band, panels: panel..<(panel + 1)) }
                start = band.upperBound
            }
        }
    }

    /// A member's tiles.
    private func tiling(_ share: Share) -> (rows: RowTiling, tiles: Range<Int>) {
        guard isFlat else { return (rows, share.range(of: rows.count)) }
        let own = RowTiling(images: 1, height: 1, columns: share.range(of: rows.columns.count), maximum: rows.maximum)
        return (own, 0..<own.count)
    }

    /// Divides a team over pixels or over panels: whichever is better balanced, and where they are about even whichever moves less.
    ///
    /// Over panels a member reads the whole input and hands on whole pixels in pieces, and most of that lies in other members' caches; over pixels it
    /// reads all weights, which nobody writes, and maps stay with the member that has their rows.
    private func divide(_ share: Share) -> (pixels: Share, panels: Share) {
        func imbalance(_ units: Int) -> Double { Double((units + share.count - 1) / share.count * share.count) / Double(units) }
        let (pixels, panels) = (imbalance(isFlat ? rows.columns.count : rows.count), imbalance(weights.panels.count))
        let maps = input.layout.pixels * input.layout.pixelStep + output.layout.pixels * output.layout.pixelStep
        let favour = weights.depth * output.layout.paddedChannels > maps ? 1.01 : 0.97
        return panels <= pixels * favour ? (.whole, share) : (share, .whole)
    }

    /// The output channels of some panels.
    private func channels(_ panels: Range<Int>) -> Range<Int> {
        guard let first = panels.first else { return 0..<0 }
        let last = weights.panels[panels.upperBound - 1]
        return weights.panels[first].firstChannel..<(last.firstChannel + last.vectors * kernels.isa.lanes)
    }

    /// Tiles whose input takes about half the second-level cache.
    private var bandTiles: Int {
        let bytesPerTile = rows.maximum * stride * stride * input.layout.pixelStep * 4
        return max(cache.level2 / 2 / max(bytesPerTile, 1), 8)
    }

    private func tiles(_ rows: RowTiling, _ range: Range<Int>, panels: Range<Int>) {
        guard !range.isEmpty else { return }
        var call = zd_convolution_tile()
        call.input_step = stride * input.layout.pixelStep
        call.runs = UnsafePointer(runs.base)
        call.run_count = runs.count
        call.run_length = runLength
        call.output_step = output.layout.pixelStep
        call.residual_step = residual?.layout.pixelStep ?? 0
        call.rectified = rectified ? 1 : 0
        let nextElements = order == .panelsInner && weights.depth == runLength ? rows.range(0).count * stride * input.layout.pixelStep : 0
        var position = rows.position(range.lowerBound)
        var columns = rows.range(position.tile)
        for _ in range {
            let (n, y, x) = (position.image, position.y, columns.lowerBound)
            call.input = UnsafePointer(input.pixel(n, y * stride, x * stride))
            let out = output.pixel(n, y, x)
            let added = residual?.pixel(n, y, x)
            rows.advance(&position)
            // While this tile is computed, the pixels of the next one come into the cache: a share of them with each panel.
            let nextColumns = rows.range(position.tile)
            let following = input.pixel(position.image, position.y * stride, nextColumns.lowerBound * stride)
            let next = position.image < rows.images ? UnsafePointer(following) : call.input!
            let share = nextElements / panels.count
            call.ahead_step = (share + weights.depth - 1) / weights.depth
            call.ahead = next
            for index in panels {
                let panel = weights.panels[index]
                call.bias = UnsafePointer(weights.bias.base + panel.firstChannel)
                call.weights = UnsafePointer(weights.weights.base + panel.offset)
                call.output = out + panel.firstChannel
                call.residual = added.map { UnsafePointer($0 + panel.firstChannel) }
                kernels.convolution[panel.vectors - 1][columns.count - 1](&call)
                call.ahead += share
            }
            columns = nextColumns
        }
    }
}

/// Offsets that microkernels read, in memory that does not move.
final class RunOffsets: @unchecked Sendable {
    let base: UnsafeMutablePointer<Int>
    let count: Int

    init(_ values: [Int]) {
        count = values.count
        base = .allocate(capacity: max(values.count, 1))
        base.initialize(from: values, count: values.count)
    }

    deinit { base.deallocate() }
}
