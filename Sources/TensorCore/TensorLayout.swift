/// How a batch of feature maps lies in memory: NHWC with a halo of zeros, so that a padded convolution is one kernel without edge cases.
///
/// Element (n, y, x, c) stands at ((n·(height + 2·halo) + y + halo)·(width + 2·halo) + x + halo)·pixelStep + c.
/// Units: all counts and steps in elements (floats).
public struct TensorLayout: Hashable, Sendable {
    public let batch: Int
    public let channels: Int
    public let height: Int
    public let width: Int
    /// Zeros on each side, at least the padding of every convolution that reads the map.
    public let halo: Int
    /// Distance between neighbouring pixels.
    public let pixelStep: Int

    /// Channels in storage are a multiple of this, so that every kernel writes whole vectors.
    public static let channelGranularity = 16

    /// A feature map between layers: channels padded to whole vectors.
    ///
    /// Where the pixel step would be a multiple of 2 KiB, 16 floats more: with 1024 or 2048 channels the rows of a tile would otherwise all
    /// fall into one set of the first-level cache (4 KiB aliasing).
    public init(batch: Int, channels: Int, height: Int, width: Int, halo: Int = 0) {
        var step = TensorLayout.padded(channels)
        if step * 4 % 2048 == 0 { step += TensorLayout.channelGranularity }
        self.init(batch: batch, channels: channels, height: height, width: width, halo: halo, pixelStep: step)
    }

    /// An image: channels packed, so that a kernel row of an image with few channels is one contiguous run.
    public static func packed(batch: Int, channels: Int, height: Int, width: Int, halo: Int) -> TensorLayout {
        TensorLayout(batch: batch, channels: channels, height: height, width: width, halo: halo, pixelStep: channels)
    }

    private init(batch: Int, channels: Int, height: Int, width: Int, halo: Int, pixelStep: Int) {
        precondition(batch > 0 && channels > 0 && height > 0 && width > 0 && halo >= 0, "a tensor's sizes are positive")
        self.batch = batch
        self.channels = channels
        self.height = height
        self.width = width
        self.halo = halo
        self.pixelStep = pixelStep
    }

    public static func padded(_ channels: Int) -> Int {
        (channels + channelGranularity - 1) / channelGranularity * channelGranularity
    }

    /// Channels that kernels write: `channels` rounded up to whole vectors; the surplus is never read as data.
    public var paddedChannels: Int { TensorLayout.padded(channels) }
    public var rowStep: Int { (width + 2 * halo) * pixelStep }
    public var imageStep: Int { (height + 2 * halo) * rowStep }
    public var pixels: Int { batch * height * width }
    /// Floats to allocate. The surplus lets the last pixel of a packed image be read as a whole vector.
    public var elementCount: Int { batch * imageStep + TensorLayout.channelGranularity }

    /// Offset of channel 0 of a pixel; y and x may reach into the halo.
    public func offset(_ n: Int, _ y: Int, _ x: Int) -> Int {
        n * imageStep + (y + halo) * rowStep + (x + halo) * pixelStep
    }

    /// True where all pixels of the batch follow one another at `pixelStep` without a gap.
    public var isContiguous: Bool { halo == 0 }
}

/// A layout with its memory. A view: it does not own the memory.
public struct TensorView: @unchecked Sendable {
    public let layout: TensorLayout
    public let base: UnsafeMutablePointer<Float>

    public init(_ layout: TensorLayout, _ base: UnsafeMutablePointer<Float>) {
        self.layout = layout
        self.base = base
    }

    /// True where no element of one view is an element of the other; what an operator demands of its input and its output.
    public func isDisjoint(from other: TensorView) -> Bool {
        base + layout.elementCount <= other.base || other.base + other.layout.elementCount <= base
    }

    @inline(__always)
    public func pixel(_ n: Int, _ y: Int, _ x: Int) -> UnsafeMutablePointer<Float> { base + layout.offset(n, y, x) }

    /// Zeroes the halo; each member of a team its own rows, without overlap.
    ///
    /// Needed on every run where memory is shared between tensors of different shapes.
    /// - Parameters:
    ///   - share: the member's rows, those of the halo counted as well.
    ///   - channels: those that the member owns, where a team divides channels; nil for all. Whoever reads a channel then finds the zeros around
    ///     it in its own cache, and not in another core's.
    public func clearHalo(_ share: Share, channels: Range<Int>? = nil) {
        let halo = layout.halo
        guard halo > 0 else { return }
        let (inner, width) = (halo + layout.width, layout.width + 2 * halo)
        let rows = layout.height + 2 * halo
        let own = channels.flatMap { $0.count < layout.paddedChannels ? $0 : nil }
        func zero(_ line: UnsafeMutablePointer<Float>, _ pixels: Range<Int>) {
            if let own {
                for pixel in pixels { (line + (pixel * layout.pixelStep + own.lowerBound)).update(repeating: 0, count: own.count) }
            } else {
                (line + pixels.lowerBound * layout.pixelStep).update(repeating: 0, count: pixels.count * layout.pixelStep)
            }
        }
        for row in share.range(of: layout.batch * rows) {
            let line = base + row * layout.rowStep
            let y = row % rows
            if y < halo || y >= halo + layout.height {
                zero(line, 0..<width)
            } else {
                zero(line, 0..<halo)
                zero(line, inner..<width)
            }
        }
    }
}

/// One member's part of work that a team divides: contiguous, static and the same on every run.
public struct Share: Sendable {
    public let member: Int
    public let count: Int

    public init(member: Int, of count: Int) {
        self.member = member
        self.count = count
    }

    public static let whole = Share(member: 0, of: 1)

    /// The member's range of `total` units; sizes differ by at most one.
    @inline(__always)
    public func range(of total: Int) -> Range<Int> {
        let base = total / count
        let extra = total % count
        let start = member * base + min(member, extra)
        return start..<(start + base + (member < extra ? 1 : 0))
    }
}
