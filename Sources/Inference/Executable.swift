import Architecture
import CPlatform
import Machine
import TensorCore

/// A network with memory and weights, bound to a thread team: ready to run and to be timed.
///
/// One run at a time. Weights are random (they do not change the latency) and the same for the same seed.
public final class Executable: @unchecked Sendable {
    public let program: Program
    public let isa: InstructionSet
    public let team: ThreadTeam
    public let convolution: ConvolutionAlgorithm
    /// Bytes of feature maps and of weights together.
    public let bytes: Int
    /// What weights and input were drawn from.
    public let seed: UInt64

    /// `operators[step]`: what a step runs, with a barrier after each.
    private let operators: [[any Operator]]
    private let arena: FloatBuffer
    private let views: [TensorView]

    /// Lowers, allocates, and draws weights.
    ///
    /// - Parameters:
    ///   - resolution: side of the network's own input in pixels.
    ///   - convolution: direct everywhere, or Winograd where it is expected to be faster.
    ///   - cache: what to block for; nil asks the machine.
    /// - Throws: `InferenceError`: a network that does not fit its resolution, not enough free memory, or an instruction set that is not
    ///   available here.
    public convenience init(
        _ network: Network, resolution: Int, batch: Int = 1, isa: InstructionSet = .best, team: ThreadTeam, seed: UInt64 = 0,
        convolution: ConvolutionAlgorithm = .automatic, cache: CacheSizes? = nil
    ) throws(InferenceError) {
        let program: Program
        do throws(ArchitectureError) {
            program = try Program.lower(network, resolution: resolution, batch: batch)
        } catch {
            throw InferenceError(.badNetwork, error.message)
        }
        try self.init(program, isa: isa, team: team, seed: seed, convolution: convolution, cache: cache)
    }

    /// One step alone, for the layer table.
    public convenience init(
        step: Step, isa: InstructionSet = .best, team: ThreadTeam, seed: UInt64 = 0, convolution: ConvolutionAlgorithm = .automatic,
        cache: CacheSizes? = nil
    ) throws(InferenceError) {
        try self.init(Program(alone: step), isa: isa, team: team, seed: seed, convolution: convolution, cache: cache)
    }

    package init(
        _ program: Program, isa: InstructionSet, team: ThreadTeam, seed: UInt64, convolution: ConvolutionAlgorithm = .automatic, cache: CacheSizes?
    ) throws(InferenceError) {
        guard isa.isAvailable else {
            let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            throw InferenceError(.unavailable, "instruction set \(isa.rawValue) is not available here; this machine has \(known)")
        }
        try MemoryNeed(program, convolution).check(program)
        self.program = program
        self.isa = isa
        self.team = team
        self.seed = seed
        self.convolution = convolution
        let plan = MemoryPlan(program)
        let arena = FloatBuffer(count: plan.count)
        let views = program.values.indices.map { TensorView(plan.layouts[$0], arena.base + plan.offsets[$0]) }
        let scratch = WinogradScratch(members: team.count)
        let builder = OperatorBuilder(
            kernels: .of(isa), cache: cache ?? CacheSizes.ofThisMachine, seed: seed, algorithm: convolution, scratch: scratch)
        operators = program.steps.indices.map { builder.operators(program, step: $0, views: views) }
        self.arena = arena
        self.views = views
        bytes = plan.count * 4 + program.steps.reduce(0) { $0 + $1.weightBytes(convolution) } + scratch.byteCount
        fillInputs(seed: seed)
    }

    /// What computes a step: "direct", or a Winograd variant such as "F(4x4,3x3)"; empty where the step is no dense convolution.
    public func algorithm(ofStep index: Int) -> String {
        let step = program.steps[index]
        return step.kind == .convolution ? convolution.variant(step)?.rawValue ?? "direct" : ""
    }

    // MARK: Running

    /// Runs once.
    public func run() { _ = sample(runs: 1) }

    /// Runs the whole network again and again; nanoseconds of each run, taken by member 0 between the team's barriers.
    public func sample(runs: Int) -> [UInt64] {
        let times = Times(count: runs)
        team.run { member in
            let share = Share(member: member, of: team.count)
            for run in 0..<runs {
                team.barrier(member)
                let start = zd_now_ns()
                for step in operators {
                    for op in step {
                        op.run(share)
                        team.barrier(member)
                    }
                }
                if member == 0 { times[run] = zd_now_ns() - start }
            }
        }
        return times.array
    }

    /// Nanoseconds of each step of each run, as [step][run]: a pass of its own, since reading the clock between steps takes time too.
    public func sampleSteps(runs: Int) -> [[UInt64]] {
        let times = Times(count: runs * operators.count)
        team.run { member in
            let share = Share(member: member, of: team.count)
            for run in 0..<runs {
                team.barrier(member)
                var start = zd_now_ns()
                for (index, step) in operators.enumerated() {
                    for op in step {
                        op.run(share)
                        team.barrier(member)
                    }
                    let now = zd_now_ns()
                    if member == 0 { times[index * runs + run] = now - start }
                    start = now
                }
            }
        }
        let all = times.array
        return operators.indices.map { Array(all[($0 * runs)..<(($0 + 1) * runs)]) }
    }

    // MARK: Data

    /// Writes the network's input, NCHW.
    ///
    /// - Precondition: batch · channels · height · width values.
    public func setInput(_ nchw: [Float]) { write(nchw, to: 0) }

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

/// Room for timestamps that one member writes while a job runs.
private final class Times: @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt64>
    private let count: Int

    init(count: Int) {
        self.count = count
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: 0, count: count)
    }

    deinit { base.deallocate() }

    subscript(index: Int) -> UInt64 {
        get { base[index] }
        set { base[index] = newValue }
    }

    var array: [UInt64] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

extension Executable {
    /// The weights that a layer of the network got, as the step that runs it drew them: for checks against an oracle.
    package func weights(ofLayer layer: Int, in network: Network) -> [(weights: [Float], bias: [Float])] {
        guard let step = program.operands.firstIndex(where: { $0.name == network.layers[layer].name }) else { return [] }
        var random = RandomWeights(seed: seed, step: step)
        switch network.layers[layer].operation {
        case .convolution(let c): return [random.convolution(c, residual: program.steps[step].residual)]
        case .squeezeExcitation(let s):
            let first = random.convolution(Convolution(s.channels, s.reducedChannels, kernelSize: 1), residual: false)
            return [first, random.convolution(Convolution(s.reducedChannels, s.channels, kernelSize: 1), residual: false)]
        default: return []
        }
    }
}
