import Architecture
import CPlatform
import Machine
import TensorCore

/// A network with memory and weights, bound to a thread team: ready to run and to be timed.
///
/// One run at a time. Weights are random (they do not change the latency) and the same for the same seed, unless they are given.
public final class Executable: @unchecked Sendable {
    public let program: Program
    public let isa: InstructionSet
    public let team: ThreadTeam
    public let convolution: ConvolutionChoice
    /// Bytes of feature maps and of weights together.
    public let bytes: Int
    /// What weights and input were drawn from.
    public let seed: UInt64

    /// What runs between the steps' clock readings.
    let units: [Unit]
    /// All operators of all units, in order.
    private let turns: [Turn]
    /// The same, uncounted: counting a reference that all members of a team share would pass its cache line from core to core with every operator.
    let borrowed: [Unmanaged<Turn>]
    private let maps: FloatBuffer
    private let views: [TensorView]

    /// Lowers, allocates, and draws or reads weights.
    ///
    /// - Parameters:
    ///   - resolution: side of the network's own input in pixels.
    ///   - convolution: for each step the way to compute it.
    ///   - cache: what to block for; nil asks the machine.
    ///   - weights: random ones, or given ones; the input is drawn from the seed either way, see ``setInput(_:)``.
    /// - Throws: `InferenceError`: a network that does not fit its resolution, not enough free memory, an instruction set that is not
    ///   available here, or given weights that do not fit the network.
    public convenience init(
        _ network: Network, resolution: Int, batch: Int = 1, isa: InstructionSet = .best, team: ThreadTeam, seed: UInt64 = 0,
        convolution: ConvolutionChoice = .rule, cache: CacheSizes? = nil, weights: WeightSource = .random
    ) throws(InferenceError) {
        let program: Program
        do throws(ArchitectureError) {
            program = try Program.lower(network, resolution: resolution, batch: batch, chains: .fitting(cache ?? .ofThisMachine))
        } catch {
            throw InferenceError(.badNetwork, error.message)
        }
        try self.init(program, isa: isa, team: team, seed: seed, convolution: convolution, cache: cache, weights: weights)
    }

    /// One step alone, for the layer table.
    public convenience init(
        step: Step, isa: InstructionSet = .best, team: ThreadTeam, seed: UInt64 = 0, convolution: ConvolutionChoice = .rule,
        cache: CacheSizes? = nil
    ) throws(InferenceError) {
        try self.init(Program(alone: step), isa: isa, team: team, seed: seed, convolution: convolution, cache: cache)
    }

    package init(
        _ program: Program, isa: InstructionSet, team: ThreadTeam, seed: UInt64, convolution: ConvolutionChoice = .rule, cache: CacheSizes?,
        weights: WeightSource = .random
    ) throws(InferenceError) {
        guard isa.isAvailable else {
            let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            throw InferenceError(.unavailable, "instruction set \(isa.rawValue) is not available here; this machine has \(known)")
        }
        try MemoryNeed(program, convolution).check(program)
        try weights.check(program.name, zip(program.steps, program.operands).map { ($1.weights.name, $0.operation) })
        self.program = program
        self.isa = isa
        self.team = team
        self.seed = seed
        self.convolution = convolution
        let plan = MemoryPlan(program)
        // Maps and weights side by side. Of each layer weights and biases are counted, and what a gate scales.
        let arena = FloatArena(count: plan.count + Int(program.weightCount(convolution)), buffers: 1 + 4 * program.steps.count)
        let maps = FloatBuffer(count: plan.count, in: arena)
        let views = program.values.indices.map { TensorView(plan.layouts[$0], maps.base + plan.offsets[$0]) }
        let scratch = MemberScratch(members: team.count)
        let builder = OperatorBuilder(
            kernels: .of(isa), cache: cache ?? CacheSizes.ofThisMachine, seed: seed, choice: convolution, source: weights, scratch: scratch,
            arena: arena)
        var turns: [Turn] = []
        var units: [Unit] = []
        for steps in program.units {
            let operators = try builder.operators(program, unit: steps, views: views)
            let chain = steps.count > 1 ? operators[0] as? ConvolutionChain : nil
            units.append(Unit(steps: steps, turns: turns.count..<turns.count + operators.count, chain: chain.map(Unmanaged.passUnretained)))
            turns += operators.map(Turn.init)
        }
        self.units = units
        self.turns = turns
        borrowed = turns.map(Unmanaged.passUnretained)
        self.maps = maps
        self.views = views
        bytes = plan.count * 4 + 4 * Int(program.weightCount(convolution)) + scratch.byteCount
        fillInputs(seed: seed)
    }

    /// What computes a step: "direct", or a Winograd variant such as "F(4x4,3x3)", empty where the step is no dense convolution; with
    /// "chain" where it runs row by row with its neighbours.
    public func algorithm(ofStep index: Int) -> String {
        let step = program.steps[index]
        if step.readsBand || step.writesBand { return "chain" }
        return convolution.method(ofStep: index, in: program)?.name ?? ""
    }

    /// Multiply-adds between input and output values that a step really does: fewer than its multiply-accumulates with Winograd, whose transforms
    /// are not counted.
    public func multiplyAdds(ofStep index: Int) -> Double {
        let step = program.steps[index]
        guard let variant = convolution.variant(ofStep: index, in: program) else { return Double(step.macs) }
        let points = variant.tiles(height: step.output.height, width: step.output.width)
        return Double(step.batch * points.rows * points.columns * variant.tile * variant.tile) * Double(step.input.channels * step.output.channels)
    }

    // MARK: Running

    /// Runs once.
    public func run() { _ = sample(runs: 1) }

    /// Runs the whole network again and again; nanoseconds of each run, taken by member 0 between the team's barriers.
    public func sample(runs: Int) -> [UInt64] { sample(runs: runs, marks: nil) }

    /// The same, and every member reads its counters between the runs, where `marks` says so: outside of what is timed.
    public func sample(runs: Int, marks: TeamMarks?) -> [UInt64] { sample(runs: runs) { marks?.pass($0, member: $1) } }

    /// - Parameter between: called by every member before each run, with the number of runs done, and behind the last.
    private func sample(runs: Int, between: @Sendable (_ done: Int, _ member: Int) -> Void) -> [UInt64] {
        let times = MemberValues<UInt64>(count: runs, repeating: 0)
        team.run { member in
            let share = Share(member: member, of: team.count)
            for run in 0..<runs {
                between(run, member)
                team.barrier(member)
                let start = zd_now_ns()
                for index in borrowed.indices {
                    borrowed[index]._withUnsafeGuaranteedRef { $0.run(share) }
                    team.barrier(member)
                }
                if member == 0 { times[run] = zd_now_ns() - start }
            }
            between(runs, member)
        }
        return times.array
    }

    /// Whole runs as ``sample(runs:)`` has them, and of each run the smaller of the members' shares of their cores before and behind it, nil where that is not known.
    public func sample(runs: Int, watch: CoreWatch) -> (nanoseconds: [UInt64], coreShares: [Double?]) {
        watch.begin(looks: runs + 1)
        let nanoseconds = sample(runs: runs) { watch.look($0, member: $1) }
        return (nanoseconds, watch.sharesBetween())
    }

    /// Nanoseconds of each step of each run, as [step][run]: a pass of its own, since reading the clock between steps takes time too.
    ///
    /// The steps of a chain take turns row by row: each has the sum of its rows, and the last also the wait for the other members.
    public func sampleSteps(runs: Int) -> [[UInt64]] {
        let count = program.steps.count
        let times = MemberValues<UInt64>(count: runs * count, repeating: 0)
        team.run { member in
            let share = Share(member: member, of: team.count)
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { stages in
                for run in 0..<runs {
                    stages.initialize(repeating: 0)
                    team.barrier(member)
                    var start = zd_now_ns()
                    for place in units.indices {
                        let unit = units[place]
                        if let chain = unit.chain {
                            chain._withUnsafeGuaranteedRef { $0.run(share, stageNanoseconds: stages.baseAddress! + unit.steps.lowerBound) }
                            team.barrier(member)
                        } else {
                            for index in unit.turns {
                                borrowed[index]._withUnsafeGuaranteedRef { $0.run(share) }
                                team.barrier(member)
                            }
                        }
                        let now = zd_now_ns()
                        let others = unit.steps.dropLast().reduce(0) { $0 + stages[$1] }
                        stages[unit.steps.upperBound - 1] = now - start - others
                        start = now
                    }
                    if member == 0 {
                        for step in 0..<count { times[step * runs + run] = stages[step] }
                    }
                }
            }
        }
        let all = times.array
        return program.steps.indices.map { Array(all[($0 * runs)..<(($0 + 1) * runs)]) }
    }

    // MARK: Data

    /// Writes the network's input, NCHW.
    ///
    /// - Precondition: batch · channels · height · width values.
    public func setInput(_ nchw: [Float]) { write(nchw, to: 0) }

    /// The network's input, NCHW: random until it is set.
    public func input() -> [Float] { read(0) }

    /// Output `index` (C2, C3, …) in NCHW.
    public func output(_ index: Int) -> [Float] { read(program.outputs[index]) }

    /// Any value of the program; meaningful only while its memory is not reused (inputs and outputs always are).
    package func read(_ value: Int) -> [Float] { views[value].nchw }

    package func write(_ nchw: [Float], to value: Int) {
        let layout = views[value].layout
        precondition(nchw.count == layout.pixels * layout.channels, "\(nchw.count) values for a map of \(layout.pixels * layout.channels)")
        views[value].write(nchw: nchw)
    }

    private func fillInputs(seed: UInt64) {
        for (index, value) in program.values.enumerated() where value.firstStep < 0 {
            var random = RandomWeights(seed: seed ^ 0x1257_0000, step: index)
            write(random.uniform(program.batch * value.shape.elementCount, deviation: 1), to: index)
        }
    }
}

/// A stretch of a program that runs between two barriers, or a step with barriers of its own inside.
struct Unit: Sendable {
    let steps: Range<Int>
    /// Its operators among all, with a barrier after each.
    let turns: Range<Int>
    /// The only operator, where it computes more than one step; held by its turn.
    let chain: Unmanaged<ConvolutionChain>?
}

/// An operator as an object of a known class, which a reference need not count.
final class Turn: Sendable {
    private let op: any Operator

    init(_ op: any Operator) { self.op = op }

    func run(_ share: Share) { op.run(share) }
}

extension Executable {
    /// The weights that a layer of the network got, as the step that runs it drew them: for checks against an oracle.
    package func weights(ofLayer layer: Int, in network: Network) -> [(weights: [Float], bias: [Float])] {
        // Random weights cannot fail.
        let entries = (try? NetworkWeights(network, seed: seed).entries(ofLayer: layer)) ?? []
        return entries.map { ($0.weights, $0.bias) }
    }
}
