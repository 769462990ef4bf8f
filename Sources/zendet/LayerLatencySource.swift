import Architecture
import Inference
import Latency
import Search

/// Prices a search's blocks with the layer predictor: a block is lowered by itself, and its layers are priced one by one;
/// whole tables for the exact solver are bounded by the same predictor, layer by layer.
struct LayerLatencySource: BoundedLatencySource {
    let predictor: LayerPredictor

    /// The barrier between layers is part of each layer's time, so a pass costs nothing beyond its blocks.
    var overheadNanoseconds: Double { 0 }

    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double {
        try steps(block, index: index, inputSide: inputSide).reduce(0) { try $0 + predictor.nanoseconds(step: $1) }
    }

    func leastNanoseconds(block: Block, index: Int, inputSide: Int, limit: Double) throws -> Double {
        try steps(block, index: index, inputSide: inputSide).reduce(0) {
            try $0 + predictor.floors(of: $1, channels: [($1.input.channels, $1.output.channels)], limit: limit)[0]
        }
    }

    func layers(of block: Block, index: Int, inputSide: Int) throws -> [PricedLayer] {
        try steps(block, index: index, inputSide: inputSide).map { [predictor] step in
            PricedLayer(
                inChannels: step.input.channels, outChannels: step.output.channels,
                nanoseconds: { try predictor.nanoseconds(of: step, channels: $0, limit: $1) },
                leastNanoseconds: { try predictor.floors(of: step, channels: $0, limit: $1) })
        }
    }

    private func steps(_ block: Block, index: Int, inputSide: Int) throws -> [Step] {
        let network = try Structure(name: "block \(index)", blocks: [block]).network()
        var steps = try Program.lower(network, resolution: inputSide, batch: 1).steps
        // Only the network's own input is an image with packed channels; a lone block's input looks like one.
        if index > 0 {
            for place in steps.indices { steps[place].image = false }
        }
        return steps
    }
}
