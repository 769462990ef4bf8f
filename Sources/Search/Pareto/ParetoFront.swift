/// Networks of which none dominates another, at most `capacity` of them.
///
/// A newcomer is compared with all: exact dominance, no tolerance; of two with the same costs the first stays. Beyond the capacity the most crowded
/// one leaves, never an end of the front. The same insertions give the same front.
///
/// - Source: crowding distance after Deb, Pratap, Agarwal, Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II" (2002), section III-B.
struct ParetoFront<Member> {
    struct Point {
        var costs: CostVector
        var member: Member
    }

    let capacity: Int
    let objectiveCount: Int
    private(set) var points: [Point] = []

    init(capacity: Int, objectiveCount: Int) {
        precondition(capacity > 0 && (1...8).contains(objectiveCount))
        self.capacity = capacity
        self.objectiveCount = objectiveCount
    }

    /// Takes a network in unless one here is as good; true if it stays.
    mutating func insert(_ costs: CostVector, _ member: @autoclosure () -> Member) -> Bool {
        for point in points where point.costs == costs || dominates(point.costs, costs) { return false }
        points.removeAll { dominates(costs, $0.costs) }
        points.append(Point(costs: costs, member: member()))
        guard points.count > capacity else { return true }
        return dropMostCrowded() != points.count
    }

    /// Leaves out the most crowded points, one after the other, until there are no more than `count`.
    mutating func thin(to count: Int) {
        while points.count > max(count, 1) { _ = dropMostCrowded() }
    }

    /// Takes the most crowded point out, the last one of several: older points stay. Returns its place.
    private mutating func dropMostCrowded() -> Int {
        let crowding = crowding()
        var victim = 0
        for index in crowding.indices where crowding[index] <= crowding[victim] { victim = index }
        points.remove(at: victim)
        return victim
    }

    /// The distance between each point's neighbours, summed over the objectives in units of their ranges; infinite at the ends.
    func crowding() -> [Double] {
        var distances = Array(repeating: 0.0, count: points.count)
        guard points.count > 2 else { return Array(repeating: .infinity, count: points.count) }
        for lane in 0..<objectiveCount {
            let order = points.indices.sorted { (points[$0].costs[lane], $0) < (points[$1].costs[lane], $1) }
            let low = points[order[0]].costs[lane], high = points[order[order.count - 1]].costs[lane]
            distances[order[0]] = .infinity
            distances[order[order.count - 1]] = .infinity
            guard high > low else { continue }
            for place in 1..<order.count - 1 {
                distances[order[place]] += (points[order[place + 1]].costs[lane] - points[order[place - 1]].costs[lane]) / (high - low)
            }
        }
        return distances
    }

    /// Places of the points, the least crowded first.
    func leastCrowded() -> [Int] {
        let crowding = crowding()
        return points.indices.sorted { crowding[$0] == crowding[$1] ? $0 < $1 : crowding[$0] > crowding[$1] }
    }
}
