import Architecture

/// A limit on peak activation memory, as far as single blocks can tell.
///
/// The peak is no sum but a largest value: at each block what the block needs and the outputs that earlier stages keep. What a block needs
/// grows with its bottleneck, so the limit leaves, for each input, output and whether there is more than one inner block, the bottlenecks
/// up to some place. The kept outputs count with their least channels here and exactly in the labels.
struct MemoryRoom: Sendable {
    /// By (output, input in range): how many bottlenecks of the output's range fit, with one inner block and with more.
    private var rooms: [(Int, Int)]
    private let rows: [Int]

    /// - Parameter room: bytes left for the block when kept outputs have their least size.
    init(_ axes: BlockAxes, room: Int) {
        var rooms: [(Int, Int)] = []
        var rows = [0]
        for output in axes.outputs.indices {
            let range = axes.bottleneckRanges[output]
            for input in axes.inputRanges[output] {
                func fitting(_ depth: Int) -> Int {
                    // The first bottleneck that does not fit, by bisection.
                    var (low, high) = (0, range.count)
                    while low < high {
                        let middle = (low + high) / 2
                        let block = axes.block(input: input, output: output, bottleneck: range.lowerBound + middle, kernel: 0, depth: depth)
                        if axes.peakBytes(block) <= room { low = middle + 1 } else { high = middle }
                    }
                    return low
                }
                let one = fitting(1)
                rooms.append((one, axes.depths > 1 ? min(one, fitting(2)) : one))
            }
            rows.append(rooms.count)
        }
        self.rooms = rooms
        self.rows = rows
    }

    @inline(__always)
    func room(_ axes: BlockAxes, input: Int, output: Int) -> (Int, Int) { rooms[rows[output] + input - axes.inputRanges[output].lowerBound] }
}

extension BlockAxes {
    /// The most bytes alive while a block runs, beside the outputs of earlier stages.
    func peakBytes(_ block: Block) -> Int {
        block.cost(inputSide: inputSide, idealInputSide: idealInputSide, keepsInput: keepsInput).peakActivationBytes
    }

    /// Bytes of an output with `channels` of them.
    func outputBytes(_ channels: Int) -> Int {
        let side = template.outputSide(inputSide)
        return 4 * channels * side * side
    }
}
