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
        let open = program.steps.indices.filter { isMeasured(program.steps[$0]) }
        var stored = 0.0, direct = 0.0
        for (index, step) in program.steps.enumerated() {
            stored += (method(ofStep: index, in: program) ?? .direct).weights(step)
            direct += ConvolutionMethod.direct.weights(step)
        }
        while stored > Self.mostWeights * direct {
            var best: (index: Int, method: ConvolutionMethod, saved: Double, price: Double)?
            for index in open {
                let step = program.steps[index]
                guard let present = method(ofStep: index, in: program) else { continue }
                for other in Self.methods(for: step) {
                    let saved = present.weights(step) - other.weights(step)
                    guard saved > 0 else { continue }
                    let price = max(other.cost(step) - present.cost(step), 0) / saved
                    if price < best?.price ?? .infinity { best = (index, other, saved, price) }
                }
            }
            guard let best else { return }
            set(best.method, ofStep: best.index)
            stored -= best.saved
        }
    }
}

extension ConvolutionMethod {
    /// Weights that it stores for a step; none where the step is no convolution.
    fileprivate func weights(_ step: Step) -> Double {
        guard let c = step.convolution else { return 0 }
        return Double(c.inChannels / c.groups * c.outChannels * weightsPerChannel(step))
    }

    /// Multiply-adds of direct convolution that take about as long.
    fileprivate func cost(_ step: Step) -> Double {
        let shape = ConvolutionShape(step.convolution!)
        return switch self {
        case .direct: WinogradVariant.directCost(shape, input: step.inputLayout)
        case .winograd(let variant): variant.cost(shape, input: step.inputLayout)
        }
    }
}
