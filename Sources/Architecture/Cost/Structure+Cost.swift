extension Structure {
    /// The figures of ``Network/cost(resolution:)``, without building a graph: a search asks for them by the hundred thousand.
    ///
    /// - Throws: what ``validate()`` and ``Network/shapes(resolution:)`` throw.
    public func cost(resolution: Int) throws(ArchitectureError) -> Cost {
        try validate()
        let totalStride = blocks.reduce(1) { min($0 * $1.stride, 1 << 40) }
        if let error = resolutionFault(resolution, totalStride: totalStride, network: name) { throw error }

        var cost = Cost(params: 0, macs: 0, referenceFLOPs: 0, layers: 0, peakActivationBytes: 0)
        var macs = 0.0
        var side = resolution
        var idealSide = Double(resolution)
        // Bytes of the finished outputs without the one that the current block reads.
        var kept = 0
        var inputIsKept = false
        var inputBytes = 0
        var stagesLeft = 1 + blocks.dropFirst().count { $0.stride == 2 }
        for (index, block) in blocks.enumerated() {
            if side % 2 == 1, block.inner(0).shortcut?.isPooled == true {
                throw oddSideFault(
                    resolution, totalStride: totalStride, network: name, place: "block[\(index)]", side: side / 2 + 1, other: side / 2)
            }
            let part = block.cost(inputSide: side, idealInputSide: idealSide, keepsInput: inputIsKept)
            cost.params += part.params
            cost.macs &+= part.macs
            macs += part.approximateMACs
            cost.referenceFLOPs += part.referenceFLOPs
            cost.layers += part.layers
            cost.peakActivationBytes = max(cost.peakActivationBytes, kept + part.peakActivationBytes)

            side = block.outputSide(side)
            idealSide /= Double(block.stride)
            if inputIsKept { kept += inputBytes }
            inputIsKept = false
            inputBytes = part.outputBytes
            if index + 1 == blocks.count || blocks[index + 1].stride == 2 {
                // The last four stages are the network's outputs.
                inputIsKept = stagesLeft <= 4
                stagesLeft -= 1
            }
        }
        try checkCountable(name, resolution, macs: macs, params: Double(cost.params))
        return cost
    }
}
