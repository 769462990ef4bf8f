extension Operation {
    /// Multiply–accumulates for one image: those of convolutions and of the two fully connected layers of a squeeze-and-excitation.
    ///
    /// Element-wise work (bias, ReLU, sums, pooling, the means and the scaling of a squeeze-and-excitation) counts nothing.
    public func macs(output: Shape) -> Int {
        switch self {
        case .convolution(let convolution): convolution.fanIn * output.elementCount
        case .squeezeExcitation(let squeeze): 2 * squeeze.channels * squeeze.reducedChannels
        default: 0
        }
    }

    /// Parameters as trained: the weights, and a scale and a shift of the batch normalization for each output channel.
    ///
    /// Folding the batch normalization leaves one bias per channel; the published counts are those before folding.
    public var params: Int {
        switch self {
        case .convolution(let convolution):
            convolution.outChannels * convolution.fanIn + 2 * convolution.outChannels
        case .squeezeExcitation(let squeeze):
            2 * squeeze.channels * squeeze.reducedChannels + 2 * squeeze.reducedChannels + 2 * squeeze.channels
        case .groupNormalization(let normalization): 2 * normalization.channels
        default: 0
        }
    }

    /// By how much the side shrinks.
    var stride: Int {
        switch self {
        case .convolution(let convolution): convolution.stride
        case .pooling(let pooling): pooling.stride
        default: 1
        }
    }

    /// ``macs(output:)`` where the product may leave the range of Int.
    func macsAsDouble(output: Shape) -> Double {
        switch self {
        case .convolution(let convolution):
            Double(convolution.fanIn) * Double(output.channels) * Double(output.height) * Double(output.width)
        case .squeezeExcitation(let squeeze): 2 * Double(squeeze.channels) * Double(squeeze.reducedChannels)
        default: 0
        }
    }
}

extension Layer {
    /// ``Operation/params``, less the scale and the shift that a convolution without batch normalization does not have.
    public var params: Int {
        guard case .convolution(let convolution) = operation else { return operation.params }
        return switch normalization {
        case .batch: operation.params
        case .none: operation.params - convolution.outChannels
        case .separate: operation.params - 2 * convolution.outChannels
        }
    }

    /// FLOPs in the reference's counting, for an output of `side`² pixels where `side` need not be whole.
    ///
    /// Convolution: MACs + 2 per output value for the batch normalization, and 1 more on a shortcut (its ReLU, in the reference's book).
    /// ReLU: 1 per value. Pooling: 1 per input value. Squeeze-and-excitation and sums: nothing.
    ///
    /// Source: TinyNAS, commit 8ccaf88. The max pool of a ResNet has no counterpart there; it counts like the average pool.
    func referenceFLOPs(channels: Int, side: Double) -> Double {
        let pixels = side * side
        switch operation {
        case .convolution(let convolution):
            return Double(channels) * (Double(convolution.fanIn) + (isMainBranch ? 2 : 3)) * pixels
        case .relu, .activation:
            return Double(channels) * pixels
        case .pooling(let pooling):
            return Double(channels) * pixels * Double(pooling.stride * pooling.stride)
        case .add, .squeezeExcitation, .globalAverage, .multiply, .scale, .concatenation, .upsampling, .groupNormalization,
            .distributionStatistics, .scalePixels:
            return 0
        }
    }
}
