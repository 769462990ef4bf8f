import Architecture

/// A model with a goal: what one run of the solver works on.
struct ExactProblem {
    let model: ExactModel
    let goal: ExactGoal
    /// By position; nil without a memory budget.
    let memory: [MemoryRoom?]

    init(_ model: ExactModel, _ goal: ExactGoal) {
        self.model = model
        self.goal = goal
        guard let limit = goal.memoryBytes else {
            memory = Array(repeating: nil, count: model.axes.count)
            return
        }
        // What earlier stages keep is at least their narrowest outputs.
        let keeps = model.space.keepsOutput
        var kept = 0
        var rooms: [MemoryRoom?] = []
        for (position, axes) in model.axes.enumerated() {
            if position >= 2, keeps[position - 2] { kept += model.axes[position - 2].outputBytes(model.axes[position - 2].outputs[0]) }
            rooms.append(MemoryRoom(axes, room: limit - kept))
        }
        memory = rooms
    }

    /// The bottlenecks and kernels that an arc may have, as far as space and memory tell by themselves.
    func blocks(_ position: Int, input: Int, output: Int, depth: Int) -> [(bottleneck: Int, kernel: Int)] {
        let axes = model.axes[position]
        var range = axes.bottleneckRanges[output]
        if let room = memory[position]?.room(axes, input: input, output: output) {
            range = range.prefix(depth == 1 ? room.0 : room.1)
        }
        var blocks: [(Int, Int)] = []
        for bottleneck in range where axes.admitted[axes.place(output, bottleneck)] == 0 {
            for kernel in axes.kernels.indices { blocks.append((bottleneck, kernel)) }
        }
        return blocks
    }

    /// The objective and the slack of each limit, in the limit's scale, of a structure.
    func figures(_ choices: [Choice]) -> (objective: Double, slacks: [Double]) {
        func sum(_ quantity: Quantity) -> Double {
            choices.enumerated().reduce(0) { $0 + model.value(quantity, $1.element, at: $1.offset) }
        }
        return (goal.sign * sum(goal.objective), goal.limits.map { ($0.value - $0.sign * sum($0.quantity)) / $0.scale })
    }

    /// What the sums of `bound` may be off by through rounding, at most.
    ///
    /// Each term of the bound is a table's entry (a difference of at most four figures, each a sum with at most 16 roundings) times a
    /// factor, summed over Q quantities, six tables and P positions. So |error| ≤ γₙ · Σ|terms| with n = Q + P + 12 + 64 and
    /// γₙ = n·u / (1 − n·u), u = 2⁻⁵³; Σ|terms| is taken at the largest entry of each table. Own derivation, after Higham, "Accuracy and
    /// Stability of Numerical Algorithms", 2nd ed., section 3.1.
    func roundingSlack(_ multipliers: [Double]) -> Double {
        let roundings = Double(Quantity.allCases.count + model.axes.count + 76) * 0x1p-53
        return roundings / (1 - roundings) * magnitude(multipliers)
    }

    /// No structure's objective is larger than this in absolute value.
    var magnitude: Double { magnitude(Array(repeating: 0, count: goal.limits.count)) }

    /// Σ|terms| of the bound, with the largest entry of each table.
    private func magnitude(_ multipliers: [Double]) -> Double {
        let factors = goal.factors(multipliers)
        var terms = abs(goal.constant(multipliers))
        for (quantity, factor) in factors.enumerated() where factor != 0 {
            for (axes, table) in zip(model.axes, model.tables[quantity]!) {
                let inner = largest(table.more) + largest(table.moreKernel)
                let head = max(largest(table.first) + largest(table.last) + largest(table.across), largest(table.square))
                terms += abs(factor) * (head + largest(table.kernel) + Double(axes.depths - 1) * inner)
            }
        }
        return terms
    }

    private func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
}
