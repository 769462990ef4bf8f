/// The volume that a front dominates: of all that lies between its points and a reference point, less being better in every objective.
///
/// Exact for any number of objectives, by slicing: sorted by the last objective, the volume is the sum of slices, each the volume of one objective less of
/// the points before its end. Two objectives are a staircase. n points of d objectives take O(n^(d−1) log n).
///
/// - Source: Zitzler and Thiele, "Multiobjective optimization using evolutionary algorithms" (PPSN V, 1998) for the measure; While, Hingston, Barone,
///   Huband, "A faster algorithm for calculating hypervolume" (2006) for slicing objectives.
/// - Parameters:
///   - points: costs, one row for each point; those that are not below the reference in every objective count nothing.
///   - reference: one for each objective.
public func hypervolume(_ points: [[Double]], reference: [Double]) -> Double {
    precondition(points.allSatisfy { $0.count == reference.count } && !reference.isEmpty)
    let inside = points.filter { point in zip(point, reference).allSatisfy { $0 < $1 } }
    return volume(inside, reference, dimensions: reference.count)
}

private func volume(_ points: [[Double]], _ reference: [Double], dimensions: Int) -> Double {
    guard !points.isEmpty else { return 0 }
    let last = dimensions - 1
    if dimensions == 1 { return reference[0] - points.map { $0[0] }.min()! }
    let sorted = points.sorted { $0[last] < $1[last] }
    if dimensions == 2 {
        var area = 0.0
        var edge = reference[0]
        for point in sorted where point[0] < edge {
            area += (edge - point[0]) * (reference[1] - point[1])
            edge = point[0]
        }
        return area
    }
    var sum = 0.0
    var slice: [[Double]] = []
    for (index, point) in sorted.enumerated() {
        // Only points that nothing in the slice covers make it larger.
        if !slice.contains(where: { other in (0..<last).allSatisfy { other[$0] <= point[$0] } }) {
            slice.removeAll { other in (0..<last).allSatisfy { point[$0] <= other[$0] } }
            slice.append(point)
        }
        let end = index + 1 < sorted.count ? sorted[index + 1][last] : reference[last]
        if end > point[last] { sum += volume(slice, reference, dimensions: last) * (end - point[last]) }
    }
    return sum
}
