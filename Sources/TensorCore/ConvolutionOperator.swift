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
    let division: ConvolutionDivision

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

        division = ConvolutionDivision(
            shape, input: layout, output: output.layout, residual: residual?.layout, tiles: kernels.tiles,
            cache: cache)
    }

    public func run(_ share: Share) {
        let (pixelShare, panelShare) = division.shares(share)
        let panels = panelShare.range(of: weights.panels.count)
        output.clearHalo(pixelShare, channels: channels(panels))
        let (rows, all) = division.tiling(pixelShare)
        switch division.order {
        case .panelsInner: tiles(rows, all, panels: panels)
        case .pixelsInner:
            var start = all.lowerBound
            while start < all.upperBound {
                let band = start..<min(start + division.bandTiles, all.upperBound)
                for panel in panels { tiles(rows, band, panels: panel..<(panel + 1), following: panel + 1 < panels.upperBound ? panel + 1 : nil) }
                start = band.upperBound
            }
        }
    }

    /// The output channels of some panels.
    private func channels(_ panels: Range<Int>) -> Range<Int> {
        guard let first = panels.first else { return 0..<0 }
        let last = weights.panels[panels.upperBound - 1]
        return weights.panels[first].firstChannel..<(last.firstChannel + last.vectors * kernels.isa.lanes)
    }

    /// - Parameter following: the panel that comes after these.
    private func tiles(_ rows: RowTiling, _ range: Range<Int>, panels: Range<Int>, following: Int? = nil) {
        guard !range.isEmpty else { return }
        var call = zd_convolution_tile()
        call.input_step = stride * input.layout.pixelStep
        call.runs = UnsafePointer(runs.base)
        call.run_count = runs.count
        call.run_length = runLength
        call.output_step = output.layout.pixelStep
        call.residual_step = residual?.layout.pixelStep ?? 0
        call.rectified = rectified ? 1 : 0
        // While a tile is computed, the pixels of the next one come into the cache: a share of them with each panel.
        let nextElements = division.order == .panelsInner && weights.depth == runLength ? rows.range(0).count * stride * input.layout.pixelStep : 0
        let share = nextElements / panels.count
        let pixelsStep = (share + weights.depth - 1) / weights.depth
        // The last tiles ask for the weights of the following panel, which come from beyond the second-level cache: four floats with each k, or more where
        // tiles are few.
        let nextPanel = following.map { weights.panels[$0] }
        let width = nextPanel.map { $0.vectors * kernels.isa.lanes } ?? 0
        let asking = min(width / 4, range.count)
        let weightsStep = asking > 0 ? (width + asking - 1) / asking : 0
        var position = rows.position(range.lowerBound)
        var columns = rows.range(position.tile)
        for tile in range {
            let (n, y, x) = (position.image, position.y, columns.lowerBound)
            call.input = UnsafePointer(input.pixel(n, y * stride, x * stride))
            let out = output.pixel(n, y, x)
            let added = residual?.pixel(n, y, x)
            rows.advance(&position)
            let nextColumns = rows.range(position.tile)
            let pixels = input.pixel(position.image, position.y * stride, nextColumns.lowerBound * stride)
            call.ahead_step = pixelsStep
            call.ahead = share > 0 && position.image < rows.images ? UnsafePointer(pixels) : nil
            if let nextPanel, tile >= range.upperBound - asking {
                call.ahead_step = weightsStep
                call.ahead = UnsafePointer(weights.weights.base + (nextPanel.offset + (tile - (range.upperBound - asking)) * weightsStep * weights.depth))
            }
            for index in panels {
                let panel = weights.panels[index]
                call.bias = UnsafePointer(weights.bias.base + panel.firstChannel)
                call.weights = UnsafePointer(weights.weights.base + panel.offset)
                call.output = out + panel.firstChannel
                call.residual = added.map { UnsafePointer($0 + panel.firstChannel) }
                kernels.convolution[panel.vectors - 1][columns.count - 1](&call)
                if let ahead = call.ahead { call.ahead = ahead + share }
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
