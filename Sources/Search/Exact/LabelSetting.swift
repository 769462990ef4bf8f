/// Builds all structures that reach a threshold from the blocks that are left, position by position.
///
/// A label is a partial structure: its objective, what it takes of each limit, its layers, the memory that it keeps. It is dropped if it is
/// over a limit, if no multipliers of the pool let it reach the threshold, or (unless all structures are wanted) if another label with the same
/// output is at least as good in everything.
///
/// Source: label setting for shortest paths with resources (Desrochers and Soumis, INFOR 26, 1988), with bounds.
struct LabelSetting {
    struct Label {
        var objective: Double
        /// The limits' use; the last lane is the bytes of kept outputs.
        var use: SIMD8<Double>
        var units: Int32
        var arc: Int32
        var parent: Int32
    }

    let problem: ExactProblem
    let arcs: [[Arc]]
    let pool: [ReducedBound]
    let threshold: Double
    /// Whether labels that another one dominates are kept: every structure is then found, not only the best.
    let keepsAll: Bool
    let maximum: Int

    /// The structures found, best first; nil if more labels are alive than `maximum`.
    func run() -> [(objective: Double, choices: [Choice])]? {
        let limits = SIMD8<Double>(problem.goal.limits, slack: 1e-12)
        let states = problem.goal.layers.count
        let remaining = leastUse()
        var stages: [[Label]] = []
        var current = [Label(objective: 0, use: .zero, units: 0, arc: -1, parent: -1)]
        var inputs = [0]
        for (position, list) in arcs.enumerated() {
            // Blocks by input, in their order.
            let grouped = Dictionary(grouping: list.indices) { list[$0].choice.input }
            var next: [Label] = []
            for (index, label) in current.enumerated() {
                for place in grouped[inputs[index]] ?? [] {
                    let arc = list[place]
                    let units = Int(label.units) + arc.units
                    guard units < states else { continue }
                    var use = label.use + arc.use
                    guard all(use + remaining[position + 1][arc.choice.output] .<= limits) else { continue }
                    if let memory = problem.goal.memoryBytes {
                        guard fits(arc.choice, position, memory, &use) else { continue }
                    }
                    let objective = label.objective + arc.objective
                    // A whole structure counts as it is: the multipliers also credit what it leaves of the limits.
                    guard position + 1 < arcs.count || objective >= threshold else { continue }
                    let reaches = pool.allSatisfy {
                        $0.completion(objective, use, position: position + 1, output: arc.choice.output, left: states - 1 - units) >= threshold
                    }
                    guard reaches else { continue }
                    next.append(Label(objective: objective, use: use, units: Int32(units), arc: Int32(place), parent: Int32(index)))
                    guard next.count <= maximum else { return nil }
                }
            }
            if !keepsAll { next = undominated(next, list) }
            stages.append(next)
            current = next
            inputs = next.map { list[Int($0.arc)].choice.output }
        }
        return current.indices.sorted { current[$0].objective > current[$1].objective || current[$0].objective == current[$1].objective && $0 < $1 }
            .map { (current[$0].objective, choices(stages, $0)) }
    }

    /// What is taken of each limit from a position to the end, at least, by the position's input; each limit by itself.
    private func leastUse() -> [[SIMD8<Double>]] {
        var rows = [[SIMD8<Double>](repeating: .zero, count: problem.model.axes.last!.outputs.count)]
        for (position, axes) in problem.model.axes.enumerated().reversed() {
            var row = [SIMD8<Double>](repeating: SIMD8(repeating: .infinity), count: axes.inputs.count)
            for arc in arcs[position] {
                let use = arc.use + rows[rows.count - 1][arc.choice.output]
                row[arc.choice.input].replace(with: use, where: use .< row[arc.choice.input])
            }
            rows.append(row)
        }
        return rows.reversed()
    }

    /// Adds what the block's input keeps; whether the block fits the memory beside what is kept.
    private func fits(_ choice: Choice, _ position: Int, _ limit: Int, _ use: inout SIMD8<Double>) -> Bool {
        let axes = problem.model.axes[position]
        let peak = axes.peakBytes(problem.model.block(choice, at: position))
        guard use[7] + Double(peak) <= Double(limit) else { return false }
        if axes.keepsInput { use[7] += Double(problem.model.axes[position - 1].outputBytes(axes.inputs[choice.input])) }
        return true
    }

    /// One of each pair of labels where the other is at least as good in everything stays.
    private func undominated(_ labels: [Label], _ arcs: [Arc]) -> [Label] {
        var result: [Label] = []
        let groups = Dictionary(grouping: labels.indices) { arcs[Int(labels[$0].arc)].choice.output }
        for output in groups.keys.sorted() {
            let sorted = groups[output]!.sorted {
                let (a, b) = (labels[$0], labels[$1])
                return a.objective != b.objective ? a.objective > b.objective : a.units != b.units ? a.units < b.units : $0 < $1
            }
            var front: [Label] = []
            for index in sorted {
                let label = labels[index]
                let isDominated = front.contains { $0.units <= label.units && all($0.use .<= label.use) }
                if !isDominated { front.append(label) }
            }
            result += front
        }
        return result
    }

    private func choices(_ stages: [[Label]], _ last: Int) -> [Choice] {
        var choices: [Choice] = []
        var index = last
        for position in arcs.indices.reversed() {
            let label = stages[position][index]
            choices.append(arcs[position][Int(label.arc)].choice)
            index = Int(label.parent)
        }
        return choices.reversed()
    }
}

extension SIMD8<Double> {
    /// The limits, each a little above its value because sums of figures are rounded; infinity in the other lanes.
    fileprivate init(_ limits: [ExactGoal.Limit], slack: Double) {
        self.init(repeating: .infinity)
        for (place, limit) in limits.enumerated() { self[place] = limit.value + slack * limit.scale }
    }
}
