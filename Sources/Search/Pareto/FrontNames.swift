/// Names the points of a front that a person looks for: its ends, and its knees, where a little more of one objective begins to cost much of the others.
///
/// On the scale where an objective's best value on the front is 0 and its worst 1, a knee is the point farthest below the plane through the ends, that is of
/// the least sum of costs. With more than two objectives each cost has a knee against the first objective too, on the front of these two alone.
///
/// - Source: the knee after Das, "On characterizing the 'knee' of the Pareto curve based on Normal-Boundary Intersection" (1999).
/// - Returns: the names of each point; most have none.
func frontNames(_ costs: [[Double]], objectives: [Objective]) -> [[String]] {
    var names = Array(repeating: [String](), count: costs.count)
    guard !costs.isEmpty else { return names }
    let scaled = scaled(costs)
    for (lane, objective) in objectives.enumerated() {
        // Of equals the one with the least of everything else.
        let end = costs.indices.min { (costs[$0][lane], scaled[$0].reduce(0, +), $0) < (costs[$1][lane], scaled[$1].reduce(0, +), $1) }!
        names[end].append(objective.endName)
    }
    guard costs.count > 2 else { return names }
    names[least(scaled.map { $0.reduce(0, +) })].append("knee")
    guard objectives.count > 2 else { return names }
    for lane in 1..<objectives.count {
        names[least(scaled.map { $0[0] + $0[lane] })].append("knee of \(objectives[0].rawValue) and \(objectives[lane].rawValue)")
    }
    return names
}

private func least(_ values: [Double]) -> Int { values.indices.min { (values[$0], $0) < (values[$1], $1) }! }

/// Each objective from 0, the best on the front, to 1, the worst; 0 where all are alike.
private func scaled(_ costs: [[Double]]) -> [[Double]] {
    let lows = costs[0].indices.map { lane in costs.map { $0[lane] }.min()! }
    let highs = costs[0].indices.map { lane in costs.map { $0[lane] }.max()! }
    return costs.map { point in point.indices.map { highs[$0] > lows[$0] ? (point[$0] - lows[$0]) / (highs[$0] - lows[$0]) : 0 } }
}
