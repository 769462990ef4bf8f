import CMicrokernels

// What a head with learned distributions does between its convolutions.

/// The statistics of distributions: for each side a softmax over its bins, then its largest probabilities in descending order and their mean.
///
/// Input channel side · bins + bin, output channel side · (largest + 1) + rank, the mean last.
/// Numerics: |error| ≤ (bins + 8)·ε of a probability.
public final class DistributionOperator: Operator, @unchecked Sendable {
    private let sides: Int
    private let bins: Int
    private let largest: Int
    private let input: TensorView
    private let output: TensorView
    private let scratch: MemberScratch
    private let kernels: KernelSet

    /// - Parameters:
    ///   - sides: distributions of a pixel: a box has four sides.
    ///   - bins: of each distribution.
    ///   - largest: how many of the largest probabilities are kept.
    ///   - input: channel side · bins + bin.
    ///   - output: channel side · (largest + 1) + rank, the mean last.
    ///   - scratch: where each member keeps a row of exponentials.
    ///   - kernels: the instruction set to run with.
    /// - Precondition: 1 ≤ largest ≤ bins, and the channels are those of so many sides.
    public init(sides: Int, bins: Int, largest: Int, input: TensorView, output: TensorView, scratch: MemberScratch, kernels: KernelSet) {
        let (i, o) = (input.layout, output.layout)
        precondition(largest >= 1 && largest <= bins && i.channels == sides * bins && o.channels == sides * (largest + 1), "channels of \(sides) sides")
        precondition(i.batch == o.batch && i.height == o.height && i.width == o.width, "statistics of each pixel")
        self.sides = sides
        self.bins = bins
        self.largest = largest
        self.input = input
        self.output = output
        self.scratch = scratch
        self.kernels = kernels
        scratch.reserve(i.width * i.paddedChannels)
    }

    public func run(_ share: Share) {
        output.clearHalo(share)
        let (layout, step) = (output.layout, input.layout.paddedChannels)
        let row = scratch.base(share.member)
        var call = zd_exponential()
        call.input = UnsafePointer(row)
        call.output = row
        call.count = layout.width * step
        for index in share.range(of: layout.batch * layout.height) {
            let (n, y) = index.quotientAndRemainder(dividingBy: layout.height)
            for x in 0..<layout.width { shift(input.pixel(n, y, x), to: row + x * step) }
            kernels.exponentials(&call)
            for x in 0..<layout.width {
                let to = output.pixel(n, y, x)
                for side in 0..<sides { keep(row + (x * step + side * bins), to: to + side * (largest + 1)) }
                for c in layout.channels..<layout.paddedChannels { to[c] = 0 }
            }
        }
    }

    /// Takes the largest value of each side from all of them, so that no exponential overflows.
    private func shift(_ from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>) {
        for side in 0..<sides {
            let values = from + side * bins
            var top = values[0]
            for bin in 1..<bins { top = values[bin] > top ? values[bin] : top }
            for bin in 0..<bins { to[side * bins + bin] = values[bin] - top }
        }
        for c in (sides * bins)..<input.layout.paddedChannels { to[c] = 0 }
    }

    /// Keeps the largest of one side's exponentials, in order, divided by the sum of all.
    private func keep(_ values: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>) {
        var sum: Float = 0
        for bin in 0..<bins { sum += values[bin] }
        var kept = 0
        for bin in 0..<bins {
            let value = values[bin]
            guard kept < largest || value > to[kept - 1] else { continue }
            if kept < largest { kept += 1 }
            var place = kept - 1
            while place > 0, to[place - 1] < value {
                to[place] = to[place - 1]
                place -= 1
            }
            to[place] = value
        }
        let scale = 1 / sum
        var total: Float = 0
        for rank in 0..<largest {
            to[rank] *= scale
            total += to[rank]
        }
        to[largest] = total / Float(largest)
    }
}

/// A map times weights of one channel: [n, H, W, c] · [n, H, W, 1].
///
/// Numerics: one rounding.
public final class PixelScaleOperator: Operator {
    private let input: TensorView
    private let weights: TensorView
    private let output: TensorView

    public init(input: TensorView, weights: TensorView, output: TensorView) {
        let (i, o) = (weights.layout, output.layout)
        precondition(input.layout.sameShape(as: o), "scaling keeps the shape")
        precondition(i.channels == 1 && i.batch == o.batch && i.height == o.height && i.width == o.width, "one weight for each pixel")
        self.input = input
        self.weights = weights
        self.output = output
    }

    public func run(_ share: Share) {
        output.forEachPixel(share) { n, y, x, to in
            let (from, weight) = (input.pixel(n, y, x), weights.pixel(n, y, x).pointee)
            for c in 0..<output.layout.channels { to[c] = from[c] * weight }
        }
    }
}
