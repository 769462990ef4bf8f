import Architecture
import Inference
import TensorCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is done to a convolution's output before the next layer reads it.
enum Normalization: Sendable {
    /// It counts as divided by its standard deviation, but the division waits: a chain without ReLU and additions is linear, so the
    /// factor is carried along as a logarithm and taken off the next layer's. Only where the stored values would drift out of the middle of
    /// fp32's range are they multiplied by a power of two, which is exact. So no value is rounded for the sake of scaling, no map is written
    /// twice, and ln σ is that of the division after every layer.
    case deferred(rescales: Bool)
    /// It is divided by its standard deviation, then takes its residual and its ReLU.
    case deviation
    /// Each channel is brought to mean 0 and variance 1 over the batch, as batch normalization does, then takes its ReLU.
    case batch
}

/// A program's memory and the one way to run it with Gaussian weights. One run at a time, by one thread or by a team that shares every layer.
final class ForwardPass: @unchecked Sendable {
    let program: Program
    let normalization: Normalization
    private let kernels: KernelSet
    private let cache: CacheSizes
    private let arena: FloatBuffer
    private let zeros: FloatBuffer
    private let views: [TensorView]

    init(_ program: Program, normalization: Normalization, kernels: KernelSet, cache: CacheSizes) {
        self.program = program
        self.normalization = normalization
        self.kernels = kernels
        self.cache = cache
        let plan = MemoryPlan(program, overwritesResiduals: false)
        let arena = FloatBuffer(count: plan.count)
        self.arena = arena
        views = program.values.indices.map { TensorView(plan.layouts[$0], arena.base + plan.offsets[$0]) }
        zeros = FloatBuffer(count: plan.layouts.map(\.paddedChannels).max() ?? 16)
    }

    /// A step with its weights.
    fileprivate enum Work {
        case convolution(any Operator, MomentsOperator, AffineOperator)
        case plain([any Operator])
    }

    /// Operators bound to the weights of one pass.
    struct Prepared: @unchecked Sendable {
        fileprivate let work: [Work]
    }

    /// What a team works on: made by its first member.
    private var current: Prepared?

    /// Writes the input and takes every step's weights; all members get the same operators.
    func prepared(_ source: ForwardWeights, _ shared: Shared) -> Prepared {
        if shared.share.member == 0 {
            var source = source
            source.fill(views[0])
            current = Prepared(work: program.steps.indices.map { work($0, &source) })
        }
        shared.barrier()
        return current!
    }

    /// Adds `scale` times numbers of N(0, 1) to the input; the same weights then run on a neighbour of it.
    func disturbInput(_ source: ForwardWeights, scale: Float, _ shared: Shared) {
        if shared.share.member == 0 {
            var source = source
            let before = views[0].nchw
            source.fill(views[0])
            let mixed = zip(before, views[0].nchw).map { $0 + scale * $1 }
            views[0].write(nchw: mixed)
        }
        shared.barrier()
    }

    private func work(_ index: Int, _ source: inout ForwardWeights) -> Work {
        let step = program.steps[index]
        let operands = program.operands[index]
        let (input, output) = (views[operands.input], views[operands.output])
        let second = operands.second.map { views[$0] }
        switch step.operation {
        case .convolution(let c):
            return .convolution(
                source.convolution(c, input: input, output: output, zeros: zeros, kernels: kernels, cache: cache),
                MomentsOperator(output, kernels: kernels), AffineOperator(output, residual: second, rectified: step.rectified, kernels: kernels))
        case .groupNormalization, .distributionStatistics:
            preconditionFailure("a detector's head is refused when the network is lowered")
        case .pooling, .add, .relu, .globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling, .scalePixels:
            return .plain([OperatorBuilder.withoutWeights(step, input: input, second: second, output: output, kernels: kernels)])
        case .squeezeExcitation(let s):
            return .plain(
                OperatorBuilder.squeezeExcitation(s, step: step, input: input, output: output, kernels: kernels, cache: cache) {
                    source.dense($0, zeros: zeros, tiles: kernels.tiles)
                })
        }
    }

    /// Runs once; every member of the team gets the same answer.
    ///
    /// - Parameter shared: this member's part of every layer, and the barrier of its team.
    /// - Returns: for each convolution in the program's order, ln σ of its output for a normalized input (under `.batch`, the mean over its
    ///   channels of the unbiased variance).
    /// - Throws: `EntropyError`: `.overflow` or `.zeroVariance`, naming the layer.
    func run(_ prepared: Prepared, _ shared: Shared) throws(EntropyError) -> [Double] {
        let (share, barrier) = (shared.share, shared.barrier)
        var results: [Double] = []
        // ln of what stored values are times normalized ones.
        var carried = 0.0
        let factors = UnsafeMutablePointer<Float>.allocate(capacity: 2 * zeros.count)
        defer { factors.deallocate() }
        for (index, work) in prepared.work.enumerated() {
            switch work {
            case .plain(let operators):
                for op in operators {
                    op.run(share)
                    barrier()
                }
            case .convolution(let convolution, let moments, let affine):
                convolution.run(share)
                barrier()
                moments.run(share)
                barrier()
                let layout = affine.layout
                if case .batch = normalization {
                    results.append(try normalize(moments, layout, index, factors))
                    affine.run(share, scale: factors, shift: factors + zeros.count)
                    barrier()
                    continue
                }
                let deviation = try deviation(moments, index)
                results.append(log(deviation) - carried)
                switch normalization {
                case .deferred(let rescales):
                    carried = log(deviation)
                    guard rescales, abs(carried) > Self.range else { continue }
                    let exponent = Int((carried / Self.ln2).rounded())
                    factors.update(repeating: Float(sign: .plus, exponent: -exponent, significand: 1), count: layout.paddedChannels)
                    carried -= Double(exponent) * Self.ln2
                case .deviation, .batch:
                    factors.update(repeating: Float(1 / deviation), count: layout.paddedChannels)
                }
                affine.run(share, scale: factors)
                barrier()
            }
        }
        return results
    }

    private static let ln2 = 0.693_147_180_559_945_3
    /// |ln σ| of stored values beyond which they are rescaled: e³⁰ is 10¹³, and fp32 ends at 10³⁸.
    private static let range = 30.0
    /// What batch normalization adds to a variance (PyTorch's default).
    private static let epsilon = 1e-5

    /// The sample standard deviation (n − 1): what torch's `std` and with it the published figures mean.
    private func deviation(_ moments: MomentsOperator, _ step: Int) throws(EntropyError) -> Double {
        let variance = moments.whole().variance
        try check(variance, step)
        let count = Double(moments.pixels * program.steps[step].output.channels)
        return (variance * count / (count - 1)).squareRoot()
    }

    /// Scales and shifts of a batch normalization.
    private func normalize(
        _ moments: MomentsOperator, _ layout: TensorLayout, _ step: Int, _ factors: UnsafeMutablePointer<Float>
    ) throws(EntropyError) -> Double {
        let shifts = factors + zeros.count
        factors.update(repeating: 0, count: layout.paddedChannels)
        shifts.update(repeating: 0, count: layout.paddedChannels)
        var sum = 0.0
        for c in 0..<layout.channels {
            let (mean, variance) = moments.channel(c)
            let scale = 1 / (variance + Self.epsilon).squareRoot()
            factors[c] = Float(scale)
            shifts[c] = Float(-mean * scale)
            sum += variance
        }
        let pixels = Double(moments.pixels)
        let mean = sum / Double(layout.channels)
        try check(mean, step)
        return pixels > 1 ? mean * pixels / (pixels - 1) : mean
    }

    private func check(_ variance: Double, _ step: Int) throws(EntropyError) {
        guard variance.isFinite else {
            throw EntropyError(
                .overflow,
                "\(place(step)): values are beyond fp32 (largest 3.4e38); rescale after every layer, or look for an input that is not finite")
        }
        guard variance > 0 else {
            throw EntropyError(
                .zeroVariance,
                "\(place(step)): all output values are the same, so there is no deviation to divide by; use a larger resolution or batch, or more channels")
        }
    }

    private func place(_ step: Int) -> String {
        let shape = program.steps[step].output
        return "network '\(program.name)' at \(program.resolution) px, layer \(program.operands[step].name) "
            + "(\(program.batch)x\(shape.channels)x\(shape.height)x\(shape.width))"
    }

    /// The values of the network's last output, in NCHW.
    func output() -> [Float] { program.outputs.last.map { views[$0].nchw } ?? [] }
}
