import Architecture
import Inference
import Latency
import Search

/// Prices a search's blocks with the layer predictor: a block is lowered by itself, and its layers are priced one by one.
struct LayerLatencySource: LatencySource {
    let predictor: LayerPredictor

    /// The barrier between layers is part of each layer's time, so a pass costs nothing beyond its blocks.
    var overheadNanoseconds: Double { 0 }

    func nanoseconds(block: Block, index: Int, inputSide: Int) throws -> Double {
        let network = try Structure(name: "block \(index)", blocks: [block]).network()
        var total = 0.0
        for var step in try Program.lower(network, resolution: inputSide, batch: 1).steps {
            // Only the network's own input is an image with packed channels; a lone block's input looks like one.
            if index > 0 { step.image = false }
            total += try predictor.nanoseconds(step: step)
        }
        return total
    }
}
