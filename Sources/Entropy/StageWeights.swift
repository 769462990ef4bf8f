extension ClosedFormEntropy {
    /// The weight of stage `index` of `count`, both counted from the first stage.
    ///
    /// Weights and stages are matched from the end, because a detector reads the last stages: with fewer stages than weights the front of
    /// the list has no stage, with more stages than weights the front stages weigh 0. Where the counts are equal this is the reference's
    /// rule (it refuses all others).
    public func weight(stage index: Int, of count: Int) -> Double {
        let position = index - count + stageWeights.count
        return stageWeights.indices.contains(position) ? stageWeights[position] : 0
    }

    /// Refuses weights other than 0 that have no stage in a network of `stageCount` stages. A command calls it before it scores.
    ///
    /// - Throws: `EntropyError` (`.unusedWeights`).
    public func check(stageCount: Int, network: String) throws(EntropyError) {
        let unused = stageWeights.dropLast(max(stageCount, 0))
        guard let index = unused.firstIndex(where: { $0 != 0 }) else { return }
        throw EntropyError(
            .unusedWeights,
            "stage weight \(index + 1) of \(stageWeights.count) is \(stageWeights[index]), but network '\(network)' has only \(stageCount) stages "
                + "(the last weight is the last stage's); give \(stageCount) weights, or 0 for those in front")
    }

    /// The weights as given.
    ///
    /// - Throws: `EntropyError` (`.badWeights`) if the list is empty, or a weight is negative or not finite, or all are 0.
    static func checked(_ values: [Double]) throws(EntropyError) -> [Double] {
        guard !values.isEmpty else { throw EntropyError(.badWeights, "no stage weights; write one for each stage, for example 0,0,1,1,6") }
        for (index, value) in values.enumerated() where !(value.isFinite && value >= 0) {
            throw EntropyError(.badWeights, "stage weight \(index + 1) is \(value); a weight is a number from 0 up")
        }
        guard values.contains(where: { $0 > 0 }) else {
            throw EntropyError(
                .badWeights, "all \(values.count) stage weights are 0, so every network would score 0; at least one must be above 0")
        }
        return values
    }
}
