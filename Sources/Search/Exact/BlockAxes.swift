import Architecture

/// The values that the fields of the block at one position may take, as sorted lists: the design space as index ranges.
///
/// The rules are those of ``DesignSpace/violation(of:)``; the tests compare both on all structures of small spaces.
struct BlockAxes: Sendable {
    let index: Int
    let template: Block
    let inputSide: Int
    let idealInputSide: Double
    /// Whether the input is one of the network's outputs, so that it stays in memory.
    let keepsInput: Bool
    let inputs: [Int]
    let outputs: [Int]
    let bottlenecks: [Int]
    let kernels: [Int]
    /// Depths are leastDepth ... depths; arrays by depth begin at 1 all the same.
    let leastDepth: Int
    let depths: Int
    /// By output: the inputs that it may follow, and the bottlenecks between its least and its largest.
    let inputRanges: [Range<Int>]
    let bottleneckRanges: [Range<Int>]
    /// By output: the input of the same number of channels.
    let equals: [Int?]
    /// Where the rows of an output begin in arrays by (output, bottleneck in range); one entry more than outputs.
    let rows: [Int]
    /// By (output, bottleneck in range): 0, or −infinity for a bottleneck that the space does not hold.
    let admitted: [Double]
    /// Whether the kernel's size matters to no other field but the bottleneck, as where only a bottleneck's own convolution has it.
    let kernelStandsAlone: Bool

    init(_ space: DesignSpace, index: Int, inputs: [Int]) {
        let position = space.positions[index]
        let step = space.options.channelStep
        let grid = ChannelSteps(step: step)
        self.index = index
        self.inputs = inputs
        template = space.start.blocks[index]
        inputSide = position.inputSide
        idealInputSide = position.idealInputSide
        keepsInput = index > 0 && space.keepsOutput[index - 1]
        kernels = position.kernelSizes
        leastDepth = position.depths.lowerBound
        depths = position.depths.upperBound
        kernelStandsAlone =
            switch position.kind {
            case .convKXBNRELU: position.kernelSizes.count == 1
            case .superResK1KXK1, .superResK1DWK1, .superResK1DWSEK1: true
            case .superResKXKX, .superResK1KX: position.kernelSizes.count == 1
            }

        var channels = Set(stride(from: grid.ceil(position.channels.lowerBound), through: position.channels.upperBound, by: step))
        channels.insert(position.startOut)
        let outputs = channels.sorted()
        self.outputs = outputs

        // The bottlenecks of each output: multiples of the step within the bounds, and the start's own beside the start's channels.
        let bounds = outputs.map {
            position.isSuper ? space.bottleneckBounds(index, outChannels: $0, grid: grid) : position.startBottleneck...position.startBottleneck
        }
        var all: Set<Int> = [position.startBottleneck]
        if position.isSuper {
            all.formUnion(stride(from: bounds.map(\.lowerBound).min()!, through: bounds.map(\.upperBound).max()!, by: step))
        }
        let bottlenecks = all.sorted()
        self.bottlenecks = bottlenecks

        var inputRanges: [Range<Int>] = []
        var bottleneckRanges: [Range<Int>] = []
        var rows = [0]
        var admitted: [Double] = []
        for (output, channels) in outputs.enumerated() {
            let low = inputs.firstIndex { Double(channels) <= position.expansion * Double($0) } ?? inputs.count
            let high = position.isMonotone ? inputs.firstIndex { $0 > channels } ?? inputs.count : inputs.count
            inputRanges.append(low..<max(low, high))
            func isAdmitted(_ bottleneck: Int) -> Bool {
                guard position.isSuper, bottleneck != position.startBottleneck || channels != position.startOut else { return true }
                return grid.floor(bottleneck) == bottleneck && bounds[output].contains(bottleneck)
            }
            let first = bottlenecks.firstIndex(where: isAdmitted)!
            let last = bottlenecks.lastIndex(where: isAdmitted)!
            bottleneckRanges.append(first..<last + 1)
            admitted += bottlenecks[first...last].map { !position.isSuper || isAdmitted($0) ? 0 : -.infinity }
            rows.append(admitted.count)
        }
        self.inputRanges = inputRanges
        self.bottleneckRanges = bottleneckRanges
        self.rows = rows
        self.admitted = admitted
        equals = outputs.map { inputs.firstIndex(of: $0) }
    }

    /// Groups of kernel sizes that share a table: all together, or each by itself.
    var kernelGroups: [Range<Int>] { kernelStandsAlone ? [0..<kernels.count] : kernels.indices.map { $0..<$0 + 1 } }

    /// The group of a kernel size.
    @inline(__always)
    func group(_ kernel: Int) -> Int { kernelStandsAlone ? 0 : kernel }

    /// The place of (output, bottleneck) in arrays of rows.
    @inline(__always)
    func place(_ output: Int, _ bottleneck: Int) -> Int { rows[output] + bottleneck - bottleneckRanges[output].lowerBound }

    func block(input: Int, output: Int, bottleneck: Int, kernel: Int, depth: Int) -> Block {
        block(inChannels: inputs[input], outChannels: outputs[output], bottleneck: bottlenecks[bottleneck], kernel: kernel, depth: depth)
    }

    /// A block of this position with any channel counts; `kernel` is an index.
    func block(inChannels: Int, outChannels: Int, bottleneck: Int, kernel: Int, depth: Int) -> Block {
        var block = template
        block.inChannels = inChannels
        block.outChannels = outChannels
        block.bottleneck = bottleneck
        block.kernelSize = kernels[kernel]
        block.depth = depth
        return block
    }

    /// Channel counts that no two axes share, so that input and output differ in all blocks made with them.
    var foreignChannels: (input: Int, output: Int) {
        let input = (inputs[0]...).first { !outputs.contains($0) }!
        let output = (outputs[0]...).first { !inputs.contains($0) && $0 != input }!
        return (input, output)
    }
}
