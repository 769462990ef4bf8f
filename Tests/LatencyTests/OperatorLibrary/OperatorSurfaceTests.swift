import Latency
import Support
import Testing

/// The triangles that interpolation uses, against every empty circle there is.
@Suite struct OperatorSurfaceTests {
    typealias Point = OperatorSurface.Point

    static func area(_ a: Point2, _ b: Point2, _ c: Point2) -> Double { (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) }

    struct Point2 {
        var x: Double
        var y: Double
        var time: Double
    }

    /// The least and the largest value over all triangles whose circle is empty and that hold the place; nil outside of all.
    static func oracle(_ points: [Point2], _ x: Double, _ y: Double) -> (low: Double, high: Double)? {
        let place = Point2(x: x, y: y, time: 0)
        var low = Double.infinity, high = -Double.infinity
        for i in points.indices {
            for j in points.indices where j > i {
                for k in points.indices where k > j {
                    var (a, b, c) = (points[i], points[j], points[k])
                    var whole = area(a, b, c)
                    if whole == 0 { continue }
                    if whole < 0 { (b, c, whole) = (c, b, -whole) }
                    let parts = [area(place, b, c), area(a, place, c), area(a, b, place)]
                    guard parts.allSatisfy({ $0 >= 0 }), points.allSatisfy({ !isWithin($0, a, b, c) }) else { continue }
                    let value = (parts[0] * a.time + parts[1] * b.time + parts[2] * c.time) / whole
                    low = min(low, value)
                    high = max(high, value)
                }
            }
        }
        return low <= high ? (low, high) : nil
    }

    private static func isWithin(_ d: Point2, _ a: Point2, _ b: Point2, _ c: Point2) -> Bool {
        func row(_ p: Point2) -> (Double, Double, Double) { (p.x - d.x, p.y - d.y, (p.x - d.x) * (p.x - d.x) + (p.y - d.y) * (p.y - d.y)) }
        let (p, q, r) = (row(a), row(b), row(c))
        return p.0 * (q.1 * r.2 - q.2 * r.1) - p.1 * (q.0 * r.2 - q.2 * r.0) + p.2 * (q.0 * r.1 - q.1 * r.0) > 0
    }

    @Test(arguments: 0..<40) func equalsEveryEmptyCircle(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        // Few columns and rows, so that circles through four and more points and points in line abound.
        let isGrid = seed % 2 == 0
        let range = isGrid ? 5 : 40
        var points: [Point] = []
        for _ in 0..<14 {
            let x = Int(random.next() % UInt64(range)) * (isGrid ? 8 : 1) + 1, y = Int(random.next() % UInt64(range)) * (isGrid ? 6 : 1) + 1
            guard !points.contains(where: { $0.x == x && $0.y == y }) else { continue }
            let time = Double(random.next() % 1000) / 100 + 1
            points.append(Point(x: x, y: y, low: time, high: time))
        }
        let surface = OperatorSurface(points)
        var inside = 0, outside = 0
        for x in 0...44 {
            for y in stride(from: 0, through: 44, by: 3) {
                let value = surface.value(x: x, y: y)
                if let expected = Self.oracle(points.map { Point2(x: Double($0.x), y: Double($0.y), time: $0.low) }, Double(x), Double(y)) {
                    inside += 1
                    #expect(value.isInside, "seed \(seed) at \(x), \(y)")
                    #expect(abs(value.low - expected.low) < 1e-9 && abs(value.high - expected.high) < 1e-9, "seed \(seed) at \(x), \(y)")
                } else {
                    outside += 1
                    #expect(!value.isInside, "seed \(seed) at \(x), \(y)")
                }
            }
        }
        #expect(inside > 0 && outside > 0)
    }

    @Test func outsideCountsTheNearestByTheAxesOwnRanges() {
        // x ranges over 1000, y over 10: one step of y is a hundred of x.
        let corners = [(0, 0, 1.0), (1000, 0, 2.0), (0, 10, 3.0), (1000, 10, 4.0)].map { Point(x: $0.0 + 1, y: $0.1 + 1, low: $0.2, high: $0.2) }
        let surface = OperatorSurface(corners)
        #expect(surface.value(x: 1200, y: 3).low == 2)
        #expect(surface.value(x: 1200, y: 8).low == 4)
        // Half way between two points the reference takes either.
        let tie = surface.value(x: 1200, y: 6)
        #expect(tie.isAmbiguous && tie.low == 2 && tie.high == 4 && !tie.isInside)
    }

    @Test func pointsInLineAndSinglePointsHaveNoInside() {
        let line = OperatorSurface((1...5).map { Point(x: 8 * $0, y: 6, low: Double($0), high: Double($0)) })
        #expect(line.value(x: 16, y: 6).isInside && line.value(x: 16, y: 6).low == 2)
        #expect(!line.value(x: 17, y: 6).isInside)
        let single = OperatorSurface([Point(x: 8, y: 6, low: 1, high: 1)])
        #expect(single.value(x: 100, y: 100).low == 1)
    }

    @Test func aPlaceThatOccursTwiceKeepsBothTimes() {
        let surface = OperatorSurface([Point(x: 8, y: 6, low: 3, high: 3), Point(x: 8, y: 6, low: 1, high: 2)])
        #expect(surface.value(x: 8, y: 6).low == 1 && surface.value(x: 8, y: 6).high == 3 && surface.value(x: 8, y: 6).isAmbiguous)
    }
}
