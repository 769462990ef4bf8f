extension Network {
    /// The most values alive at one moment; the definition stands at ``cost(resolution:)``.
    ///
    /// Tensors that one fused operator produces share one storage. A storage is born with its first tensor and dies after its last reader.
    func peakActivationElements(_ shapes: [Shape]) -> Int {
        let storages = fusedStorages()
        var lastReaders = [Int](repeating: -1, count: shapes.count)
        for (index, layer) in layers.enumerated() {
            for input in layer.inputs { lastReaders[storages[input]] = index }
        }
        for output in outputs { lastReaders[storages[output]] = layers.count }

        var alive = shapes[0].elementCount
        var peak = alive
        for (index, layer) in layers.enumerated() {
            let storage = storages[index + 1]
            if storage == index + 1 {
                alive += shapes[storage].elementCount
                peak = max(peak, alive)
            }
            for input in layer.inputs where lastReaders[storages[input]] == index {
                alive -= shapes[storages[input]].elementCount
                lastReaders[storages[input]] = -1  // a tensor read twice by one layer dies once
            }
        }
        return peak
    }

    /// For every tensor the one whose storage it shares: itself, or the convolution that the ReLU or the sum is fused into.
    private func fusedStorages() -> [TensorID] {
        var readers = [Int](repeating: 0, count: layers.count + 1)
        for layer in layers {
            for input in layer.inputs { readers[input] += 1 }
        }
        for output in outputs { readers[output] += 1 }

        var storages = Array(0...layers.count)
        for (index, layer) in layers.enumerated() {
            switch layer.operation {
            case .relu:
                let input = layer.inputs[0]
                if input > 0, readers[input] == 1 { storages[index + 1] = storages[input] }
            case .add:
                // The operand that comes last can wait for the other one and add it while it is written.
                let last = max(layer.inputs[0], layer.inputs[1])
                if last > 0, readers[last] == 1, case .convolution = layers[last - 1].operation { storages[index + 1] = storages[last] }
            default:
                break
            }
        }
        return storages
    }
}
