import Architecture

extension Network {
    /// The main branch alone, as a chain: its convolutions, and the poolings between them. No shortcuts, no squeeze-and-excitation.
    ///
    /// - Parameter rectified: whether a ReLU stands behind every convolution.
    /// - Throws: `EntropyError` (`.badNetwork`) where a convolution of the main branch does not follow another one.
    func mainBranch(rectified: Bool) throws(EntropyError) -> Network {
        let leadsOn = leadsToMainBranch
        // chainOf[tensor]: what stands in the chain for it; nil on shortcuts.
        var chainOf = [TensorID?](repeating: nil, count: layers.count + 1)
        chainOf[0] = 0
        var chain: [Layer] = []
        for (index, layer) in layers.enumerated() {
            let input = chainOf[layer.inputs[0]]
            switch layer.operation {
            case .convolution:
                guard layer.isMainBranch else { continue }
                guard let input else {
                    throw EntropyError(.badNetwork, "network '\(name)': layer \(layer.name) is on the main branch, but reads a shortcut alone")
                }
                chain.append(Layer(name: layer.name, operation: layer.operation, inputs: [input], isMainBranch: true, block: layer.block))
                if rectified { chain.append(Layer(name: "\(layer.name).relu", operation: .relu, inputs: [chain.count], block: layer.block)) }
                chainOf[index + 1] = chain.count
            case .pooling:
                guard let input, leadsOn[index + 1] else { continue }
                chain.append(Layer(name: layer.name, operation: layer.operation, inputs: [input], block: layer.block))
                chainOf[index + 1] = chain.count
            case .relu, .squeezeExcitation, .activation, .scale, .groupNormalization, .scalePixels:
                chainOf[index + 1] = input
            case .globalAverage, .upsampling, .distributionStatistics:
                // What follows stands on another branch.
                break
            case .add, .multiply, .concatenation:
                // The main branch is ahead of what was passed around it.
                chainOf[index + 1] = layer.inputs.compactMap { chainOf[$0] }.max()
            }
        }
        guard chain.contains(where: \.isMainBranch) else { throw EntropyError(.badNetwork, "network '\(name)' has no convolution on a main branch") }
        return Network(
            name: name, inputChannels: inputChannels, layers: chain,
            stages: stages.map { Stage(output: chainOf[$0.output] ?? chain.count, channels: $0.channels, lastBlock: $0.lastBlock) }, structure: nil)
    }

    /// For each tensor, whether a convolution of the main branch reads it, directly or behind poolings, ReLUs and gates.
    private var leadsToMainBranch: [Bool] {
        var leads = [Bool](repeating: false, count: layers.count + 1)
        for (index, layer) in layers.enumerated().reversed() {
            switch layer.operation {
            case .convolution: leads[layer.inputs[0]] = leads[layer.inputs[0]] || layer.isMainBranch
            case .pooling, .relu, .squeezeExcitation, .activation, .scale, .groupNormalization, .scalePixels:
                leads[layer.inputs[0]] = leads[layer.inputs[0]] || leads[index + 1]
            case .add, .multiply, .concatenation, .globalAverage, .upsampling, .distributionStatistics: break
            }
        }
        return leads
    }
}
