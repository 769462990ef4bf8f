import Architecture
import Inference
import TensorCore

/// What each channel count really costs on a machine: time per multiply-accumulate rises between the counts that fill whole vectors.
public struct ChannelStaircase: Hashable, Sendable, Codable {
    public var isa: String
    public var threads: Int
    /// Channel counts that are multiples of this waste least; see `step(_:)`.
    public var channelStep: Int
    public var points: [Point]

    /// A convolution with as many input as output channels over a square map.
    public struct Point: Hashable, Sendable, Codable {
        public var kernelSize: Int
        public var side: Int
        public var channels: Int
        public var medianNanoseconds: Double

        public init(kernelSize: Int, side: Int, channels: Int, medianNanoseconds: Double) {
            self.kernelSize = kernelSize
            self.side = side
            self.channels = channels
            self.medianNanoseconds = medianNanoseconds
        }

        /// Nanoseconds for a multiply-accumulate.
        public var nanosecondsPerMAC: Double {
            medianNanoseconds / (Double(side * side * kernelSize * kernelSize) * Double(channels) * Double(channels))
        }

        enum CodingKeys: String, CodingKey {
            case side, channels
            case kernelSize = "kernel_size"
            case medianNanoseconds = "median_ns"
        }
    }

    enum CodingKeys: String, CodingKey {
        case isa, threads, points
        case channelStep = "channel_step"
    }

    public init(isa: String, threads: Int, points: [Point]) {
        self.isa = isa
        self.threads = threads
        self.points = points
        channelStep = Self.step(points)
    }

    /// The counts that are looked at: a few of the finest step each octave would hide the stairs, so all of them up to 160, then wider apart.
    public static let channels = Array(stride(from: 8, through: 160, by: 8)) + Array(stride(from: 176, through: 256, by: 16))

    /// Measures, or asks a model.
    ///
    /// - Parameters:
    ///   - source: what prices layers.
    ///   - isa: the instruction set that it prices, for the record.
    ///   - threads: the number of threads, for the record.
    ///   - kernels: kernel sizes of the convolutions that are asked for.
    ///   - sides: sides of their maps.
    ///   - channels: counts that both input and output have.
    ///   - progress: told how many points of how many are done.
    public static func survey(
        _ source: some LayerCostSource, isa: String, threads: Int, kernels: [Int] = [1, 3], sides: [Int] = [14, 28, 56],
        channels: [Int] = ChannelStaircase.channels, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(LatencyError) -> ChannelStaircase {
        var points: [Point] = []
        let total = kernels.count * sides.count * channels.count
        for kernel in kernels {
            for side in sides {
                for count in channels {
                    progress(points.count, total)
                    let shape = Shape(channels: count, height: side, width: side)
                    let step = Step(.convolution(Convolution(count, count, kernelSize: kernel)), input: shape, output: shape, batch: 1, rectified: true)
                    points.append(Point(kernelSize: kernel, side: side, channels: count, medianNanoseconds: try source.nanoseconds(of: step)))
                }
            }
        }
        return ChannelStaircase(isa: isa, threads: threads, points: points)
    }

    /// Time per multiply-accumulate over the least of the counts up to a fifth or 16 channels away, itself among them: 1 is a good count.
    public func waste(_ point: Point) -> Double { Self.waste(point, points) }

    private static func waste(_ point: Point, _ points: [Point]) -> Double {
        let reach = max(16, point.channels / 5)
        let near = points.filter {
            $0.kernelSize == point.kernelSize && $0.side == point.side && abs($0.channels - point.channels) <= reach
        }
        return point.nanosecondsPerMAC / (near.map(\.nanosecondsPerMAC).min() ?? point.nanosecondsPerMAC)
    }

    /// The smallest of 8, 16, 32 and 64 whose own multiples (those of no coarser one) waste at most two percent more than the best of the four, by
    /// the median.
    static func step(_ points: [Point]) -> Int {
        let wide = points.filter { $0.channels >= 32 }.map { (channels: $0.channels, waste: waste($0, points)) }
        func median(_ step: Int) -> Double? {
            // Counts that only this step allows, so that the coarser ones among its multiples do not speak for it.
            let own = wide.filter { $0.channels % step == 0 && $0.channels % (2 * step) != 0 }.map(\.waste)
            return own.isEmpty ? nil : Quantile.median(own)
        }
        let best = [8, 16, 32, 64].compactMap(median).min() ?? 1
        return [8, 16, 32, 64].first { step in median(step).map { $0 <= best * 1.02 } ?? false } ?? 8
    }
}

extension StepModel: LayerCostSource {
    /// A step by itself, as the model prices it; see ``estimate(_:hasHalo:)``.
    public func nanoseconds(of step: Step) throws(LatencyError) -> Double { try estimate(step).nanoseconds }
}
