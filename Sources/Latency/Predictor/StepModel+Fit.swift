import Inference
import TensorCore

/// A measured step with what the model has to know of it.
package struct StepSample: Hashable, Sendable {
    package var step: Step
    package var method: ConvolutionMethod?
    package var surroundings: StepSurroundings
    /// Of the team when it was measured.
    package var barrierNanoseconds: Double
    package var nanoseconds: Double
    /// Number of the network that it stood in.
    package var network: Int

    package init(
        _ step: Step, method: ConvolutionMethod?, in surroundings: StepSurroundings, barrierNanoseconds: Double, nanoseconds: Double, network: Int
    ) {
        self.step = step
        self.method = method
        self.surroundings = surroundings
        self.barrierNanoseconds = barrierNanoseconds
        self.nanoseconds = nanoseconds
        self.network = network
    }
}

/// A network of a plan with its runs, one for each way of computing it.
package struct ProbedNetwork: Sendable {
    package var program: Program
    package var runs: [NetworkSteps]

    package init(_ program: Program, _ runs: [NetworkSteps]) {
        self.program = program
        self.runs = runs
    }
}

extension StepModel {
    /// Fits the coefficients of every family that was measured.
    ///
    /// Each family by itself, by relative error; of each step the square root of its share of its network's time is its weight, since a
    /// step of a thousandth of the time may be off by half.
    package init(fitting samples: [StepSample], isa: String, engine: EngineShape, fitted: Fitted) {
        let networkTimes = samples.reduce(into: [Int: Double]()) { $0[$1.network, default: 0] += $1.nanoseconds }
        var families: [Family] = []
        for (family, own) in Dictionary(grouping: samples, by: { StepFamily($0.step, method: $0.method) }) {
            let rows = own.map { StepTerms($0.step, method: $0.method, in: $0.surroundings, engine: engine.at(barrierNanoseconds: $0.barrierNanoseconds)).values }
            let times = own.map(\.nanoseconds)
            let weights = own.map { ($0.nanoseconds / (networkTimes[$0.network] ?? $0.nanoseconds)).squareRoot() }
            let solution = NonNegativeFit.coefficients(rows: rows, times: times, weights: weights)
            let errors = zip(rows, times).map { row, time in abs(zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 } / time - 1) }
            var range = StepRange(own[0].step)
            for sample in own { range.include(sample.step) }
            families.append(
                Family(
                    family: family, coefficients: solution, samples: own.count, medianPercent: 100 * Quantile.median(errors), range: range))
        }
        families.sort { $0.family.rawValue < $1.family.rawValue }
        let barrier = samples.isEmpty ? 0 : Quantile.median(samples.map(\.barrierNanoseconds))
        self.init(isa: isa, engine: engine.at(barrierNanoseconds: barrier), families: families, scale: 1, fitted: fitted)
    }

    /// The same with the scale of whole networks, from the networks that it was fitted to.
    ///
    /// Two medians: of whole undisturbed runs over the sums of their steps; and of what the steps really take in the way that the model thinks the fastest over what it
    /// thinks. The least of several prices with errors is on the average too low, and of a network's convolutions each is priced so.
    package func calibrated(by networks: [ProbedNetwork]) -> StepModel {
        var totals: [Double] = []
        var chosen: [Double] = []
        for network in networks {
            totals += network.runs.filter { !$0.isDisturbed && $0.knownShare == 1 }.map { $0.totalNanoseconds / $0.nanoseconds.reduce(0, +) }
            guard let first = network.runs.first,
                let estimate = try? estimate(network.program, barrierNanoseconds: first.barrierNanoseconds) else { continue }
            let alike = network.runs.filter { NetworkSteps.areAlike($0.barrierNanoseconds, first.barrierNanoseconds) }
            var (measured, predicted) = (0.0, 0.0)
            for (index, step) in estimate.steps.enumerated() {
                let runs = alike.filter { ($0.methods[index] == nil || $0.methods[index] == step.method) && $0.nanoseconds[index] > 0 }
                guard !runs.isEmpty else { continue }
                measured += runs.reduce(0) { $0 + $1.nanoseconds[index] } / Double(runs.count)
                predicted += step.nanoseconds
            }
            if measured > 0, predicted > 0 { chosen.append(measured / predicted) }
        }
        var model = self
        model.scale = (totals.isEmpty ? 1 : Quantile.median(totals)) * (chosen.isEmpty ? 1 : Quantile.median(chosen))
        return model
    }
}
