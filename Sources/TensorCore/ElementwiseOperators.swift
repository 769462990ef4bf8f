import CMicrokernels
import CPlatform

/// Sum of two maps with ReLU: what remains where no convolution's epilogue can take the addition. `b` nil: ReLU or copy alone.
///
/// Numerics: one rounding. Bound by memory.
public final class AddOperator: Operator {
    let kernels: KernelSet
    let a: TensorView
    let b: TensorView?
    let output: TensorView
    let rectified: Bool

    public init(_ a: TensorView, _ b: TensorView?, output: TensorView, rectified: Bool, kernels: KernelSet) {
        for operand in [a, b ?? a] {
            precondition(operand.layout.sameShape(as: output.layout), "operands have the output's shape")
        }
        self.kernels = kernels
        self.a = a
        self.b = b
        self.output = output
        self.rectified = rectified
    }

    public func run(_ share: Share) {
        output.clearHalo(share)
        let layout = output.layout
        var call = zd_elementwise_row()
        call.a_step = a.layout.pixelStep
        call.b_step = b?.layout.pixelStep ?? 0
        call.output_step = layout.pixelStep
        call.pixels = layout.width
        call.channels = layout.paddedChannels
        call.rectified = rectified ? 1 : 0
        for row in share.range(of: layout.batch * layout.height) {
            let (n, y) = row.quotientAndRemainder(dividingBy: layout.height)
            call.a = UnsafePointer(a.pixel(n, y, 0))
            call.b = b.map { UnsafePointer($0.pixel(n, y, 0)) }
            call.output = output.pixel(n, y, 0)
            kernels.elementwise(&call)
        }
    }
}

/// Scales every channel of a map by its gate and rectifies if asked: [n, H, W, c] · [n, 1, 1, c].
///
/// Numerics: one rounding.
public final class ScaleOperator: Operator {
    let kernels: KernelSet
    let input: TensorView
    let gates: TensorView
    let output: TensorView
    let rectified: Bool

    public init(input: TensorView, gates: TensorView, output: TensorView, rectified: Bool, kernels: KernelSet) {
        precondition(input.layout.sameShape(as: output.layout), "scaling keeps the shape")
        precondition(gates.layout.batch == output.layout.batch && gates.layout.channels == output.layout.channels, "one gate for each channel")
        self.kernels = kernels
        self.input = input
        self.gates = gates
        self.output = output
        self.rectified = rectified
    }

    public func run(_ share: Share) {
        output.clearHalo(share)
        let layout = output.layout
        var call = zd_elementwise_row()
        call.a_step = input.layout.pixelStep
        call.output_step = layout.pixelStep
        call.pixels = layout.width
        call.channels = layout.paddedChannels
        call.rectified = rectified ? 1 : 0
        for row in share.range(of: layout.batch * layout.height) {
            let (n, y) = row.quotientAndRemainder(dividingBy: layout.height)
            call.a = UnsafePointer(input.pixel(n, y, 0))
            call.scale = UnsafePointer(gates.pixel(n, 0, 0))
            call.output = output.pixel(n, y, 0)
            kernels.elementwise(&call)
        }
    }
}

/// The logistic function 1 / (1 + e⁻ˣ) in place, over [n, 1, 1, c].
///
/// Numerics: expf's error and two roundings: |error| ≤ 4ε. A few thousand values a network: not worth a vector kernel.
public final class SigmoidOperator: Operator {
    let values: TensorView

    public init(_ values: TensorView) { self.values = values }

    public func run(_ share: Share) {
        let layout = values.layout
        for index in share.range(of: layout.batch * layout.channels) {
            let (n, c) = index.quotientAndRemainder(dividingBy: layout.channels)
            let p = values.pixel(n, 0, 0) + c
            p.pointee = 1 / (1 + zd_exp(-p.pointee))
        }
    }
}

extension TensorLayout {
    func sameShape(as other: TensorLayout) -> Bool {
        batch == other.batch && channels == other.channels && height == other.height && width == other.width
            && pixelStep >= paddedChannels && other.pixelStep >= other.paddedChannels
    }
}
