import CMicrokernels

// What networks from other tools and detectors have between their convolutions. All are bound by memory but the sigmoid, which has a kernel: plain loops
// do for the others, with no kernel of their own for each instruction set.

/// A function of each value.
///
/// Numerics: |error| ≤ 4ε for the sigmoid; the clamped line two roundings.
public final class ActivationOperator: Operator {
    public enum Function: Hashable, Sendable {
        /// 1 / (1 + e⁻ˣ)
        case sigmoid
        /// max(low, min(high, scale · x + shift))
        case clampedLine(scale: Float, shift: Float, low: Float, high: Float)
    }

    let function: Function
    let input: TensorView
    let output: TensorView
    let kernels: KernelSet

    public init(_ function: Function, input: TensorView, output: TensorView, kernels: KernelSet) {
        precondition(input.layout.sameShape(as: output.layout), "a function of each value keeps the shape")
        self.function = function
        self.kernels = kernels
        self.input = input
        self.output = output
    }

    public func run(_ share: Share) {
        var call = zd_exponential()
        call.count = output.layout.paddedChannels
        call.logistic = 1
        output.forEachPixel(share) { n, y, x, to in
            let from = input.pixel(n, y, x)
            switch function {
            case .sigmoid:
                call.input = UnsafePointer(from)
                call.output = to
                kernels.exponentials(&call)
            case .clampedLine(let scale, let shift, let low, let high):
                for c in 0..<output.layout.channels {
                    let value = scale * from[c] + shift
                    to[c] = value < low ? low : value > high ? high : value
                }
            }
        }
    }
}

/// Element-wise product of two maps.
///
/// Numerics: one rounding.
public final class MultiplyOperator: Operator {
    let a: TensorView
    let b: TensorView
    let output: TensorView

    public init(_ a: TensorView, _ b: TensorView, output: TensorView) {
        precondition(a.layout.sameShape(as: output.layout) && b.layout.sameShape(as: output.layout), "operands have the output's shape")
        self.a = a
        self.b = b
        self.output = output
    }

    public func run(_ share: Share) {
        output.forEachPixel(share) { n, y, x, to in
            let (left, right) = (a.pixel(n, y, x), b.pixel(n, y, x))
            for c in 0..<output.layout.channels { to[c] = left[c] * right[c] }
        }
    }
}

/// The channels of two maps of one size, one after the other. Exact.
public final class ConcatenationOperator: Operator {
    let a: TensorView
    let b: TensorView
    let output: TensorView

    public init(_ a: TensorView, _ b: TensorView, output: TensorView) {
        let (i, j, o) = (a.layout, b.layout, output.layout)
        precondition(i.channels + j.channels == o.channels && o.pixelStep >= o.paddedChannels, "the output has the channels of both")
        precondition(
            [i, j].allSatisfy { $0.batch == o.batch && $0.height == o.height && $0.width == o.width && $0.pixelStep >= $0.channels },
            "operands have the output's size")
        self.a = a
        self.b = b
        self.output = output
    }

    public func run(_ share: Share) {
        let (first, second) = (a.layout.channels, b.layout.channels)
        output.forEachPixel(share) { n, y, x, to in
            to.update(from: a.pixel(n, y, x), count: first)
            (to + first).update(from: b.pixel(n, y, x), count: second)
        }
    }
}

/// Nearest-neighbour enlargement: each pixel `factor` times in both directions. Exact.
public final class UpsamplingOperator: Operator {
    let factor: Int
    let input: TensorView
    let output: TensorView

    public init(factor: Int, input: TensorView, output: TensorView) {
        let (i, o) = (input.layout, output.layout)
        precondition(factor > 0 && o.height == i.height * factor && o.width == i.width * factor, "the output is \(factor) times as large")
        precondition(
            i.batch == o.batch && i.channels == o.channels && i.pixelStep >= i.channels && o.pixelStep >= o.paddedChannels, "enlarging keeps batch and channels"
        )
        self.factor = factor
        self.input = input
        self.output = output
    }

    public func run(_ share: Share) {
        output.forEachPixel(share) { n, y, x, to in
            to.update(from: input.pixel(n, y / factor, x / factor), count: output.layout.channels)
        }
    }
}

extension TensorView {
    /// Clears the halo and what is behind the last channel, and visits the pixels of a member's rows.
    @inline(__always)
    func forEachPixel(_ share: Share, _ body: (_ n: Int, _ y: Int, _ x: Int, _ pixel: UnsafeMutablePointer<Float>) -> Void) {
        clearHalo(share)
        for row in share.range(of: layout.batch * layout.height) {
            let (n, y) = row.quotientAndRemainder(dividingBy: layout.height)
            for x in 0..<layout.width {
                let to = pixel(n, y, x)
                body(n, y, x, to)
                // Kernels that read whole vectors find numbers behind the last channel.
                for c in layout.channels..<layout.paddedChannels { to[c] = 0 }
            }
        }
    }
}
