/// Times over output channels and side of the map, known at scattered points.
///
/// Between the points the time is linear in the triangles of their Delaunay triangulation; outside of their convex hull it is the time of the
/// nearest point, each axis measured by its own range. Where four or more points lie on one circle, as on every grid, the triangulation is
/// a choice of the program that makes it: both ends of what the choices give are kept.
///
/// - Source: the reference's use of scipy's LinearNDInterpolator and NearestNDInterpolator; the search for the triangle is own work.
package struct OperatorSurface: Sendable {
    /// A place with its time, two times where it occurs twice.
    package struct Point: Hashable, Sendable {
        package var x: Int
        package var y: Int
        package var low: Double
        package var high: Double

        package init(x: Int, y: Int, low: Double, high: Double) {
            self.x = x
            self.y = y
            self.low = low
            self.high = high
        }
    }

    package struct Value: Hashable, Sendable {
        package var low: Double
        package var high: Double
        /// False where the place lies outside of the points' convex hull.
        package var isInside: Bool

        /// Whether the reference's own value is a matter of rounding or order.
        package var isAmbiguous: Bool { high - low > 1e-9 * high }
    }

    let points: [Point]
    private let places: [PlaneGeometry.Place]
    private let hull: [Int]
    private let span: (x: Int, y: Int)

    package init(_ points: [Point]) {
        // Places that differ only in what the surface does not know (width) are duplicates as well.
        var merged: [Point] = []
        for point in points.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
            if let last = merged.last, last.x == point.x, last.y == point.y {
                merged[merged.count - 1].low = min(last.low, point.low)
                merged[merged.count - 1].high = max(last.high, point.high)
            } else {
                merged.append(point)
            }
        }
        self.points = merged
        places = merged.map { PlaneGeometry.Place(x: $0.x, y: $0.y) }
        hull = PlaneGeometry.hull(places)
        func range(_ values: [Int]) -> Int { max(1, (values.max() ?? 0) - (values.min() ?? 0)) }
        span = (range(merged.map(\.x)), range(merged.map(\.y)))
    }

    package func value(x: Int, y: Int) -> Value {
        if let point = points.first(where: { $0.x == x && $0.y == y }) { return Value(low: point.low, high: point.high, isInside: true) }
        let place = PlaneGeometry.Place(x: x, y: y)
        guard let cell = PlaneGeometry.delaunayCell(around: place, places, hull: hull) else { return nearest(x: x, y: y) }
        var low = Double.infinity, high = -Double.infinity
        for (a, b, c) in PlaneGeometry.triangles(of: cell) {
            guard let weights = PlaneGeometry.weights(of: place, in: (places[a], places[b], places[c])) else { continue }
            func mix(_ value: KeyPath<Point, Double>) -> Double {
                weights.0 * points[a][keyPath: value] + weights.1 * points[b][keyPath: value] + weights.2 * points[c][keyPath: value]
            }
            low = min(low, mix(\.low))
            high = max(high, mix(\.high))
        }
        return Value(low: low, high: high, isInside: true)
    }

    private func nearest(x: Int, y: Int) -> Value {
        // (dx/spanX)² + (dy/spanY)² without fractions, so that ties are ties.
        func distance(_ point: Point) -> Int {
            let dx = (point.x - x) * span.y, dy = (point.y - y) * span.x
            return dx * dx + dy * dy
        }
        let least = points.map(distance).min() ?? 0
        let tied = points.filter { distance($0) == least }
        return Value(low: tied.map(\.low).min() ?? 0, high: tied.map(\.high).max() ?? 0, isInside: false)
    }
}
