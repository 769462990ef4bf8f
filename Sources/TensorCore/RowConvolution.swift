import CMicrokernels

/// A convolution computed a stretch of an output row at a time, from input rows that may lie anywhere: a stage of a ``ConvolutionChain``.
///
/// Dense convolutions run direct, with the microkernels and the order of sums of ``ConvolutionOperator``, depthwise ones with those of
/// ``DepthwiseOperator``: the results are bitwise theirs.
public final class RowConvolution: Sendable {
    public enum Weights: Sendable {
        case dense(PackedWeights)
        case depthwise(DepthwiseWeights)
    }

    let shape: ConvolutionShape
    /// Of dense weights; empty where they are depthwise. What is in ``Weights`` taken apart: to take it out for every row would count a reference
    /// that all members share.
    private let panels: [PackedWeights.Panel]
    /// Multiply-adds per output value.
    private let depth: Int
    private let weights: FloatBuffer
    private let bias: FloatBuffer
    let kernels: KernelSet
    let input: TensorLayout
    let output: TensorLayout
    let residual: TensorView?
    let rectified: Bool
    /// Runs of a dense convolution for each row of the kernel: its taps, or one where the input is a packed image.
    let runsPerRow: Int

    /// - Parameters:
    ///   - shape: the convolution's sizes.
    ///   - weights: packed for the kernels' instruction set.
    ///   - input: the layout of the whole input map, of which only the sizes and the pixel step count here.
    ///   - output: the layout that rows are written in.
    ///   - residual: a map of the output's shape that is added before the ReLU.
    ///   - rectified: whether a ReLU follows.
    ///   - kernels: the instruction set to run with.
    public init(
        _ shape: ConvolutionShape, weights: Weights, input: TensorLayout, output: TensorLayout, residual: TensorView? = nil, rectified: Bool,
        kernels: KernelSet
    ) {
        shape.check(input: input, output: output, residual: residual?.layout)
        switch weights {
        case .dense(let packed):
            precondition(packed.depth == shape.inChannels * shape.kernelSize * shape.kernelSize, "weights of another convolution")
            (panels, depth) = (packed.panels, packed.depth)
            (self.weights, bias) = (packed.weights, packed.bias)
        case .depthwise(let packed):
            precondition(shape.isDepthwise && packed.channels == output.paddedChannels && residual == nil, "weights of another convolution")
            precondition(input.pixelStep >= input.paddedChannels, "an input's pixels hold whole vectors")
            (panels, depth) = ([], packed.taps)
            (self.weights, bias) = (packed.weights, packed.bias)
        }
        self.shape = shape
        self.kernels = kernels
        self.input = input
        self.output = output
        self.residual = residual
        self.rectified = rectified
        let packedImage = input.pixelStep == shape.inChannels && shape.kernelSize > 1 && !shape.isDepthwise
        runsPerRow = packedImage ? 1 : shape.kernelSize
    }

    /// Columns of a row, and into how many tiles they are divided. Plain numbers: what a chain looks at for every row counts no references.
    struct Stretch: Sendable {
        let columns: Range<Int>
        fileprivate let tiles: Int
    }

    /// A stretch of output columns.
    func stretch(_ columns: Range<Int>) -> Stretch {
        let maximum = kernels.tiles.rows(output.paddedChannels)
        return Stretch(columns: columns, tiles: (columns.count + maximum - 1) / maximum)
    }

    /// Offsets that ``row(_:_:image:y:output:offsets:)`` needs room for.
    var offsetCount: Int { shape.kernelSize * runsPerRow }

    /// Computes a stretch of row `y` of an image.
    ///
    /// - Parameters:
    ///   - rows: pixel 0 of each input row under the kernel, `kernelSize` of them; zeros stand where the kernel leaves the map. Only the pixels
    ///     under the stretch are read: pixel 0 itself need not exist.
    ///   - output: pixel 0 of the output row.
    ///   - offsets: room for ``offsetCount`` values.
    func row(
        _ rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>>, _ stretch: Stretch, image: Int, y: Int, output: UnsafeMutablePointer<Float>,
        offsets: UnsafeMutablePointer<Int>
    ) {
        for line in 0..<shape.kernelSize {
            for tap in 0..<runsPerRow {
                offsets[line * runsPerRow + tap] = rows[line] - rows[0] + (tap - shape.padding) * input.pixelStep
            }
        }
        if panels.isEmpty {
            depthwise(rows[0], stretch, output: output, offsets: offsets)
        } else {
            dense(rows[0], stretch, image: image, y: y, output: output, offsets: offsets)
        }
    }

    private func dense(
        _ first: UnsafeMutablePointer<Float>, _ stretch: Stretch, image: Int, y: Int, output target: UnsafeMutablePointer<Float>,
        offsets: UnsafeMutablePointer<Int>
    ) {
        let step = shape.stride * input.pixelStep
        var call = zd_convolution_tile()
        call.input_step = step
        call.runs = UnsafePointer(offsets)
        call.run_count = offsetCount
        call.run_length = runsPerRow == shape.kernelSize ? shape.inChannels : shape.kernelSize * shape.inChannels
        call.output_step = output.pixelStep
        call.residual_step = residual?.layout.pixelStep ?? 0
        call.rectified = rectified ? 1 : 0
        // As in ConvolutionOperator: while a tile is computed, the pixels of the next come into the cache. After the last tile of a row that
        // is what follows in memory, the next row where the input is a whole map.
        let (shortest, longer) = stretch.columns.count.quotientAndRemainder(dividingBy: stretch.tiles)
        let aheadElements = shape.kernelSize == 1 ? (shortest + min(longer, 1)) * step : 0
        let share = aheadElements / panels.count
        call.ahead_step = (share + depth - 1) / depth
        let added = residual?.pixel(image, y, 0)
        var start = stretch.columns.lowerBound
        for tile in 0..<stretch.tiles {
            // Balanced, as in RowTiling: the first tiles have a pixel more.
            let length = tile < longer ? shortest + 1 : shortest
            call.input = UnsafePointer(first + start * step)
            call.ahead = share > 0 ? call.input + length * step : nil
            for index in panels.indices {
                let panel = panels[index]
                call.bias = UnsafePointer(bias.base + panel.firstChannel)
                call.weights = UnsafePointer(weights.base + panel.offset)
                call.output = target + (start * output.pixelStep + panel.firstChannel)
                call.residual = added.map { UnsafePointer($0 + (start * call.residual_step + panel.firstChannel)) }
                kernels.convolution[panel.vectors - 1][length - 1](&call)
                if share > 0 { call.ahead += share }
            }
            start += length
        }
    }

    private func depthwise(
        _ first: UnsafeMutablePointer<Float>, _ stretch: Stretch, output target: UnsafeMutablePointer<Float>, offsets: UnsafeMutablePointer<Int>
    ) {
        var call = zd_depthwise_row()
        call.input_step = shape.stride * input.pixelStep
        call.input = UnsafePointer(first + stretch.columns.lowerBound * call.input_step)
        call.offsets = UnsafePointer(offsets)
        call.taps = depth
        call.kernel_size = shape.kernelSize
        call.stride = shape.stride
        call.pixel_step = input.pixelStep
        call.pixels = stretch.columns.count
        call.channels = output.paddedChannels
        call.weight_step = call.channels
        call.bias = UnsafePointer(bias.base)
        call.weights = UnsafePointer(weights.base)
        call.output_step = output.pixelStep
        call.output = target + stretch.columns.lowerBound * call.output_step
        call.rectified = rectified ? 1 : 0
        kernels.depthwise(&call)
    }
}
