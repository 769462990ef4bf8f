import Architecture

extension Program {
    /// Lets gates scale the weights of the convolution that reads them, in place of the whole map.
    ///
    /// Σ w·(g·x) = Σ (w·g)·x: for one image, a 1x1 convolution after a squeeze-and-excitation takes the gates into its weights. The map is then
    /// read once for its mean and not written again, as long as it is larger than the weights.
    /// Source: own derivation.
    mutating func foldGates() {
        guard batch == 1 else { return }
        for index in steps.indices where steps[index].kind == .squeezeExcitation && !steps[index].rectified {
            let gates = operands[index].output
            let map = operands[index].input
            guard let reader = soleReader(of: gates), let c = steps[reader].convolution, c.kernelSize == 1, c.groups == 1, !steps[reader].image,
                steps[index].input.elementCount > 2 * c.inChannels * c.outChannels
            else { continue }
            let channels = steps[index].input.channels
            steps[index].output = Shape(channels: channels, height: 1, width: 1)
            values[gates].shape = steps[index].output
            values[gates].halo = 0
            steps[reader].gated = true
            operands[reader].gates = gates
            operands[reader].input = map
            values[map].halo = max(values[map].halo, c.padding)
            values[map].lastStep = max(values[map].lastStep, reader)
        }
    }
}
