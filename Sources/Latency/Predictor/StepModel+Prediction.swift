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
    ///   - hasHalo: see `Program.hasHalo(_:)`.
    /// - Throws: `LatencyError` `.outOfRange` where neither its family nor a kindred one was measured, or the result is no time.
    public func estimate(_ step: Step, hasHalo: Bool = false) throws(LatencyError) -> StepEstimate {
        var best: StepEstimate?
        for method in Self.methods(step) {
            let estimate = try estimate(step, method: method, hasHalo: hasHalo)
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
    func estimate(_ step: Step, method: ConvolutionMethod?, hasHalo: Bool) throws(LatencyError) -> StepEstimate {
        let own = StepFamily(step, method: method)
        var seen: Set<StepFamily> = []
        var wanted: StepFamily? = own
        while let name = wanted, seen.insert(name).inserted {
            guard let family = families.first(where: { $0.family == name }) else {
                wanted = name.substitute
                continue
            }
            let terms = StepTerms(step, method: method, hasHalo: hasHalo, engine: engine)
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

    /// The price of a whole program.
    public func estimate(_ program: Program) throws(LatencyError) -> NetworkEstimate {
        var steps: [StepEstimate] = []
        var outside: [String] = []
        var (sum, extrapolated) = (0.0, 0.0)
        for index in program.steps.indices {
            let estimate = try estimate(program.steps[index], hasHalo: program.hasHalo(index))
            sum += estimate.nanoseconds
            if let reason = estimate.outside {
                extrapolated += estimate.nanoseconds
                outside.append("\(program.steps[index].summary): \(reason)")
            }
            steps.append(estimate)
        }
        return NetworkEstimate(
            nanoseconds: scale * sum + unitNanoseconds * Double(program.units.count), steps: steps, outsideShare: sum > 0 ? extrapolated / sum : 0,
            outside: outside)
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

extension Program {
    /// Whether a step's input or output map has a border of zeros.
    public func hasHalo(_ step: Int) -> Bool { values[operands[step].input].halo > 0 || values[operands[step].output].halo > 0 }
}
