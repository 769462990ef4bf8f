/// Exact geometry of points with whole coordinates below 2^14: every determinant fits into a word, so no answer depends on rounding.
enum PlaneGeometry {
    struct Place: Hashable, Sendable {
        var x: Int
        var y: Int
    }

    /// Twice the signed area of a, b, c: positive where they turn left.
    static func area(_ a: Place, _ b: Place, _ c: Place) -> Int { (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) }

    /// Indices of the corners of the convex hull, turning left; fewer than three where all places lie on one line.
    ///
    /// - Precondition: `places` ascend by x, then y, and differ.
    /// - Source: A. M. Andrew, Another Efficient Algorithm for Convex Hulls in Two Dimensions, 1979.
    static func hull(_ places: [Place]) -> [Int] {
        func chain(_ order: some Sequence<Int>) -> [Int] {
            var chain: [Int] = []
            for index in order {
                while chain.count >= 2, area(places[chain[chain.count - 2]], places[chain[chain.count - 1]], places[index]) <= 0 { chain.removeLast() }
                chain.append(index)
            }
            return Array(chain.dropLast())
        }
        return chain(places.indices) + chain(places.indices.reversed())
    }

    /// The corners of the Delaunay cell that `place` lies in: the points on a circle that holds no other point. Three, or more where they
    /// share the circle. Nil outside of the hull.
    ///
    /// Delaunay cells are the lower faces of the points lifted to (x, y, x² + y²). The search is the simplex method on them: from
    /// any triangle around the place, exchange a corner for the point farthest below its plane, until there is none. The place is moved by
    /// an infinitesimal (ε, ε²), so that it never lies on an edge and every exchange gets lower, which ends the search.
    ///
    /// - Precondition: `place` is none of `places`; `hull` is theirs.
    /// - Source: own derivation; the lifting is H. Edelsbrunner, R. Seidel, Voronoi Diagrams and Arrangements, 1986.
    static func delaunayCell(around place: Place, _ places: [Place], hull: [Int]) -> [Int]? {
        guard hull.count >= 3 else { return nil }
        // On an edge of the hull one of the two directions leads inside.
        for direction in [1, -1] {
            guard var triangle = fan(hull).first(where: { holds($0, place, direction, places) }) else { continue }
            while true {
                let below = places.indices.map { depth($0, triangle, places) }
                guard let lowest = below.indices.max(by: { below[$0] < below[$1] }), below[lowest] > 0 else {
                    return below.indices.filter { below[$0] == 0 }
                }
                let (a, b, c) = triangle
                guard let next = [(a, b, lowest), (b, c, lowest), (c, a, lowest)].first(where: { holds($0, place, direction, places) }) else { return nil }
                triangle = next
            }
        }
        return nil
    }

    /// All triangles of a cell's corners.
    static func triangles(of cell: [Int]) -> [(Int, Int, Int)] {
        var all: [(Int, Int, Int)] = []
        for i in cell.indices {
            for j in cell.indices where j > i { for k in cell.indices where k > j { all.append((cell[i], cell[j], cell[k])) } }
        }
        return all
    }

    /// The shares of the corners at a place, summing to 1; nil where the triangle does not hold it.
    static func weights(of place: Place, in corners: (Place, Place, Place)) -> (Double, Double, Double)? {
        let (a, b, c) = corners
        let whole = area(a, b, c)
        guard whole != 0 else { return nil }
        let sign = whole > 0 ? 1 : -1
        let parts = (sign * area(place, b, c), sign * area(a, place, c), sign * area(a, b, place))
        guard parts.0 >= 0, parts.1 >= 0, parts.2 >= 0 else { return nil }
        let total = Double(sign * whole)
        return (Double(parts.0) / total, Double(parts.1) / total, Double(parts.2) / total)
    }

    private static func fan(_ hull: [Int]) -> [(Int, Int, Int)] { (1..<(hull.count - 1)).map { (hull[0], hull[$0], hull[$0 + 1]) } }

    /// Whether a triangle that turns left holds the place moved by ±(ε, ε²).
    private static func holds(_ triangle: (Int, Int, Int), _ place: Place, _ direction: Int, _ places: [Place]) -> Bool {
        let (a, b, c) = (places[triangle.0], places[triangle.1], places[triangle.2])
        guard area(a, b, c) > 0 else { return false }
        func isLeft(_ from: Place, _ to: Place) -> Bool {
            let side = area(from, to, place)
            if side != 0 { return side > 0 }
            // area(from, to, place + δ) grows by (to − from) × δ: first by ε, then by ε².
            let first = direction * (from.y - to.y)
            return first != 0 ? first > 0 : direction * (to.x - from.x) > 0
        }
        return isLeft(a, b) && isLeft(b, c) && isLeft(c, a)
    }

    /// How far a lifted point lies below the plane of a lifted triangle that turns left, times its double area: positive within its circle.
    private static func depth(_ index: Int, _ triangle: (Int, Int, Int), _ places: [Place]) -> Int {
        let d = places[index]
        func lifted(_ index: Int) -> (x: Int, y: Int, z: Int) {
            let x = places[index].x - d.x, y = places[index].y - d.y
            return (x, y, x * x + y * y)
        }
        let (a, b, c) = (lifted(triangle.0), lifted(triangle.1), lifted(triangle.2))
        return a.z * (b.x * c.y - b.y * c.x) - b.z * (a.x * c.y - a.y * c.x) + c.z * (a.x * b.y - a.y * b.x)
    }
}
