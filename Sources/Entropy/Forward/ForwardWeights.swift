import Architecture
import Inference
import TensorCore

/// Where one pass takes its input and weights from, in the order of the network.
enum ForwardWeights {
    /// Stretches of a pool.
    case pool(GaussianPool.Cursor)
    /// Drawn for this pass alone, in the order that ``GaussianStream`` specifies: the input in NCHW, then weights in OIHW.
    case stream(GaussianStream)

    /// `count` numbers in memory that stays as long as `body` runs.
    private mutating func withFloats<Result>(_ count: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
        switch self {
        case .pool(var cursor):
            let start = cursor.take(count)
            self = .pool(cursor)
            return body(UnsafePointer(cursor.pool.buffer.base + start))
        case .stream(var stream):
            let drawn = stream.floats(count)
            self = .stream(stream)
            return drawn.withUnsafeBufferPointer { body($0.baseAddress!) }
        }
    }

    /// Fills a map with N(0, 1), in NCHW order.
    ///
    /// A large map is drawn anew also beside a pool: the images of a batch would else meet the same numbers again.
    mutating func fill(_ view: TensorView) {
        let count = view.layout.pixels * view.layout.channels
        if case .pool(let cursor) = self, count > cursor.pool.count / 4 {
            var stream = GaussianStream(seed: cursor.seed)
            view.write(nchw: stream.floats(count))
            return
        }
        withFloats(count) { view.write(nchw: $0) }
    }

    /// The operator of a convolution without bias.
    ///
    /// - Parameter zeros: as many as padded output channels.
    mutating func convolution(
        _ c: Convolution, input: TensorView, output: TensorView, zeros: FloatBuffer, kernels: KernelSet, cache: CacheSizes
    ) -> any Operator {
        let shape = ConvolutionShape(c)
        if c.isDepthwise {
            return withFloats(shape.weightCount) {
                DepthwiseOperator(
                    shape, weights: DepthwiseWeights(shape, weights: $0, bias: zeros.base), input: input, output: output, rectified: false, kernels: kernels)
            }
        }
        let packed: PackedWeights
        if case .pool(var cursor) = self, c.groups == 1 {
            packed = PackedWeights(
                shape, slice: cursor.pool.buffer, start: cursor.take(PackedWeights.sliceCount(shape)), bias: zeros, tiles: kernels.tiles)
            self = .pool(cursor)
        } else {
            packed = withFloats(shape.weightCount) { PackedWeights(shape, weights: $0, bias: zeros.base, tiles: kernels.tiles) }
        }
        return ConvolutionOperator(shape, weights: packed, input: input, output: output, rectified: false, kernels: kernels, cache: cache)
    }

    /// Weights of a dense layer whose outputs have about the variance of its inputs: a gate behind it is neither shut nor open throughout.
    mutating func dense(_ c: Convolution, zeros: FloatBuffer, tiles: ConvolutionTiles) -> PackedWeights {
        let shape = ConvolutionShape(c)
        let scale = 1 / Float(c.fanIn).squareRoot()
        let scaled = withFloats(shape.weightCount) { values in (0..<shape.weightCount).map { values[$0] * scale } }
        return PackedWeights(shape, weights: scaled, bias: zeros.base, tiles: tiles)
    }

    /// Numbers of the pool that the largest step of a program needs at once.
    static func largestNeed(_ program: Program) -> Int {
        program.steps.map { step -> Int in
            switch step.operation {
            case .convolution(let c): PackedWeights.sliceCount(ConvolutionShape(c))
            case .squeezeExcitation(let s): s.channels * s.reducedChannels
            default: 0
            }
        }.max() ?? 0
    }
}
