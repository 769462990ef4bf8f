import TensorCore

extension ConvolutionChoice {
    /// Times the space of plain weights that a network's stored weights may take.
    ///
    /// The fastest method layer by layer is F(6x6,3x3) nearly everywhere, which stores 64 values for 9: a network of 3x3 convolutions then takes several
    /// times the memory of its weights, and reads all of it in every run. F(4x4,3x3) stores 36 for 9, so that the limit can always be met with Winograd.
    static let mostWeights = 4.4

    /// Takes methods with fewer weights where a program's weights together would outgrow ``mostWeights``, those first that cost the least time for
    /// what they save.
    ///
    /// Time is counted as by ``WinogradVariant/recommended(for:input:among:)``: of a method that was too slow to be measured nothing else is known.
    package mutating func limitWeights(of program: Program) {
        var counts: [Step: Int] = [:]
        for step in program.steps where step.kind == .convolution { counts[step, default: 0] += 1 }
        func weights(_ step: Step, _ method: ConvolutionMethod) -> Double { Double(counts[step]! * step.weightPairs * method.weightsPerChannel(step)) }
        let limit = Self.mostWeights * counts.keys.reduce(0) { $0 + weights($1, .direct) }
        // In the program's order: a dictionary's changes from run to run.
        var seen: Set<Step> = []
        let open = program.steps.filter { isMeasured($0) && seen.insert($0).inserted }
        while counts.keys.reduce(0, { $0 + weights($1, method($1) ?? .direct) }) > limit {
            var best: (step: Step, method: ConvolutionMethod, price: Double)?
            for step in open {
                guard let present = method(step) else { continue }
                for other in Self.methods(for: step) where other.weightsPerChannel(step) < present.weightsPerChannel(step) {
                    let lost = Double(counts[step]!) * max(other.cost(step) - present.cost(step), 0)
                    let price = lost / (weights(step, present) - weights(step, other))
                    if price < best?.price ?? .infinity { best = (step, other, price) }
                }
            }
            guard let best else { return }
            set(best.method, for: best.step)
        }
    }
}

extension ConvolutionMethod {
    /// Multiply-adds of direct convolution that take about as long.
    fileprivate func cost(_ step: Step) -> Double {
        let shape = ConvolutionShape(step.convolution!)
        return switch self {
        case .direct: WinogradVariant.directCost(shape, input: step.inputLayout)
        case .winograd(let variant): variant.cost(shape, input: step.inputLayout)
        }
    }
}

extension Step {
    /// Pairs of an input and an output channel that have weights.
    fileprivate var weightPairs: Int { convolution.map { $0.inChannels / $0.groups * $0.outChannels } ?? 0 }
}
