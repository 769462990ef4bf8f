/// The relaxation at one vector of multipliers: the budgets are priced, the layers counted, and the best structure found by dynamic
/// programming over (position, channels, layers left).
///
/// `bound` is not below the objective of any structure that keeps the limits, whatever the multipliers are (weak duality).
struct DualPoint {
    let multipliers: [Double]
    let tables: [WeightedTable]
    let arcs: [ArcValues]
    /// By position, then input and layers left: the best sum from there to the end, −infinity if there is none.
    let backward: [[Double]]
    let bound: Double

    init(_ problem: ExactProblem, multipliers: [Double]) {
        let model = problem.model
        let factors = problem.goal.factors(multipliers)
        let states = problem.goal.layers
        var tables: [WeightedTable] = []
        var arcs: [ArcValues] = []
        for (position, axes) in model.axes.enumerated() {
            let table = WeightedTable(model, position: position, factors: factors)
            arcs.append(ArcValues(table, axes, memory: problem.memory[position], threads: model.threads))
            tables.append(table)
        }
        var backward = [[Double](repeating: 0, count: model.axes.last!.outputs.count * states.count)]
        for (position, axes) in model.axes.enumerated().reversed() {
            backward.append(DualPoint.step(axes, arcs[position], after: backward.last!, states, position, threads: model.threads))
        }
        self.multipliers = multipliers
        self.tables = tables
        self.arcs = arcs
        self.backward = backward.reversed()
        bound = self.backward[0][states.count - 1] + problem.goal.constant(multipliers)
    }

    /// One position of the program, from the end towards the image.
    private static func step(
        _ axes: BlockAxes, _ arcs: ArcValues, after: [Double], _ states: LayerStates, _ position: Int, threads: Int
    ) -> [Double] {
        let count = states.count
        var result = [Double](repeating: -.infinity, count: axes.inputs.count * count)
        result.withUnsafeMutableBufferPointer { buffer in
            let shared = SharedBuffer(buffer)
            concurrently(axes.inputs.count, threads: threads) { input, _ in
                after.withUnsafeBufferPointer { after in
                    arcs.values.withUnsafeBufferPointer { values in
                        let target = shared.base + input * count
                        for output in axes.outputs.indices where axes.inputRanges[output].contains(input) {
                            let place = arcs.place(axes, input: input, output: output)
                            let next = after.baseAddress! + output * count
                            for depth in axes.leastDepth...axes.depths {
                                let taken = states.units(position, depth: depth)
                                guard taken < count else { break }
                                let value = values[place + depth - 1]
                                for left in taken..<count {
                                    let sum = value + next[left - taken]
                                    if sum > target[left] { target[left] = sum }
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// The structure that the bound belongs to; nil if the memory or the space leaves none.
    func solution(_ problem: ExactProblem) -> [Choice]? {
        let model = problem.model
        let states = problem.goal.layers
        var input = 0
        var left = states.count - 1
        var choices: [Choice] = []
        for (position, axes) in model.axes.enumerated() {
            var best: (value: Double, choice: Choice)?
            for output in axes.outputs.indices where axes.inputRanges[output].contains(input) {
                let place = arcs[position].place(axes, input: input, output: output)
                for depth in axes.leastDepth...axes.depths {
                    let taken = states.units(position, depth: depth)
                    guard taken <= left else { break }
                    let value = arcs[position].values[place + depth - 1] + backward[position + 1][output * states.count + left - taken]
                    guard value > best?.value ?? -.infinity else { continue }
                    best = (value, Choice(input: input, output: output, bottleneck: 0, kernel: 0, depth: depth))
                }
            }
            guard var choice = best?.choice else { return nil }
            var bestValue = -Double.infinity
            for (bottleneck, kernel) in problem.blocks(position, input: input, output: choice.output, depth: choice.depth) {
                let value = tables[position].sum.value(
                    axes, input: input, output: choice.output, bottleneck: bottleneck, kernel: kernel, depth: choice.depth)
                guard value > bestValue else { continue }
                bestValue = value
                choice.bottleneck = bottleneck
                choice.kernel = kernel
            }
            choices.append(choice)
            left -= states.units(position, depth: choice.depth)
            input = choice.output
        }
        return choices
    }
}
