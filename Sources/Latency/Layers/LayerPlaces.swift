import Architecture
import Inference

/// Where a layer stands on a ``ChannelGrid``: on one axis, or on two.
struct LayerPlaces {
    var first: ChannelGrid.Place
    /// nil for layers whose channel count is one number.
    var second: ChannelGrid.Place?

    /// The counts at a corner; the second is 0 where there is one axis.
    typealias Counts = SIMD2<Int32>

    var isBeyond: Bool { first.isBeyond || second?.isBeyond ?? false }

    /// The corners of the cell and their weights in a bilinear interpolation.
    var corners: [(at: Counts, weight: Double)] {
        let ends = [(first.low, 1 - first.weight), (first.high, first.weight)]
        guard let second else { return ends.map { (Counts(Int32($0.0), 0), $0.1) } }
        // The first axis runs fastest: the corner of the smallest counts comes first.
        return [(second.low, 1 - second.weight), (second.high, second.weight)].flatMap { b in
            ends.map { (Counts(Int32($0.0), Int32(b.0)), $0.1 * b.1) }
        }
    }
}

extension LayerPredictor {
    /// A layer's place on a grid; nil for a kind of layer that no grid covers (grouped convolutions, concatenations, a head's normalizations and distributions).
    ///
    /// Dense convolutions go by input and output channels, squeeze-and-excitation by channels and reduced channels (the cost of two small
    /// matrices is bilinear in both), all others by their channels.
    func places(of step: Step, on grid: ChannelGrid) -> LayerPlaces? {
        switch step.operation {
        case .squeezeExcitation(let s): places(s, on: grid)
        case .convolution(let c): places(of: step, inChannels: c.inChannels, outChannels: c.outChannels, on: grid)
        case .pooling, .add, .relu, .globalAverage, .activation, .multiply, .scale, .concatenation, .upsampling, .groupNormalization,
            .distributionStatistics, .scalePixels:
            places(of: step, inChannels: step.input.channels, outChannels: step.output.channels, on: grid)
        }
    }

    /// The place of a layer with other channel counts, see ``Step/resized(inChannels:outChannels:)``.
    func places(of step: Step, inChannels: Int, outChannels: Int, on grid: ChannelGrid) -> LayerPlaces? {
        switch step.operation {
        case .convolution(let c) where c.groups == 1:
            LayerPlaces(first: ChannelGrid.place(inChannels, on: grid.input), second: ChannelGrid.place(grid.padded(outChannels), on: grid.output))
        case .convolution(let c) where c.isDepthwise:
            LayerPlaces(first: ChannelGrid.place(grid.padded(outChannels), on: grid.output))
        case .convolution, .concatenation, .groupNormalization, .distributionStatistics:
            nil
        case .pooling, .add, .relu, .globalAverage, .activation, .multiply, .scale, .upsampling, .scalePixels:
            LayerPlaces(first: ChannelGrid.place(grid.padded(outChannels), on: grid.output))
        case .squeezeExcitation:
            places(SqueezeExcitation(reducing: outChannels), on: grid)
        }
    }

    private func places(_ s: SqueezeExcitation, on grid: ChannelGrid) -> LayerPlaces {
        LayerPlaces(first: ChannelGrid.place(grid.padded(s.channels), on: grid.output), second: ChannelGrid.place(s.reducedChannels, on: grid.input))
    }

    /// The points of the axes that a kind of layer goes by.
    func axes(of step: Step, on grid: ChannelGrid) -> [[Int]] {
        switch step.operation {
        case .convolution(let c) where c.groups == 1: [grid.input, grid.output]
        case .squeezeExcitation: [grid.output, grid.input]
        default: [grid.output]
        }
    }

    /// The layer at a corner of the grid.
    func corner(of step: Step, _ counts: LayerPlaces.Counts) -> Step {
        let (first, second) = (Int(counts[0]), Int(counts[1]))
        switch step.operation {
        case .convolution(let c) where c.groups == 1:
            return step.with(inChannels: first, outChannels: second)
        case .squeezeExcitation:
            var corner = step.with(inChannels: first, outChannels: first)
            corner.operation = .squeezeExcitation(SqueezeExcitation(channels: first, reducedChannels: second))
            return corner
        default:
            return step.with(inChannels: first, outChannels: first)
        }
    }
}

extension Step {
    /// The same layer of a block with other channel counts; a squeeze-and-excitation reduces by its rule.
    public func resized(inChannels: Int, outChannels: Int) -> Step {
        var step = with(inChannels: inChannels, outChannels: outChannels)
        if case .squeezeExcitation = operation { step.operation = .squeezeExcitation(SqueezeExcitation(reducing: outChannels)) }
        return step
    }
}
