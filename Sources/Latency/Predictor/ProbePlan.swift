import Inference
import TensorCore

/// Measures networks until the time is up, each next one where the model is least sure.
///
/// Candidates are drawn from the spaces themselves, so a shape counts as often as networks need it. The first ones are measured as they come.
/// Then three models, each fitted without a third of the networks, are asked for the time of every layer of some dozen candidates in each way of
/// computing it; the candidate on which they disagree most, in parts of its time, is next. A layer outside of what was measured counts as
/// a disagreement of a third.
/// - Source: own derivation; query by committee after Seung, Opper, Sompolinsky, 1992.
package struct ProbePlan {
    /// Networks that are measured before there is a choice: some of each class.
    package var first = 15
    /// Candidates that the next one is chosen from.
    package var choices = 12
    /// Networks between two fits of the committee.
    package var refit = 5
    /// Most networks.
    package var most = 1000
    /// Share of its steps that have to be known for a network to count.
    static let enoughSteps = 0.5
    package var engine: EngineShape
    package var isa: String

    package init(engine: EngineShape, isa: String) {
        self.engine = engine
        self.isa = isa
    }

    /// What a plan has measured.
    package struct Measured: Sendable {
        package var steps: [StepSample] = []
        /// In the order of their measurement.
        package var networks: [ProbedNetwork] = []
        /// Their numbers.
        package var numbers: [Int] = []
        /// Networks that the machine was too disturbed for; a few of their steps may be known all the same.
        package var disturbed = 0
    }

    /// - Parameters:
    ///   - program: the network of a number, lowered.
    ///   - measure: its steps, once for each way.
    ///   - isOver: asked before every network.
    package func run(
        program: (Int) throws(LatencyError) -> Program, measure: (Int, Program) throws(LatencyError) -> [NetworkSteps], isOver: (Measured) -> Bool
    ) throws(LatencyError) -> Measured {
        var measured = Measured()
        var candidates: [(number: Int, program: Program)] = []
        var drawn = 0
        var committee: [StepModel] = []
        var fitted = 0
        while measured.networks.count < most, !isOver(measured) {
            let isChoosing = measured.networks.count >= first
            // Not again for the same networks, when one after the other was disturbed.
            if isChoosing, committee.isEmpty || measured.networks.count % refit == 0 && measured.networks.count != fitted {
                committee = members(measured)
                fitted = measured.networks.count
            }
            while candidates.count < (isChoosing ? choices : 1) {
                candidates.append((drawn, try program(drawn)))
                drawn += 1
            }
            let place = isChoosing ? Self.leastSure(candidates.map(\.program), committee) : 0
            let chosen = candidates.remove(at: place)
            let all = try measure(chosen.number, chosen.program)
            for run in all { measured.add(run, of: chosen.program, number: chosen.number) }
            let runs = all.filter { $0.knownShare >= Self.enoughSteps }
            guard !runs.isEmpty else {
                measured.disturbed += 1
                continue
            }
            measured.networks.append(ProbedNetwork(chosen.program, runs))
            measured.numbers.append(chosen.number)
        }
        return measured
    }

    /// Three models, each without every third network.
    private func members(_ measured: Measured) -> [StepModel] {
        let order = Dictionary(uniqueKeysWithValues: measured.numbers.enumerated().map { ($1, $0) })
        return (0..<3).map { part in
            StepModel(
                fitting: measured.steps.filter { order[$0.network, default: 0] % 3 != part }, isa: isa, engine: engine,
                fitted: .init(utc: "", networks: 0, steps: 0, seconds: 0, seed: 0))
        }
    }

    static func leastSure(_ programs: [Program], _ committee: [StepModel]) -> Int {
        let doubts = programs.map { doubt($0, committee) }
        return doubts.indices.max { doubts[$0] < doubts[$1] } ?? 0
    }

    /// Disagreement about a program, in parts of its time.
    static func doubt(_ program: Program, _ committee: [StepModel]) -> Double {
        var (spread, sum) = (0.0, 0.0)
        for index in program.steps.indices {
            let step = program.steps[index]
            let surroundings = StepSurroundings(hasHalo: program.hasHalo(index))
            let methods = ConvolutionChoice.methods(for: step)
            for method in methods.count > 1 ? methods.map(Optional.some) : [methods.first] {
                let estimates = committee.compactMap { try? $0.estimate(step, method: method, in: surroundings) }
                guard let least = estimates.map(\.nanoseconds).min(), let most = estimates.map(\.nanoseconds).max() else { continue }
                let part = 1 / Double(max(methods.count, 1))
                sum += least * part
                spread += (estimates.contains { $0.outside != nil } ? max(most - least, least / 3) : most - least) * part
            }
        }
        return sum > 0 ? spread / sum : .infinity
    }
}

extension ProbePlan.Measured {
    package mutating func add(_ run: NetworkSteps, of program: Program, number: Int) {
        let methods = program.steps.indices.map { run.methods[$0] ?? ConvolutionChoice.methods(for: program.steps[$0]).first }
        let footprint = program.footprintBytes(methods)
        for index in program.steps.indices where run.nanoseconds[index] > 0 {
            steps.append(
                StepSample(
                    program.steps[index], method: methods[index], in: StepSurroundings(hasHalo: program.hasHalo(index), footprintBytes: footprint),
                    barrierNanoseconds: run.barrierNanoseconds, nanoseconds: run.nanoseconds[index], network: number))
        }
    }
}
