import Inference
import TensorCore

/// Measures networks until the time is up, each next one where the model is least sure.
///
/// Candidates are drawn from the spaces themselves, so a shape counts as often as networks need it. The first ones are measured as they come.
/// Then three models, each fitted without a third of the networks, are asked for the time of every layer of some dozen candidates in each way of
/// computing it; the candidate on which they disagree most, in parts of its time, is next. A layer outside of what was measured counts as
/// a disagreement of a third.
///
/// A network that one visit is not enough for is visited again in the second and in the last third of the time: a busy host is another machine some minutes later, and what its
/// neighbours did to one third of the plan should not be taken for the machine.
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
        /// In the order of their first visits.
        package private(set) var visited: [Visited] = []
        /// All times are brought to this clock, that of the first network; nil where cycles cannot be counted.
        package private(set) var gigahertz: Double?

        package init() {}

        package var steps: [StepSample] { visited.flatMap(\.steps) }

        package var stepCount: Int { visited.reduce(0) { $0 + $1.steps.count } }

        /// The median of the clocks at which the networks were measured; nil where cycles cannot be counted.
        package var typicalGigahertz: Double? {
            let clocks = visited.flatMap(\.clocks)
            return clocks.isEmpty ? nil : Quantile.median(clocks)
        }

        /// Those of which enough is known.
        package var networks: [ProbedNetwork] { visited.compactMap(\.network) }

        /// Their numbers.
        package var numbers: [Int] { visited.filter { $0.network != nil }.map(\.number) }

        /// Networks that the machine was too disturbed for; a few of their steps may be known all the same.
        package var disturbed: Int { visited.count { $0.network == nil } }

        /// Adds a network, or takes what a later visit says of it for what was said before.
        package mutating func take(_ runs: [NetworkSteps], of program: Program, number: Int) {
            gigahertz = gigahertz ?? runs.compactMap(\.gigahertz).first
            let visit = Visited(runs.map { $0.at(gigahertz: gigahertz) }, of: program, number: number, clocks: runs.compactMap(\.gigahertz))
            if let place = visited.firstIndex(where: { $0.number == number }) { visited[place] = visit } else { visited.append(visit) }
        }
    }

    /// A network that was measured, or tried.
    package struct Visited: Sendable {
        package var number: Int
        package var steps: [StepSample] = []
        /// Nil where too little is known.
        package var network: ProbedNetwork?
        /// Of its runs, where cycles can be counted.
        var clocks: [Double]

        fileprivate init(_ runs: [NetworkSteps], of program: Program, number: Int, clocks: [Double]) {
            self.number = number
            self.clocks = clocks
            for run in runs { steps += Self.samples(run, of: program, number: number) }
            let known = runs.filter { $0.knownShare >= ProbePlan.enoughSteps }
            if !known.isEmpty { network = ProbedNetwork(program, known) }
        }

        private static func samples(_ run: NetworkSteps, of program: Program, number: Int) -> [StepSample] {
            let methods = program.steps.indices.map { run.methods[$0] ?? ConvolutionChoice.methods(for: program.steps[$0]).first }
            let footprint = program.footprintBytes(methods)
            return program.steps.indices.filter { run.nanoseconds[$0] > 0 }.map { index in
                StepSample(
                    program.steps[index], method: methods[index], in: program.surroundings(ofStep: index, footprintBytes: footprint),
                    barrierNanoseconds: run.barrierNanoseconds, nanoseconds: run.nanoseconds[index], network: number)
            }
        }
    }

    /// - Parameters:
    ///   - program: the network of a number, lowered.
    ///   - visit: measures it, again where it did before: its steps, once for each way, and whether another visit would be of no use. See ``NetworkSampling``.
    ///   - elapsed: how much of its time the plan has used, asked before every visit; it is over at 1.
    package func run(
        program: (Int) throws(LatencyError) -> Program, visit: (Int, Program) throws(LatencyError) -> (runs: [NetworkSteps], isSettled: Bool),
        elapsed: (Measured) -> Double
    ) throws(LatencyError) -> Measured {
        var measured = Measured()
        var candidates: [(number: Int, program: Program)] = []
        /// To be visited again, in order, each when its next third has begun.
        var waiting: [(number: Int, program: Program, visits: Int)] = []
        var (drawn, known) = (0, 0)
        var committee: [StepModel] = []
        var fitted = 0
        while true {
            let time = elapsed(measured)
            guard time < 1, known < most || !waiting.isEmpty else { return measured }
            let chosen: (number: Int, program: Program, visits: Int)
            if let next = waiting.firstIndex(where: { Double(min($0.visits, 2)) / 3 <= time }) ?? (known < most ? nil : 0) {
                chosen = waiting.remove(at: next)
            } else {
                let isChoosing = known >= first
                // Not again for the same networks, when one after the other was disturbed.
                if isChoosing, committee.isEmpty || known % refit == 0 && known != fitted {
                    committee = members(measured)
                    fitted = known
                }
                while candidates.count < (isChoosing ? choices : 1) {
                    candidates.append((drawn, try program(drawn)))
                    drawn += 1
                }
                let candidate = candidates.remove(at: isChoosing ? Self.leastSure(candidates.map(\.program), committee) : 0)
                chosen = (candidate.number, candidate.program, 0)
            }
            let (runs, isSettled) = try visit(chosen.number, chosen.program)
            measured.take(runs, of: chosen.program, number: chosen.number)
            if !isSettled { waiting.append((chosen.number, chosen.program, chosen.visits + 1)) }
            known = measured.visited.count { $0.network != nil }
        }
    }

    /// Three models, each without every third network.
    private func members(_ measured: Measured) -> [StepModel] {
        let order = Dictionary(uniqueKeysWithValues: measured.numbers.enumerated().map { ($1, $0) })
        let steps = measured.steps
        return (0..<3).map { part in
            StepModel(
                fitting: steps.filter { order[$0.network, default: 0] % 3 != part }, isa: isa, engine: engine,
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
            let surroundings = program.surroundings(ofStep: index)
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
