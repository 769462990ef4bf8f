import CMicrokernels

/// x ← relu?(x · scale[c] + shift[c]), or with a residual map in place of the shift, in place.
///
/// Scale and shift are given with each run, since they follow from the values themselves: a division by a standard deviation, a batch
/// normalization. Numerics: two roundings. Bound by memory.
public final class AffineOperator: Sendable {
    let kernels: KernelSet
    let values: TensorView
    let residual: TensorView?
    let rectified: Bool

    public var layout: TensorLayout { values.layout }

    public init(_ values: TensorView, residual: TensorView? = nil, rectified: Bool, kernels: KernelSet) {
        precondition(values.layout.pixelStep >= values.layout.paddedChannels, "pixels hold whole vectors")
        precondition(residual.map { $0.layout.sameShape(as: values.layout) } ?? true, "the residual has the shape of the values")
        self.kernels = kernels
        self.values = values
        self.residual = residual
        self.rectified = rectified
    }

    /// - Parameters:
    ///   - share: the member's rows.
    ///   - scale: a value for each padded channel.
    ///   - shift: the same, or nil for none.
    /// - Precondition: no shift where there is a residual.
    public func run(_ share: Share, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>? = nil) {
        precondition(shift == nil || residual == nil, "a shift beside a residual")
        let layout = values.layout
        var call = zd_elementwise_row()
        call.a_step = layout.pixelStep
        call.output_step = layout.pixelStep
        call.pixels = layout.width
        call.channels = layout.paddedChannels
        call.rectified = rectified ? 1 : 0
        call.scale = scale
        // The shift is a residual that stands still.
        call.b = shift
        call.b_step = residual?.layout.pixelStep ?? 0
        for row in share.range(of: layout.batch * layout.height) {
            let (n, y) = row.quotientAndRemainder(dividingBy: layout.height)
            let line = values.pixel(n, y, 0)
            call.a = UnsafePointer(line)
            call.output = line
            if let residual { call.b = UnsafePointer(residual.pixel(n, y, 0)) }
            kernels.elementwise(&call)
        }
    }
}
