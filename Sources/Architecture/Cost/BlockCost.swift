/// What one block adds to the figures of ``Cost``: a search updates a network's cost from the blocks that changed.
///
/// Parameters, MACs, reference FLOPs and layers are sums over blocks. Peak activation memory is the largest, over the blocks, of
/// ``peakActivationBytes`` plus the feature maps of earlier stages that are kept to the end (the block's own input not counted twice).
public struct BlockCost: Hashable, Sendable {
    public var params = 0
    /// Wraps around where it leaves the range of Int; ``approximateMACs`` tells.
    public var macs = 0
    /// ``macs`` in floating point.
    public var approximateMACs = 0.0
    public var referenceFLOPs = 0.0
    public var layers = 0
    /// The most bytes alive while the block runs, of its input, its output and what lies between.
    public var peakActivationBytes = 0
    public var outputBytes = 0

    public init() {}
}

extension Block {
    /// The side of the block's output for an input of side `side`: ⌈side / stride⌉.
    public func outputSide(_ side: Int) -> Int { (side - 1) / stride + 1 }

    /// The block's part of its network's figures, equal to ``Network/cost(resolution:)`` of the same layers.
    ///
    /// All inner blocks but the first are alike, so it takes two steps at most, whatever the depth.
    ///
    /// - Parameters:
    ///   - inputSide: side of the input feature map.
    ///   - idealInputSide: the network's resolution divided by the strides before, unrounded: what reference FLOPs are counted with.
    ///   - keepsInput: whether the input is one of the network's outputs, so that it stays alive.
    /// - Precondition: the structure passes ``Structure/validate()`` and the resolution fits it.
    public func cost(inputSide: Int, idealInputSide: Double, keepsInput: Bool) -> BlockCost {
        var sum = BlockCost()
        // An input that is kept stays alive through the whole block.
        let kept = keepsInput ? 4 * inChannels * inputSide * inputSide : 0
        sum.add(inner(0), copies: 1, inputSide: inputSide, idealInputSide: idealInputSide, inputIsCounted: keepsInput, kept: kept)
        let outputSide = outputSide(inputSide)
        if depth > 1 {
            sum.add(
                inner(1), copies: depth - 1, inputSide: outputSide, idealInputSide: idealInputSide / Double(stride), inputIsCounted: false,
                kept: kept)
        }
        sum.outputBytes = 4 * outChannels * outputSide * outputSide
        return sum
    }
}

extension BlockCost {
    /// Adds `copies` equal inner blocks in a row. The steps are those of ``Structure/network()``, in the same order.
    ///
    /// `kept` bytes are alive all the time; `inputIsCounted` says that the input is among them.
    fileprivate mutating func add(
        _ block: InnerBlock, copies: Int, inputSide: Int, idealInputSide: Double, inputIsCounted: Bool, kept: Int
    ) {
        let inputChannels = block.first.inChannels
        let input = inputIsCounted ? 0 : 4 * inputChannels * inputSide * inputSide
        var shortcut = 0
        if let way = block.shortcut {
            let side = way.isPooled ? InnerBlock.shortcutPooling.outputSide(inputSide) : inputSide
            if way.isPooled {
                shortcut = 4 * inputChannels * side * side
                referenceFLOPs += Double(copies) * Double(inputChannels) * idealInputSide * idealInputSide
                raise(kept + input + shortcut)
            }
            if let projection = way.projection {
                let output = add(projection, copies: copies, side: side, idealSide: way.isPooled ? idealInputSide / 2 : idealInputSide)
                raise(kept + input + shortcut + output)
                shortcut = output
            }
        }
        // Where the input itself is the shortcut, it outlives the first convolution.
        let isIdentity = block.shortcut.map { !$0.isPooled && $0.projection == nil } ?? false
        let waiting = kept + shortcut + (isIdentity ? input : 0)
        var side = inputSide
        var ideal = idealInputSide
        var current = isIdentity ? 0 : input
        addMainBranch(block.first, copies, waiting, &current, &side, &ideal)
        if let second = block.second { addMainBranch(second, copies, waiting, &current, &side, &ideal) }
        if let squeeze = block.squeezeExcitation {
            params += copies * Operation.squeezeExcitation(squeeze).params
            addMACs(copies, 2 * squeeze.channels * squeeze.reducedChannels)
            raise(waiting + 2 * current)
        }
        if let third = block.third { addMainBranch(third, copies, waiting, &current, &side, &ideal) }
    }

    private mutating func addMainBranch(
        _ convolution: Convolution, _ copies: Int, _ waiting: Int, _ current: inout Int, _ side: inout Int, _ ideal: inout Double
    ) {
        side = convolution.outputSide(side)
        ideal /= Double(convolution.stride)
        let output = add(convolution, copies: copies, side: side, idealSide: ideal)
        raise(waiting + current + output)
        current = output
        layers += copies
    }

    /// Adds a convolution of output side `side`; returns the bytes of its output. In the reference's count each output value costs 2 FLOPs
    /// for the batch normalization and 1 for the ReLU that follows every convolution here (on a shortcut: in the reference's book).
    private mutating func add(_ convolution: Convolution, copies: Int, side: Int, idealSide: Double) -> Int {
        let values = convolution.outChannels * side * side
        params += copies * convolution.outChannels * (convolution.fanIn + 2)
        addMACs(copies, convolution.fanIn, values)
        referenceFLOPs += Double(copies) * Double(convolution.outChannels) * Double(convolution.fanIn + 3) * (idealSide * idealSide)
        return 4 * values
    }

    private mutating func addMACs(_ copies: Int, _ macs: Int, _ values: Int = 1) {
        self.macs &+= copies &* macs &* values
        approximateMACs += Double(copies) * Double(macs) * Double(values)
    }

    private mutating func raise(_ bytes: Int) { peakActivationBytes = max(peakActivationBytes, bytes) }
}
