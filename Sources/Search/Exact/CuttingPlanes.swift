/// The multipliers that the structures found so far would make the best bound with: the master problem of Kelley's method.
///
/// A structure with objective f and slacks s bounds the dual function from below by f + λ·s. The master problem is
/// min over λ in [0, cap] of the largest of these; it is solved through its dual, max Σ μᵢfᵢ − cap·Σ νⱼ with Σ μᵢ = 1 and
/// Σ μᵢ sᵢⱼ + νⱼ ≥ 0, a linear program with one row more than there are limits, by the simplex method on a dense tableau.
///
/// Source: Kelley, "The cutting-plane method for solving convex programs", J. SIAM 8 (1960); Bland's rule against cycling.
struct CuttingPlanes {
    private(set) var objectives: [Double] = []
    private(set) var slacks: [[Double]] = []
    let limits: Int
    let cap: Double

    init(limits: Int, cap: Double) {
        self.limits = limits
        self.cap = cap
    }

    mutating func add(objective: Double, slacks: [Double]) {
        objectives.append(objective)
        self.slacks.append(slacks)
    }

    /// - Returns: the multipliers and the least value that the dual function can have by the planes.
    func minimum() -> (multipliers: [Double], value: Double) {
        let cuts = objectives.count
        let columns = cuts + 2 * limits
        let costs = objectives + Array(repeating: -cap, count: limits) + Array(repeating: 0, count: limits)
        // Rows: Σ μ = 1, then Σ μ·s + ν − surplus = 0 for each limit; the right sides stand last.
        var rows = [Array(repeating: 1.0, count: cuts) + Array(repeating: 0, count: 2 * limits) + [1]]
        for limit in 0..<limits {
            var row = slacks.map { $0[limit] } + Array(repeating: 0, count: 2 * limits) + [0]
            row[cuts + limit] = 1
            row[cuts + limits + limit] = -1
            rows.append(row)
        }
        var basis = [0] + (0..<limits).map { slacks[0][$0] >= 0 ? cuts + limits + $0 : cuts + $0 }
        for row in rows.indices { pivot(&rows, row: row, column: basis[row]) }

        func reducedCost(_ column: Int) -> Double {
            rows.indices.reduce(costs[column]) { $0 - costs[basis[$1]] * rows[$1][column] }
        }
        let tolerance = 1e-12 * (objectives.map(abs).max() ?? 1)
        for iteration in 0..<2000 {
            var entering: Int?
            var best = tolerance
            for column in 0..<columns {
                let gain = reducedCost(column)
                guard gain > best else { continue }
                entering = column
                // Steepest first; after many steps the first that gains, which cannot cycle.
                if iteration > 500 { break }
                best = gain
            }
            guard let entering else { break }
            var leaving: Int?
            var least = Double.infinity
            for row in rows.indices where rows[row][entering] > 1e-13 {
                let ratio = rows[row][columns] / rows[row][entering]
                if ratio < least || ratio == least && basis[row] < basis[leaving ?? row] {
                    least = ratio
                    leaving = row
                }
            }
            guard let leaving else { break }
            pivot(&rows, row: leaving, column: entering)
            basis[leaving] = entering
        }
        let value = rows.indices.reduce(0) { $0 + costs[basis[$1]] * rows[$1][columns] }
        return ((0..<limits).map { min(cap, max(0, -reducedCost(cuts + limits + $0))) }, value)
    }

    private func pivot(_ rows: inout [[Double]], row: Int, column: Int) {
        let factor = 1 / rows[row][column]
        for index in rows[row].indices { rows[row][index] *= factor }
        for other in rows.indices where other != row && rows[other][column] != 0 {
            let times = rows[other][column]
            for index in rows[other].indices { rows[other][index] -= times * rows[row][index] }
        }
    }
}
