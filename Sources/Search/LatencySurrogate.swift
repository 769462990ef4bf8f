import Architecture

#if canImport(Glibc)
    import Glibc
#endif

/// Estimates the latency of a block from the blocks that were priced.
///
/// A price may cost a measurement, and an evolution meets hundreds of thousands of blocks. So it runs on estimates, and only the blocks
/// of its best structures are priced, which in turn corrects the estimates where it matters.
///
/// Estimate = linear model in what a block computes and moves, times a local correction: the geometric mean of measured / modelled over
/// the priced blocks at the same position, weighted by closeness in log channels. A block that differs from a priced one in depth alone
/// gets that one's correction.
///
/// - Source: own derivation; the model's terms are those of a roofline.
struct LatencySurrogate {
    static let termCount = 9
    /// Blocks to price before the first fit.
    static let leastSamples = 2 * termCount

    private var weights: [Double] = []
    private var samples: [[Sample]]
    private var features: [[Double]] = []
    private var prices: [Double] = []

    /// A priced block at one position.
    private struct Sample {
        var point: Point
        var row: Int
        /// ln(price / modelled)
        var correction = 0.0
    }

    /// Where a block lies for the local correction.
    struct Point {
        var input: Double
        var output: Double
        var bottleneck: Double
        var kernel: Double

        init(_ block: Block) {
            input = log(Double(block.inChannels))
            output = log(Double(block.outChannels))
            bottleneck = log(Double(max(block.bottleneck, 1)))
            kernel = log(Double(block.kernelSize))
        }

        @inline(__always)
        func squaredDistance(to other: Point) -> Double {
            let (i, o, b, k) = (input - other.input, output - other.output, bottleneck - other.bottleneck, kernel - other.kernel)
            return i * i + o * o + b * b + k * k
        }
    }

    init(positionCount: Int) { samples = Array(repeating: [], count: positionCount) }

    var isFitted: Bool { !weights.isEmpty }

    mutating func add(_ block: Block, index: Int, inputSide: Int, nanoseconds: Double) {
        samples[index].append(Sample(point: Point(block), row: prices.count))
        features.append(Self.features(block, inputSide: inputSide))
        prices.append(nanoseconds)
    }

    /// Fits the model to all priced blocks, by least squares of the relative error with a little ridge.
    mutating func fit() {
        guard prices.count >= Self.leastSamples else { return }
        let count = Self.termCount
        // Columns of very different size: scale each to a mean of 1 of its share in the price.
        var matrix = [Double](repeating: 0, count: count * count)
        var right = [Double](repeating: 0, count: count)
        var scale = [Double](repeating: 0, count: count)
        for (row, price) in zip(features, prices) {
            for i in 0..<count { scale[i] += row[i] / price }
        }
        for i in 0..<count { scale[i] = scale[i] > 0 ? Double(prices.count) / scale[i] : 0 }
        for (row, price) in zip(features, prices) {
            for i in 0..<count {
                let x = row[i] / price * scale[i]
                right[i] += x
                for j in 0...i { matrix[i * count + j] += x * row[j] / price * scale[j] }
            }
        }
        let ridge = 1e-3 * Double(prices.count)
        for i in 0..<count { matrix[i * count + i] += ridge }
        let solution = solvePositiveDefinite(&matrix, right)
        weights = zip(solution, scale).map(*)
        for index in samples.indices {
            for place in samples[index].indices {
                let row = samples[index][place].row
                samples[index][place].correction = log(prices[row] / modelled(features[row]))
            }
        }
    }

    /// Nanoseconds of a block that was not priced. Only after a fit.
    func estimate(_ block: Block, index: Int, inputSide: Int) -> Double {
        let point = Point(block)
        // A weight of its own for "no correction": far from all samples the model stands alone.
        var weightSum = 4.0
        var sum = 0.0
        for sample in samples[index] {
            let distance = point.squaredDistance(to: sample.point) + 1e-4
            let weight = 1 / (distance * distance)
            weightSum += weight
            sum += weight * sample.correction
        }
        return modelled(Self.features(block, inputSide: inputSide)) * exp(sum / weightSum)
    }

    /// The linear model, kept above a fifth of what its positive terms say: a fit may have negative weights, a price is never near zero.
    private func modelled(_ row: [Double]) -> Double {
        var sum = 0.0
        var positive = 0.0
        for i in 0..<Self.termCount {
            let term = weights[i] * row[i]
            sum += term
            positive += max(term, 0)
        }
        return max(sum, 0.2 * positive, 1)
    }

    /// Convolutions; multiply-accumulates of pointwise, 3x3, larger and depthwise convolutions; values read, values written, weights;
    /// values gathered by kernels (outputs · kernelSize²).
    private static func features(_ block: Block, inputSide: Int) -> [Double] {
        var row = [Double](repeating: 0, count: termCount)
        add(block.inner(0), times: 1, side: inputSide, to: &row)
        if block.depth > 1 { add(block.inner(1), times: Double(block.depth - 1), side: block.outputSide(inputSide), to: &row) }
        return row
    }

    private static func add(_ inner: InnerBlock, times: Double, side: Int, to row: inout [Double]) {
        if let shortcut = inner.shortcut {
            if shortcut.isPooled { row[5] += times * Double(inner.first.inChannels * side * side) }
            if let projection = shortcut.projection { add(projection, times: times, side: shortcut.isPooled ? side / 2 : side, to: &row) }
        }
        var side = side
        for convolution in [inner.first, inner.second, inner.third] {
            guard let convolution else { continue }
            add(convolution, times: times, side: side, to: &row)
            side = convolution.outputSide(side)
        }
    }

    private static func add(_ convolution: Convolution, times: Double, side: Int, to row: inout [Double]) {
        let outputSide = convolution.outputSide(side)
        let outputs = Double(convolution.outChannels * outputSide * outputSide)
        let kind = convolution.isDepthwise ? 4 : convolution.kernelSize == 1 ? 1 : convolution.kernelSize == 3 ? 2 : 3
        row[0] += times
        row[kind] += times * outputs * Double(convolution.fanIn)
        row[5] += times * Double(convolution.inChannels * side * side)
        row[6] += times * outputs
        row[7] += times * Double(convolution.outChannels * convolution.fanIn)
        row[8] += times * Double(convolution.inChannels * outputSide * outputSide * convolution.kernelSize * convolution.kernelSize)
    }
}

/// Solves A·x = b for a symmetric positive definite A given by its lower triangle (overwritten by its Cholesky factor).
func solvePositiveDefinite(_ a: inout [Double], _ b: [Double]) -> [Double] {
    let n = b.count
    for i in 0..<n {
        for j in 0...i {
            var sum = a[i * n + j]
            for k in 0..<j { sum -= a[i * n + k] * a[j * n + k] }
            a[i * n + j] = i == j ? max(sum, 1e-300).squareRoot() : sum / a[j * n + j]
        }
    }
    var x = b
    for i in 0..<n {
        for k in 0..<i { x[i] -= a[i * n + k] * x[k] }
        x[i] /= a[i * n + i]
    }
    for i in (0..<n).reversed() {
        for k in i + 1..<n { x[i] -= a[k * n + i] * x[k] }
        x[i] /= a[i * n + i]
    }
    return x
}
