import Architecture
import Inference
import TensorCore
import Testing

@Suite("Which method computes a convolution, and what its weights take")
struct ConvolutionChoiceTests {
    private func program(_ name: String, resolution: Int) throws -> Program {
        try Program.lower(try #require(Zoo.network(named: name)), resolution: resolution, chains: .never)
    }

    /// The choice that has every convolution computed by its method with the most weights.
    private func heaviest(_ program: Program) -> ConvolutionChoice {
        var choice = ConvolutionChoice(.automatic)
        for step in program.steps {
            let methods = ConvolutionChoice.methods(for: step)
            guard methods.count > 1, let most = methods.max(by: { $0.weightsPerChannel(step) < $1.weightsPerChannel(step) }) else { continue }
            choice.set(most, for: step)
        }
        return choice
    }

    /// Stored weights of dense convolutions, of the choice and of direct convolution alone.
    private func weights(_ program: Program, _ choice: ConvolutionChoice) -> (stored: Int, direct: Int) {
        program.steps.indices.filter { program.steps[$0].kind == .convolution }.reduce(into: (0, 0)) { sum, index in
            let step = program.steps[index]
            let c = step.convolution!
            sum.0 += c.inChannels * c.outChannels * choice.method(ofStep: index, in: program)!.weightsPerChannel(step)
            sum.1 += c.inChannels * c.outChannels * c.kernelSize * c.kernelSize
        }
    }

    @Test("Weights that would take more than 4.4 times their space take methods with fewer", arguments: ["damo-kxkx", "resnet18", "maedet-m"])
    func limited(name: String) throws {
        let program = try program(name, resolution: 256)
        var choice = heaviest(program)
        let before = weights(program, choice)
        choice.limitWeights(of: program)
        let after = weights(program, choice)
        let limit = 4.4 * Double(before.direct)
        #expect(Double(after.stored) <= limit, "\(name): \(after)")
        #expect((after.stored < before.stored) == (Double(before.stored) > limit), "\(name): \(before), then \(after)")
        // Not further than it must: the last layer that changed was needed.
        let largest = program.steps.compactMap(\.convolution).map { $0.inChannels * $0.outChannels * 64 }.max()!
        if Double(before.stored) > limit { #expect(Double(after.stored + largest) > limit, "\(name): \(after)") }
        var again = heaviest(program)
        again.limitWeights(of: program)
        #expect(again == choice, "the same from run to run")
    }

    @Test("What was not measured stays as the rule has it")
    func unmeasured() throws {
        let program = try program("damo-kxkx", resolution: 256)
        var choice = ConvolutionChoice(.automatic)
        choice.limitWeights(of: program)
        #expect(choice == ConvolutionChoice(.automatic))
    }
}
