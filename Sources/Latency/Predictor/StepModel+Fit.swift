import Inference
import TensorCore

/// A measured step with what the model has to know of it.
package struct StepSample: Hashable, Sendable {
    package var step: Step
    package var method: ConvolutionMethod?
    package var hasHalo: Bool
    package var nanoseconds: Double
    /// Number of the network that it stood in.
    package var network: Int

    package init(_ step: Step, method: ConvolutionMethod?, hasHalo: Bool, nanoseconds: Double, network: Int) {
        self.step = step
        self.method = method
        self.hasHalo = hasHalo
        self.nanoseconds = nanoseconds
        self.network = network
    }
}

/// A measured network for the whole-network correction.
package struct TotalSample: Hashable, Sendable {
    /// The steps' own times.
    package var sumNanoseconds: Double
    package var totalNanoseconds: Double
    package var units: Int

    package init(sumNanoseconds: Double, totalNanoseconds: Double, units: Int) {
        self.sumNanoseconds = sumNanoseconds
        self.totalNanoseconds = totalNanoseconds
        self.units = units
    }
}

extension StepModel {
    /// Fits the coefficients of every family that was measured.
    ///
    /// Each family by itself, by relative error; of each step the square root of its share of its network's time is its weight, since a
    /// step of a thousandth of the time may be off by half.
    package init(fitting samples: [StepSample], totals: [TotalSample], isa: String, engine: EngineShape, fitted: Fitted) {
        let networkTimes = samples.reduce(into: [Int: Double]()) { $0[$1.network, default: 0] += $1.nanoseconds }
        var families: [Family] = []
        for (family, own) in Dictionary(grouping: samples, by: { StepFamily($0.step, method: $0.method) }) {
            let rows = own.map { StepTerms($0.step, method: $0.method, hasHalo: $0.hasHalo, engine: engine).values }
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
        let correction = NonNegativeFit.coefficients(
            rows: totals.map { [$0.sumNanoseconds, Double($0.units)] }, times: totals.map(\.totalNanoseconds))
        self.init(
            isa: isa, engine: engine, families: families, scale: correction.first ?? 1, unitNanoseconds: correction.last ?? 0, fitted: fitted)
    }
}
