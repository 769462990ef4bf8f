import CMicrokernels

/// Mean and variance of a map, of each channel and of all its values, by one pass over it.
///
/// Source: the shifted form of Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance" (1983), with a channel's first pixel
/// as its shift, so that a mean far from 0 cancels nothing; sums in double precision.
/// Threads: the map is cut into rectangles by its shape alone, each is summed by one member and all are added in one order: results are
/// bitwise the same for any number of members.
/// Numerics: relative error of a variance at most about 4·(n + C)·2⁻⁵³·(1 + (mean − shift)²/variance), n values in C channels.
public final class MomentsOperator: Operator, @unchecked Sendable {
    let kernels: KernelSet
    let input: TensorView
    /// Rows of a band: bands of about a thousand pixels.
    private let bandRows: Int
    private let bands: Int
    private let groups: Int
    /// [band][channel] of sums, then of squares.
    private let partials: UnsafeMutablePointer<Double>
    /// The shifts again: whoever reads the results may already be changing the map.
    private let shifts: UnsafeMutablePointer<Float>

    /// Channels that one unit of work sums over a band.
    private static let groupChannels = 128

    public init(_ input: TensorView, kernels: KernelSet) {
        let layout = input.layout
        precondition(layout.pixelStep >= layout.paddedChannels, "an input's pixels hold whole vectors")
        self.kernels = kernels
        self.input = input
        bandRows = max(1, min(layout.height, 1024 / layout.width))
        bands = layout.batch * ((layout.height + bandRows - 1) / bandRows)
        groups = (layout.paddedChannels + Self.groupChannels - 1) / Self.groupChannels
        partials = .allocate(capacity: 2 * bands * layout.paddedChannels)
        shifts = .allocate(capacity: layout.paddedChannels)
    }

    deinit {
        partials.deallocate()
        shifts.deallocate()
    }

    public func run(_ share: Share) {
        let layout = input.layout
        let padded = layout.paddedChannels
        let perImage = bands / layout.batch
        var call = zd_moments()
        call.row_step = layout.rowStep
        call.pixel_step = layout.pixelStep
        call.columns = layout.width
        for unit in share.range(of: bands * groups) {
            let (band, group) = unit.quotientAndRemainder(dividingBy: groups)
            let (n, part) = band.quotientAndRemainder(dividingBy: perImage)
            let first = group * Self.groupChannels
            let y = part * bandRows
            call.rows = min(bandRows, layout.height - y)
            call.channels = min(Self.groupChannels, padded - first)
            call.input = UnsafePointer(input.pixel(n, y, 0) + first)
            call.shift = UnsafePointer(input.pixel(0, 0, 0) + first)
            if band == 0 { (shifts + first).update(from: call.shift, count: call.channels) }
            call.sums = partials + (band * padded + first)
            call.squares = partials + ((bands + band) * padded + first)
            kernels.moments(&call)
        }
    }

    // MARK: Results, after a barrier; any member may ask

    /// Values of one channel.
    public var pixels: Int { input.layout.pixels }

    /// Mean and population variance of a channel.
    ///
    /// - Precondition: 0 ≤ channel < channels.
    public func channel(_ channel: Int) -> (mean: Double, variance: Double) {
        let (mean, deviations) = sums(channel, bands: 0..<bands, pixels: pixels)
        return (mean, deviations / Double(pixels))
    }

    /// Mean and population variance of a channel of one image.
    ///
    /// - Precondition: 0 ≤ channel < channels, 0 ≤ image < batch.
    public func channel(_ channel: Int, image: Int) -> (mean: Double, variance: Double) {
        let each = bands / input.layout.batch
        let pixels = input.layout.height * input.layout.width
        let (mean, deviations) = sums(channel, bands: (image * each)..<((image + 1) * each), pixels: pixels)
        return (mean, deviations / Double(pixels))
    }

    /// Mean and population variance over all values of the map; not finite where a value is not.
    public func whole() -> (mean: Double, variance: Double) {
        let channels = input.layout.channels
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: channels) { means in
            var within = 0.0
            var total = 0.0
            for c in 0..<channels {
                let (mean, deviations) = sums(c, bands: 0..<bands, pixels: pixels)
                means[c] = mean
                within += deviations
                total += mean
            }
            let mean = total / Double(channels)
            var between = 0.0
            for c in 0..<channels { between += (means[c] - mean) * (means[c] - mean) }
            return (mean, within / Double(pixels) / Double(channels) + between / Double(channels))
        }
    }

    /// Mean, and sum of squared deviations from it, over some bands with so many pixels.
    @inline(__always)
    private func sums(_ channel: Int, bands range: Range<Int>, pixels: Int) -> (mean: Double, deviations: Double) {
        let padded = input.layout.paddedChannels
        var sum = 0.0
        var square = 0.0
        for band in range {
            sum += partials[band * padded + channel]
            square += partials[(bands + band) * padded + channel]
        }
        let n = Double(pixels)
        // Rounding may leave a little less than nothing of a constant channel.
        let deviations = square - sum * (sum / n)
        return (Double(shifts[channel]) + sum / n, deviations < 0 ? 0 : deviations)
    }
}
