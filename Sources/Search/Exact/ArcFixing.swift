/// A block that may stand in a structure of at least some objective.
struct Arc: Sendable {
    var choice: Choice
    var objective: Double
    /// What it takes of each limit, signed.
    var use: SIMD8<Double>
    /// Units of layers.
    var units: Int
}

extension DualPoint {
    /// All blocks through which the relaxation reaches `threshold`, by position: no other block stands in a structure of at least that
    /// objective. Nil if there are more than `maximum`.
    func arcs(_ problem: ExactProblem, reaching threshold: Double, maximum: Int) -> [[Arc]]? {
        let states = problem.goal.layers
        let constant = problem.goal.constant(multipliers)
        // By input and units taken at most: the best sum from the image to there.
        var forward = [Double](repeating: 0, count: states.count)
        var found: [[Arc]] = []
        var count = 0
        for (position, axes) in problem.model.axes.enumerated() {
            var next = [Double](repeating: -.infinity, count: axes.outputs.count * states.count)
            var kept: [Arc] = []
            for output in axes.outputs.indices {
                for input in axes.inputRanges[output] {
                    let place = arcs[position].place(axes, input: input, output: output)
                    for depth in axes.leastDepth...axes.depths {
                        let units = states.units(position, depth: depth)
                        guard units < states.count else { break }
                        let value = arcs[position].values[place + depth - 1]
                        var best = -Double.infinity
                        for taken in 0..<states.count - units {
                            let sum = forward[input * states.count + taken] + value
                            let target = output * states.count + taken + units
                            if sum > next[target] { next[target] = sum }
                            best = max(best, sum + backward[position + 1][output * states.count + states.count - 1 - taken - units])
                        }
                        guard best + constant >= threshold else { continue }
                        for (bottleneck, kernel) in problem.blocks(position, input: input, output: output, depth: depth) {
                            let own = tables[position].sum.value(
                                axes, input: input, output: output, bottleneck: bottleneck, kernel: kernel, depth: depth)
                            guard best - value + own + constant >= threshold else { continue }
                            count += 1
                            guard count <= maximum else { return nil }
                            let choice = Choice(input: input, output: output, bottleneck: bottleneck, kernel: kernel, depth: depth)
                            kept.append(problem.arc(choice, at: position))
                        }
                    }
                }
            }
            found.append(kept)
            forward = next
        }
        return found
    }
}

extension ExactProblem {
    func arc(_ choice: Choice, at position: Int) -> Arc {
        var use = SIMD8<Double>.zero
        for (place, limit) in goal.limits.enumerated() { use[place] = limit.sign * model.value(limit.quantity, choice, at: position) }
        return Arc(
            choice: choice, objective: goal.sign * model.value(goal.objective, choice, at: position), use: use,
            units: goal.layers.units(position, depth: choice.depth))
    }
}

/// Multipliers over the blocks that are left: bounds for what completes a partial structure.
struct ReducedBound {
    /// By limit, per unit.
    let prices: SIMD8<Double>
    let constant: Double
    /// By position, then input and units left.
    private(set) var backward: [[Double]] = []
    private let states: Int

    init(_ problem: ExactProblem, _ arcs: [[Arc]], multipliers: [Double]) {
        var prices = SIMD8<Double>.zero
        for (place, limit) in problem.goal.limits.enumerated() { prices[place] = multipliers[place] / limit.scale }
        self.prices = prices
        constant = problem.goal.constant(multipliers)
        states = problem.goal.layers.count
        var after = [Double](repeating: 0, count: problem.model.axes.last!.outputs.count * states)
        backward = [after]
        for (position, axes) in problem.model.axes.enumerated().reversed() {
            var row = [Double](repeating: -.infinity, count: axes.inputs.count * states)
            for arc in arcs[position] {
                let value = reduced(arc)
                for left in stride(from: arc.units, to: states, by: 1) {
                    let sum = value + after[arc.choice.output * states + left - arc.units]
                    if sum > row[arc.choice.input * states + left] { row[arc.choice.input * states + left] = sum }
                }
            }
            backward.append(row)
            after = row
        }
        backward.reverse()
    }

    @inline(__always)
    func reduced(_ arc: Arc) -> Double { arc.objective - (prices * arc.use).sum() }

    /// The bound on the objective of all structures that the blocks left can make.
    var bound: Double { backward[0][states - 1] + constant }

    /// The most that a partial structure can become: `position` blocks stand, with the last one's output `output`.
    @inline(__always)
    func completion(_ objective: Double, _ use: SIMD8<Double>, position: Int, output: Int, left: Int) -> Double {
        objective - (prices * use).sum() + backward[position][output * states + left] + constant
    }

    /// The blocks that still reach `threshold` at these multipliers.
    func filter(_ arcs: [[Arc]], reaching threshold: Double) -> [[Arc]] {
        var forward = [Double](repeating: 0, count: states)
        var result: [[Arc]] = []
        for (position, list) in arcs.enumerated() {
            let outputs = backward[position + 1].count / states
            var next = [Double](repeating: -.infinity, count: outputs * states)
            var kept: [Arc] = []
            for arc in list {
                let value = reduced(arc)
                var best = -Double.infinity
                for taken in stride(from: 0, to: states - arc.units, by: 1) {
                    let sum = forward[arc.choice.input * states + taken] + value
                    let target = arc.choice.output * states + taken + arc.units
                    if sum > next[target] { next[target] = sum }
                    best = max(best, sum + backward[position + 1][arc.choice.output * states + states - 1 - taken - arc.units])
                }
                if best + constant >= threshold { kept.append(arc) }
            }
            result.append(kept)
            forward = next
        }
        return result
    }
}
