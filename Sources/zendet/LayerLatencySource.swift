import Architecture
import Inference
import Latency
import Search

/// Prices a search's blocks layer by layer: a block is lowered by itself, and its steps are priced where they stand, from layers
/// measured here or from a profile's model; whole tables for the exact solver are priced the same way.
struct LayerLatencySource: LayerwiseLatencySource {
    let pricing: any StepPricing
    /// The machine's caches decide which layers run as a chain.
    var chains: ChainRule = .fitting(.ofThisMachine)

    var overheadNanoseconds: Double { pricing.overheadNanoseconds }

    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double {
        let program = try program(block, index: index, inputSide: inputSide)
        return try program.steps.indices.reduce(0) { try $0 + pricing.nanoseconds($1, of: program) }
    }

    func layers(of block: Block, index: Int, inputSide: Int) throws -> [PricedLayer] {
        let program = try program(block, index: index, inputSide: inputSide)
        return program.steps.indices.map { [pricing] place in
            let step = program.steps[place]
            return PricedLayer(inChannels: step.input.channels, outChannels: step.output.channels) {
                try pricing.nanoseconds($0, like: place, of: program, limit: $1)
            }
        }
    }

    func program(_ block: Block, index: Int, inputSide: Int) throws -> Program {
        let network = try Structure(name: "block \(index)", blocks: [block]).network()
        var program = try Program.lower(network, resolution: inputSide, batch: 1, chains: chains)
        // Only the network's own input is an image with packed channels; a lone block's input looks like one.
        if index > 0 { program.readNoImage() }
        return program
    }
}

/// Layers that are measured: the exact solver begins with lower bounds, and has measured what could win.
struct MeasuredLayerSource: BoundedLatencySource {
    let predictor: LayerPredictor
    private let layers: LayerLatencySource

    init(_ predictor: LayerPredictor) {
        self.predictor = predictor
        layers = LayerLatencySource(pricing: predictor)
    }

    var overheadNanoseconds: Double { layers.overheadNanoseconds }

    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double {
        try layers.nanoseconds(block: block, index: index, inputSide: inputSide)
    }

    func leastNanoseconds(block: Block, index: Int, inputSide: Int, limit: Double) throws -> Double {
        try layers.program(block, index: index, inputSide: inputSide).steps.reduce(0) {
            try $0 + predictor.floors(of: $1, channels: [($1.input.channels, $1.output.channels)], limit: limit)[0]
        }
    }

    func layers(of block: Block, index: Int, inputSide: Int) throws -> [PricedLayer] {
        let steps = try layers.program(block, index: index, inputSide: inputSide).steps
        return try zip(layers.layers(of: block, index: index, inputSide: inputSide), steps).map { [predictor] layer, step in
            PricedLayer(
                inChannels: layer.inChannels, outChannels: layer.outChannels, nanoseconds: layer.nanoseconds,
                leastNanoseconds: { try predictor.floors(of: step, channels: $0, limit: $1) })
        }
    }
}
