import Architecture
import Inference
import Latency
import Search

/// Prices a search's blocks layer by layer: a block is lowered by itself, and its steps are priced where they stand, from layers
/// measured here or from a profile's model. Tables for the exact solver are exact for a model, and lower bounds for layers that would have to be measured.
struct LayerLatencySource: LayerwiseLatencySource {
    let pricing: any StepPricing
    /// The machine's caches decide which layers run as a chain.
    var chains: ChainRule = .fitting(.ofThisMachine)

    /// The barrier between layers is part of each step's time, so a pass costs nothing beyond its blocks.
    var overheadNanoseconds: Double { 0 }
    var pricesAreBounds: Bool { pricing.tablesAreBounds }

    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double {
        let program = try program(block, index: index, inputSide: inputSide)
        return try program.steps.indices.reduce(0) { try $0 + pricing.nanoseconds($1, of: program) }
    }

    func layers(of block: Block, index: Int, inputSide: Int) throws -> [PricedLayer] {
        let program = try program(block, index: index, inputSide: inputSide)
        return program.steps.indices.map { [pricing] place in
            let step = program.steps[place]
            return PricedLayer(inChannels: step.input.channels, outChannels: step.output.channels) {
                try pricing.table($0, like: place, of: program, limit: $1)
            }
        }
    }

    private func program(_ block: Block, index: Int, inputSide: Int) throws -> Program {
        let network = try Structure(name: "block \(index)", blocks: [block]).network()
        // Only the network's own input is an image with packed channels; a lone block's input looks like one.
        return try Program.lower(network, resolution: inputSide, batch: 1, readsImage: index == 0, chains: chains)
    }
}
