import Architecture
import Inference
import TensorCore

/// The price of one step.
public struct StepEstimate: Hashable, Sendable {
    public var nanoseconds: Double
    public var family: StepFamily
    /// Of a convolution with several ways to compute it, the one that costs least.
    public var method: ConvolutionMethod?
    /// Why the price is an extrapolation; nil inside of what was measured.
    public var outside: String?
}

/// The price of a whole network.
public struct NetworkEstimate: Sendable {
    public var nanoseconds: Double
    public var steps: [StepEstimate]
    /// Share of the time that is extrapolated.
    public var outsideShare: Double
    /// The steps outside of what was measured: name and reason.
    public var outside: [String]
}

extension StepModel {
    /// The price of a step.
    ///
    /// - Parameters:
    ///   - step: what runs; a convolution is priced in the fastest of the ways that were measured.
    ///   - surroundings: what of its network is known.
    /// - Throws: `LatencyError` `.outOfRange` where neither its family nor a kindred one was measured, or the result is no time.
    public func estimate(_ step: Step, in surroundings: StepSurroundings = StepSurroundings()) throws(LatencyError) -> StepEstimate {
        var best: StepEstimate?
        for method in Self.methods(step) {
            let estimate = try estimate(step, method: method, in: surroundings)
            // Extrapolated or not: a way that was not measured this far is seldom slower for it, and the result is flagged.
            if best == nil || estimate.nanoseconds < best!.nanoseconds { best = estimate }
        }
        return best!
    }

    static func methods(_ step: Step) -> [ConvolutionMethod?] {
        let open = ConvolutionChoice.methods(for: step)
        return open.isEmpty ? [nil] : open
    }

    /// The price of a step computed in one way.
    func estimate(_ step: Step, method: ConvolutionMethod?, in surroundings: StepSurroundings) throws(LatencyError) -> StepEstimate {
        let own = StepFamily(step, method: method)
        var seen: Set<StepFamily> = []
        var wanted: StepFamily? = own
        while let name = wanted, seen.insert(name).inserted {
            guard let family = families.first(where: { $0.family == name }) else {
                wanted = name.substitute
                continue
            }
            let terms = StepTerms(step, method: method, in: surroundings, engine: engine)
            let time = zip(family.coefficients, terms.values).reduce(0) { $0 + $1.0 * $1.1 }
            guard time.isFinite, time > 0 else {
                throw LatencyError(.outOfRange, "layer '\(step.summary)': the profile's model gives \(time) ns; measure the profile again")
            }
            let outside = name == own ? family.range.excess(step) : "no \(own.rawValue) step was measured, priced as \(name.rawValue)"
            return StepEstimate(nanoseconds: time, family: own, method: method, outside: outside)
        }
        throw LatencyError(
            .outOfRange, "layer '\(step.summary)': the profile's model knows no \(own.rawValue) steps and none like them; measure the profile again")
    }

    /// The price of a whole program with the cores as far apart as they were just now, see ``BarrierTime``.
    package func estimate(_ program: Program, barrierNanoseconds: Double) throws(LatencyError) -> NetworkEstimate {
        var model = self
        model.engine = engine.at(barrierNanoseconds: barrierNanoseconds)
        return try model.estimate(program)
    }

    /// The price of a whole program.
    public func estimate(_ program: Program) throws(LatencyError) -> NetworkEstimate {
        var choice = ConvolutionChoice.rule
        var steps = try estimates(program, choice)
        // How much the network touches depends on the methods, and the fastest methods on how much it touches: once more with the first answer.
        choice = ConvolutionChoice(.automatic)
        for (step, estimate) in zip(program.steps, steps) {
            if let method = estimate.method, ConvolutionChoice.methods(for: step).count > 1 { choice.set(method, for: step) }
        }
        choice.limitWeights(of: program)
        steps = try estimates(program, choice, isFixed: true)
        var outside: [String] = []
        var (sum, extrapolated) = (0.0, 0.0)
        for (index, estimate) in steps.enumerated() {
            sum += estimate.nanoseconds
            if let reason = estimate.outside {
                extrapolated += estimate.nanoseconds
                outside.append("\(program.steps[index].summary): \(reason)")
            }
        }
        return NetworkEstimate(nanoseconds: scale * sum, steps: steps, outsideShare: sum > 0 ? extrapolated / sum : 0, outside: outside)
    }

    /// All steps in a network that is computed by a choice, each in its fastest way, or `isFixed` in that of the choice.
    private func estimates(_ program: Program, _ choice: ConvolutionChoice, isFixed: Bool = false) throws(LatencyError) -> [StepEstimate] {
        let methods = program.steps.indices.map { choice.method(ofStep: $0, in: program) }
        let footprint = program.footprintBytes(methods)
        var steps: [StepEstimate] = []
        for (index, step) in program.steps.enumerated() {
            let surroundings = program.surroundings(ofStep: index, footprintBytes: footprint)
            steps.append(try isFixed ? estimate(step, method: methods[index], in: surroundings) : estimate(step, in: surroundings))
        }
        return steps
    }

    /// The program of a network as the profile's machine would run it.
    ///
    /// - Throws: `LatencyError` `.cannotMeasure` where the network does not fit the resolution.
    public func program(_ network: Network, resolution: Int, batch: Int = 1) throws(LatencyError) -> Program {
        do throws(ArchitectureError) {
            return try Program.lower(network, resolution: resolution, batch: batch, chains: .fitting(engine.caches))
        } catch {
            throw LatencyError(.cannotMeasure, error.message)
        }
    }
}
