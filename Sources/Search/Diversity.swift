import Architecture

/// How different two structures of one space are, on a scale of relative differences of channels and depths.
func distance(_ a: [Block], _ b: [Block]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) {
        sum += relative(x.outChannels, y.outChannels) + relative(max(x.bottleneck, 1), max(y.bottleneck, 1)) + relative(x.depth, y.depth)
        if x.kernelSize != y.kernelSize { sum += 0.5 }
    }
    return sum
}

/// |ln(a / b)| to first order.
private func relative(_ a: Int, _ b: Int) -> Double { 2 * abs(Double(a - b)) / Double(a + b) }

/// The best elite, then those that differ most from all chosen so far while their score is near the best.
///
/// The score is flat near its top and the composed latency only nearly right: finalists that resemble each other would all be wrong together.
///
/// - Parameters:
///   - elites: best first.
///   - margin: the part of the best score that a chosen elite may lack.
func diverse(_ elites: [ScoredStructure], _ count: Int, margin: Double = 0.005) -> [ScoredStructure] {
    guard let best = elites.first, count > 0 else { return [] }
    var chosen = [best]
    let candidates = elites.filter { $0.score >= best.score - margin * abs(best.score) }
    var distances = candidates.map { distance($0.structure.blocks, best.structure.blocks) }
    while chosen.count < count, let farthest = distances.indices.max(by: { distances[$0] < distances[$1] }), distances[farthest] > 0 {
        chosen.append(candidates[farthest])
        for index in candidates.indices {
            distances[index] = min(distances[index], distance(candidates[index].structure.blocks, candidates[farthest].structure.blocks))
        }
    }
    return chosen
}
