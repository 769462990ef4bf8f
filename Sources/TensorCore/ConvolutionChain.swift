import CPlatform

/// Convolutions one after another, row by row: of each map between two of them only the rows under the next kernel exist, in the cache.
///
/// For an inverted bottleneck (1x1 to many channels, depthwise, 1x1 to few) the wide maps then never go to memory, which is what bounds it.
/// For an output row, each stage first has the rows of the stage before that it lacks; a band of k rows is a ring, so none moves. Wide maps are
/// computed in strips, so that the bands fit into the cache.
///
/// Threads: a member owns stretches of output rows, and computes for itself the few rows of the bands that its first row needs and another
/// member has too. Results are bitwise those of the convolutions run one by one, for any number of members.
/// Source: own derivation; the schedule is the line buffering of image processing pipelines (Halide, Ragan-Kelley et al., PLDI 2013, section 3).
public final class ConvolutionChain: Operator {
    private let stages: [RowConvolution]
    /// The same uncounted: taking a stage from ``stages`` for every row would count a reference that all members share.
    private let borrowed: [Unmanaged<RowConvolution>]
    private let shapes: [ConvolutionShape]
    private let input: TensorView
    private let output: TensorView
    private let scratch: MemberScratch
    private let bands: [Band]
    private let stripCount: Int
    /// [strip][stage]
    private let stretches: [RowConvolution.Stretch]
    /// [strip][band]: the columns that it holds.
    private let bandColumns: [Range<Int>]
    /// Floats of the row of zeros that stands for the rows outside of a map.
    private let zeroCount: Int

    /// Where a map between two stages lies in a member's scratch memory.
    private struct Band {
        var offset: Int
        /// Rows kept: the next kernel's height.
        var rows: Int
        var pixelStep: Int
        /// Floats of a row, the widest strip's.
        var rowStep: Int
        /// Of the whole map.
        var height: Int
        var width: Int
    }

    /// - Parameters:
    ///   - stages: each reads what the one before writes; kernels are at least as high as their strides.
    ///   - input: with a halo that covers the first stage's padding.
    ///   - output: no memory of it may be the input's or a residual's that another stage reads.
    ///   - count: how many the output's width is divided into, see ``strips(_:room:)``.
    ///   - scratch: grown to what the chain needs.
    public init(_ stages: [RowConvolution], input: TensorView, output: TensorView, strips count: Int = 1, scratch: MemberScratch) {
        precondition(stages.count > 1, "a chain has two stages at least")
        precondition(stages[0].input == input.layout && stages[stages.count - 1].output == output.layout, "the ends of a chain are its maps")
        precondition(input.isDisjoint(from: output), "an operator does not write over its input")
        precondition(stages.allSatisfy { $0.shape.kernelSize >= $0.shape.stride }, "a stage skips no rows")
        precondition((1...output.layout.width).contains(count), "\(count) strips of \(output.layout.width) columns")
        for (writer, reader) in zip(stages, stages.dropFirst()) {
            precondition(writer.output == reader.input, "a stage reads what the one before it writes")
        }
        self.stages = stages
        borrowed = stages.map { Unmanaged.passUnretained($0) }
        shapes = stages.map { $0.shape }
        self.input = input
        self.output = output
        self.scratch = scratch
        let plain = stages.map { ChainStage($0.shape, input: $0.input, output: $0.output) }
        let plans = (0..<count).map { ChainStrip(plain, columns: Share(member: $0, of: count).range(of: output.layout.width)) }
        stripCount = count
        stretches = plans.flatMap { plan in zip(stages, plan.columns).map { $0.stretch($1) } }
        bandColumns = plans.flatMap { $0.bands }
        let inner = stages.indices.dropFirst().map { index in
            let (layout, widest) = (stages[index].input, plans.map { $0.bands[index - 1].count }.max() ?? 0)
            return Band(
                offset: 0, rows: stages[index].shape.kernelSize, pixelStep: layout.pixelStep, rowStep: widest * layout.pixelStep,
                height: layout.height, width: layout.width)
        }
        zeroCount = inner.reduce(0) { $1.rows > 1 ? max($0, $1.rowStep) : $0 }
        var floats = zeroCount
        bands = inner.map { band in
            defer { floats += band.rows * band.rowStep }
            var placed = band
            placed.offset = floats
            return placed
        }
        scratch.reserve(floats)
    }

    public var stageCount: Int { stages.count }

    public func run(_ share: Share) { run(share, stageNanoseconds: nil) }

    /// - Parameters:
    ///   - share: the member's rows of the last stage's output; it computes what they need of the stages before.
    ///   - stageNanoseconds: the member's time in each stage is added to these, ``stageCount`` of them.
    public func run(_ share: Share, stageNanoseconds: UnsafeMutablePointer<UInt64>?) {
        precondition(share.count <= scratch.members, "\(share.count) members over scratch memory for \(scratch.members)")
        output.clearHalo(share)
        let height = output.layout.height
        let lines = share.range(of: output.layout.batch * height)
        guard !lines.isEmpty else { return }
        let memory = scratch.base(share.member)
        memory.update(repeating: 0, count: zeroCount)
        let offsetCount = stages.reduce(0) { max($0, $1.offsetCount) }
        let kernelSize = stages.reduce(0) { max($0, $1.shape.kernelSize) }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: offsetCount + stages.count) { integers in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: kernelSize) { rows in
                var walk = Walk(
                    image: 0, strip: 0, next: integers.baseAddress! + offsetCount, offsets: integers.baseAddress!, rows: rows.baseAddress!,
                    memory: memory, nanoseconds: stageNanoseconds)
                var line = lines.lowerBound
                while line < lines.upperBound {
                    let (image, y) = line.quotientAndRemainder(dividingBy: height)
                    let end = min(y + lines.upperBound - line, height)
                    walk.image = image
                    for strip in 0..<stripCount {
                        walk.strip = strip
                        clearZeros(walk)
                        start(&walk, at: y)
                        advance(stages.count - 1, to: end, &walk)
                    }
                    line += end - y
                }
            }
        }
    }

    /// A member's state on the way down a strip of an image. Plain numbers and pointers: counted references to what all members share would
    /// pass from core to core with every row.
    private struct Walk {
        var image: Int
        var strip: Int
        /// The next row of each stage.
        let next: UnsafeMutablePointer<Int>
        let offsets: UnsafeMutablePointer<Int>
        let rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
        let memory: UnsafeMutablePointer<Float>
        let nanoseconds: UnsafeMutablePointer<UInt64>?
    }

    /// Zeroes the columns of the bands that lie outside of their maps.
    private func clearZeros(_ walk: Walk) {
        for index in bands.indices {
            let (band, columns) = (bands[index], columns(ofBand: index, walk))
            let left = max(-columns.lowerBound, 0) * band.pixelStep
            let right = max(columns.upperBound - band.width, 0) * band.pixelStep
            guard left + right > 0 else { continue }
            for row in 0..<band.rows {
                let line = walk.memory + (band.offset + row * band.rowStep)
                line.update(repeating: 0, count: left)
                (line + (columns.count * band.pixelStep - right)).update(repeating: 0, count: right)
            }
        }
    }

    private func columns(ofBand index: Int, _ walk: Walk) -> Range<Int> { bandColumns[walk.strip * bands.count + index] }

    /// The first rows of all stages for an output that begins at row `y`.
    private func start(_ walk: inout Walk, at y: Int) {
        var row = y
        for index in shapes.indices.reversed() {
            walk.next[index] = row
            row = max(row * shapes[index].stride - shapes[index].padding, 0)
        }
    }

    /// Computes the rows of a stage up to `end`, after what they need of the stages before.
    private func advance(_ index: Int, to end: Int, _ walk: inout Walk) {
        let shape = shapes[index]
        while walk.next[index] < end {
            let y = walk.next[index]
            let top = y * shape.stride - shape.padding
            if index > 0 { advance(index - 1, to: min(top + shape.kernelSize, bands[index - 1].height), &walk) }
            let begin = walk.nanoseconds == nil ? 0 : zd_now_ns()
            for line in 0..<shape.kernelSize { walk.rows[line] = row(top + line, into: index, walk) }
            let (stretch, output) = (stretches[walk.strip * shapes.count + index], row(y, outOf: index, walk))
            borrowed[index]._withUnsafeGuaranteedRef { $0.row(walk.rows, stretch, image: walk.image, y: y, output: output, offsets: walk.offsets) }
            if let nanoseconds = walk.nanoseconds { nanoseconds[index] += zd_now_ns() - begin }
            walk.next[index] = y + 1
        }
    }

    /// Pixel 0 of a row that a stage reads; of a band it may lie before the memory, where only the strip's own columns count.
    private func row(_ y: Int, into index: Int, _ walk: Walk) -> UnsafeMutablePointer<Float> {
        guard index > 0 else { return input.pixel(walk.image, y, 0) }
        let band = bands[index - 1]
        let before = columns(ofBand: index - 1, walk).lowerBound * band.pixelStep
        guard y >= 0 && y < band.height else { return walk.memory - before }
        return walk.memory + (band.offset + y % band.rows * band.rowStep - before)
    }

    /// Pixel 0 of a row that a stage writes.
    private func row(_ y: Int, outOf index: Int, _ walk: Walk) -> UnsafeMutablePointer<Float> {
        index < bands.count ? row(y, into: index + 1, walk) : output.pixel(walk.image, y, 0)
    }
}
