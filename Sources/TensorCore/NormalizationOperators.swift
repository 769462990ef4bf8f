import CMicrokernels

/// Normalizes each group of channels of each image: (x − mean) / √(variance + ε) · weight[c] + bias[c], with a ReLU if asked.
///
/// Runs after the ``MomentsOperator`` of its input, with a barrier between. Every member works the channels' factors out from the sums for itself: they
/// are a few hundred, and a barrier more would cost as much.
/// Numerics: mean and variance in double precision; a factor and a shift rounded once each, then two roundings: |error| ≤ 4ε·(|x·factor| + |shift|).
/// Threads: rows are divided; results are bitwise the same for any number of members.
public final class GroupNormalizationOperator: Operator, @unchecked Sendable {
    private let moments: MomentsOperator
    private let output: TensorView
    private let groups: Int
    private let epsilon: Double
    private let rectified: Bool
    /// Weights, then biases.
    private let parameters: FloatBuffer
    private let scratch: MemberScratch
    private let kernels: KernelSet

    /// - Parameters:
    ///   - moments: has run over the input, which is what is normalized.
    ///   - groups: of neighbouring channels; they divide the channels.
    ///   - epsilon: is added to a group's variance.
    ///   - weights: one for each channel.
    ///   - bias: the same.
    ///   - output: of the input's shape.
    ///   - rectified: whether a ReLU follows.
    ///   - scratch: where each member keeps an image's factors.
    ///   - kernels: the instruction set to run with.
    /// - Precondition: the groups divide the channels.
    public init(
        _ moments: MomentsOperator, groups: Int, epsilon: Double, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, output: TensorView,
        rectified: Bool, scratch: MemberScratch, kernels: KernelSet
    ) {
        let channels = output.layout.channels
        precondition(moments.input.layout.sameShape(as: output.layout), "normalizing keeps the shape")
        precondition(groups > 0 && channels % groups == 0, "\(groups) groups of \(channels) channels")
        self.moments = moments
        self.output = output
        self.groups = groups
        self.epsilon = epsilon
        self.rectified = rectified
        self.scratch = scratch
        self.kernels = kernels
        parameters = FloatBuffer(count: 2 * channels)
        parameters.base.update(from: weights, count: channels)
        (parameters.base + channels).update(from: bias, count: channels)
        scratch.reserve(2 * output.layout.paddedChannels)
    }

    public func run(_ share: Share) {
        output.clearHalo(share)
        let layout = output.layout
        let input = moments.input
        let factors = scratch.base(share.member)
        var call = zd_elementwise_row()
        call.a_step = input.layout.pixelStep
        call.output_step = layout.pixelStep
        call.pixels = layout.width
        call.channels = layout.paddedChannels
        call.rectified = rectified ? 1 : 0
        call.scale = UnsafePointer(factors)
        // The shift is a residual that stands still.
        call.b = UnsafePointer(factors + layout.paddedChannels)
        var image = -1
        for row in share.range(of: layout.batch * layout.height) {
            let (n, y) = row.quotientAndRemainder(dividingBy: layout.height)
            if n != image {
                fill(factors, image: n)
                image = n
            }
            call.a = UnsafePointer(input.pixel(n, y, 0))
            call.output = output.pixel(n, y, 0)
            kernels.elementwise(&call)
        }
    }

    /// The factors of an image's channels, then their shifts; 0 behind the last channel.
    private func fill(_ factors: UnsafeMutablePointer<Float>, image: Int) {
        let layout = output.layout
        let size = layout.channels / groups
        let shifts = factors + layout.paddedChannels
        factors.update(repeating: 0, count: 2 * layout.paddedChannels)
        for group in 0..<groups {
            let channels = (group * size)..<((group + 1) * size)
            var mean = 0.0
            var within = 0.0
            for c in channels {
                let moment = moments.channel(c, image: image)
                mean += moment.mean
                within += moment.variance
            }
            mean /= Double(size)
            var between = 0.0
            for c in channels {
                let distance = moments.channel(c, image: image).mean - mean
                between += distance * distance
            }
            let inverse = 1 / ((within + between) / Double(size) + epsilon).squareRoot()
            for c in channels {
                let factor = Double(parameters.base[c]) * inverse
                factors[c] = Float(factor)
                shifts[c] = Float(Double(parameters.base[layout.channels + c]) - mean * factor)
            }
        }
    }
}
