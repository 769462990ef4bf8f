import CPlatform

/// Convolutions one after another, row by row: of each map between two of them only the rows under the next kernel exist, in the cache.
///
/// For an inverted bottleneck (1x1 to many channels, depthwise, 1x1 to few) the wide maps then never go to memory, which is what bounds it.
/// For an output row, each stage first has the rows of the stage before that it lacks; a band of k rows is a ring, so none moves.
///
/// Threads: a member owns stretches of output rows, and computes for itself the few rows of the bands that its first row needs and another
/// member has too. Results are bitwise those of the convolutions run one by one, for any number of members.
/// Source: own derivation; the schedule is the line buffering of image processing pipelines (Halide, Ragan-Kelley et al., PLDI 2013, section 3).
public final class ConvolutionChain: Operator {
    private let stages: [RowConvolution]
    private let input: TensorView
    private let output: TensorView
    private let scratch: MemberScratch
    private let bands: [Band]
    /// Floats of the row of zeros that stands for the rows outside of a map.
    private let zeroCount: Int

    /// Where a map between two stages lies in a member's scratch memory.
    private struct Band {
        var offset: Int
        /// Rows kept: the next kernel's height.
        var rows: Int
        /// Zeros on each side.
        var halo: Int
        var pixelStep: Int
        var rowStep: Int
        /// Height of the whole map.
        var height: Int
    }

    /// - Parameters:
    ///   - stages: each reads what the one before writes; kernels are at least as high as their strides.
    ///   - input: with a halo that covers the first stage's padding.
    ///   - output: no memory of it may be the input's or a residual's that another stage reads.
    ///   - scratch: grown to what the chain needs.
    public init(_ stages: [RowConvolution], input: TensorView, output: TensorView, scratch: MemberScratch) {
        precondition(stages.count > 1, "a chain has two stages at least")
        precondition(stages[0].input == input.layout && stages[stages.count - 1].output == output.layout, "the ends of a chain are its maps")
        precondition(stages.allSatisfy { $0.shape.kernelSize >= $0.shape.stride }, "a stage skips no rows")
        self.stages = stages
        self.input = input
        self.output = output
        self.scratch = scratch
        let inner = zip(stages, stages.dropFirst()).map { writer, reader in
            precondition(writer.output == reader.input, "a stage reads what the one before it writes")
            let layout = writer.output
            return Band(
                offset: 0, rows: reader.shape.kernelSize, halo: layout.halo, pixelStep: layout.pixelStep, rowStep: layout.rowStep,
                height: layout.height)
        }
        zeroCount = inner.filter { $0.rows > 1 }.map(\.rowStep).max() ?? 0
        var count = zeroCount
        bands = inner.map { band in
            defer { count += band.rows * band.rowStep }
            var placed = band
            placed.offset = count
            return placed
        }
        scratch.reserve(count)
    }

    /// Bytes that the rows between the stages take.
    public static func bandBytes(_ layout: TensorLayout, rows: Int) -> Int { rows * layout.rowStep * 4 }

    public var stageCount: Int { stages.count }

    public func run(_ share: Share) { run(share, stageNanoseconds: nil) }

    /// - Parameter stageNanoseconds: the member's time in each stage is added to these, ``stageCount`` of them.
    public func run(_ share: Share, stageNanoseconds: UnsafeMutablePointer<UInt64>?) {
        precondition(share.count <= scratch.members, "\(share.count) members over scratch memory for \(scratch.members)")
        output.clearHalo(share)
        let height = output.layout.height
        let lines = share.range(of: output.layout.batch * height)
        guard !lines.isEmpty else { return }
        let memory = scratch.base(share.member)
        clearZeros(memory)
        let offsetCount = stages.map(\.offsetCount).max()!
        let kernelSize = stages.map(\.shape.kernelSize).max()!
        withUnsafeTemporaryAllocation(of: Int.self, capacity: offsetCount + stages.count) { integers in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: kernelSize) { rows in
                var walk = Walk(
                    image: 0, next: integers.baseAddress! + offsetCount, offsets: integers.baseAddress!, rows: rows.baseAddress!, memory: memory,
                    nanoseconds: stageNanoseconds)
                var line = lines.lowerBound
                while line < lines.upperBound {
                    let (image, y) = line.quotientAndRemainder(dividingBy: height)
                    let end = min(y + lines.upperBound - line, height)
                    walk.image = image
                    start(&walk, at: y)
                    advance(stages.count - 1, to: end, &walk)
                    line += end - y
                }
            }
        }
    }

    /// A member's state on the way down an image.
    private struct Walk {
        var image: Int
        /// The next row of each stage.
        let next: UnsafeMutablePointer<Int>
        let offsets: UnsafeMutablePointer<Int>
        let rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
        let memory: UnsafeMutablePointer<Float>
        let nanoseconds: UnsafeMutablePointer<UInt64>?
    }

    private func clearZeros(_ memory: UnsafeMutablePointer<Float>) {
        memory.update(repeating: 0, count: zeroCount)
        for band in bands where band.halo > 0 {
            let side = band.halo * band.pixelStep
            for row in 0..<band.rows {
                let line = memory + (band.offset + row * band.rowStep)
                line.update(repeating: 0, count: side)
                (line + (band.rowStep - side)).update(repeating: 0, count: side)
            }
        }
    }

    /// The first rows of all stages for an output that begins at row `y`.
    private func start(_ walk: inout Walk, at y: Int) {
        var row = y
        for index in stages.indices.reversed() {
            walk.next[index] = row
            row = max(row * stages[index].shape.stride - stages[index].shape.padding, 0)
        }
    }

    /// Computes the rows of a stage up to `end`, after what they need of the stages before.
    private func advance(_ index: Int, to end: Int, _ walk: inout Walk) {
        let stage = stages[index]
        let shape = stage.shape
        while walk.next[index] < end {
            let y = walk.next[index]
            let top = y * shape.stride - shape.padding
            if index > 0 { advance(index - 1, to: min(top + shape.kernelSize, bands[index - 1].height), &walk) }
            let begin = walk.nanoseconds == nil ? 0 : zd_now_ns()
            for line in 0..<shape.kernelSize { walk.rows[line] = row(top + line, into: index, walk) }
            stage.row(walk.rows, image: walk.image, y: y, output: row(y, outOf: index, walk), offsets: walk.offsets)
            if let nanoseconds = walk.nanoseconds { nanoseconds[index] += zd_now_ns() - begin }
            walk.next[index] = y + 1
        }
    }

    /// Pixel 0 of a row that a stage reads.
    private func row(_ y: Int, into index: Int, _ walk: Walk) -> UnsafeMutablePointer<Float> {
        guard index > 0 else { return input.pixel(walk.image, y, 0) }
        let band = bands[index - 1]
        let side = band.halo * band.pixelStep
        guard y >= 0 && y < band.height else { return walk.memory + side }
        return walk.memory + (band.offset + y % band.rows * band.rowStep + side)
    }

    /// Pixel 0 of a row that a stage writes.
    private func row(_ y: Int, outOf index: Int, _ walk: Walk) -> UnsafeMutablePointer<Float> {
        index < bands.count ? row(y, into: index + 1, walk) : output.pixel(walk.image, y, 0)
    }
}
