import Architecture
import Inference
import Machine
import Support
import TensorCore
import Testing

@Suite("Whole networks against a plain double-precision walk over the graph")
struct ExecutableTests {
    static func team(_ threads: Int) throws -> ThreadTeam {
        let topology = try Topology.detect()
        return try ThreadTeam(plan: PinningPlan.make(topology, threads: min(threads, topology.allowedCPUs.count), cpus: nil))
    }

    /// One of every kind: torchvision's max pool and stride-2 projections, average-pool shortcuts, KXKX, K1KX and a 12-channel image, depthwise,
    /// squeeze-and-excitation (over maps smaller and larger than the weights that could take the gates).
    static let networks: [(name: String, resolution: Int, batch: Int)] = [
        ("resnet18", 40, 1), ("resnet50", 33, 2), ("maedet-s", 32, 1), ("damo-k1kx", 32, 1), ("damo-kxkx", 16, 1), ("mobilenetv2", 64, 2),
        ("deepmad-29m-224", 32, 1), ("deepmad-29m-224", 112, 1),
    ]

    @Test("Outputs equal the oracle's, for every instruction set", arguments: ExecutableTests.networks.indices)
    func outputs(index: Int) throws {
        let (name, resolution, batch) = Self.networks[index]
        let network = try #require(Zoo.network(named: name))
        let shapes = try network.shapes(resolution: resolution)
        var random = SplitMix64(seed: UInt64(index))
        let input = random.floats(batch * shapes[0].elementCount)
        var oracle: GraphOracle?
        for isa in InstructionSet.available {
            let executable = try Executable(network, resolution: resolution, batch: batch, isa: isa, team: Self.team(2), seed: 11)
            executable.setInput(input)
            executable.run()
            let once = network.outputs.indices.map { executable.output($0).map(\.bitPattern) }
            _ = executable.sample(runs: 2)
            #expect(once == network.outputs.indices.map { executable.output($0).map(\.bitPattern) }, "\(name): a second run differs: memory is not what it was")

            // The weights come from the seed and the step alone: the oracle's answer holds for every instruction set.
            let expectation =
                oracle
                ?? GraphOracle(network, shapes: shapes, batch: batch, input: input) { executable.weights(ofLayer: $0, in: network) }
            oracle = expectation
            for (i, tensor) in network.outputs.enumerated() {
                let expected = expectation.tensors[tensor]
                let actual = executable.output(i)
                try #require(actual.count == expected.count)
                // Errors of a chain of layers add up like the values: 1e-4 of the map's largest value (the ladder tests each operator sharply).
                let scale = expected.reduce(0) { max($0, abs($1)) }
                let worst = zip(actual, expected).reduce(0.0) { max($0, abs(Double($1.0) - $1.1)) }
                #expect(scale > 0 && worst <= 1e-4 * scale, "\(name) \(isa) C\(i + 2): \(worst) of \(scale)")
            }
        }
    }

    @Test("Bitwise the same for one thread and for two")
    func threads() throws {
        for name in ["resnet18", "maedet-s", "mobilenetv2"] {
            let network = try #require(Zoo.network(named: name))
            let bits = try [1, 2].map { threads in
                let executable = try Executable(network, resolution: 64, team: Self.team(threads), seed: 5)
                executable.run()
                return network.outputs.indices.map { executable.output($0).map(\.bitPattern) }
            }
            #expect(bits[0] == bits[1], "\(name)")
        }
    }

    @Test("Steps fuse what can be fused and keep every multiply-accumulate")
    func fusion() throws {
        for entry in Zoo.entries {
            let network = try #require(Zoo.network(named: entry.name))
            let program = try Program.lower(network, resolution: 64, batch: 1)
            #expect(program.macs == (try network.cost(resolution: 64)).macs, "\(entry.name)")
            #expect(!program.steps.contains { $0.kind == .add || $0.kind == .relu }, "\(entry.name) has an addition or ReLU that was not fused")
        }
    }

    @Test("A step alone runs and reports what it is")
    func alone() throws {
        let program = try Program.lower(#require(Zoo.network(named: "resnet50")), resolution: 64, batch: 1)
        let step = try #require(program.steps.first { $0.residual })
        let executable = try Executable(step: step, team: Self.team(1), seed: 0)
        let samples = executable.sample(runs: 3)
        #expect(samples.count == 3 && samples.allSatisfy { $0 > 0 })
        #expect(executable.program.steps == [step])
        #expect(step.summary.contains("+res relu"))
        let steps = executable.sampleSteps(runs: 2)
        #expect(steps.count == 1 && steps[0].count == 2)
    }

    @Test("Looks at the cores belong to every run and every part of a step, and give a share or nothing")
    func watched() throws {
        let team = try Self.team(2)
        let executable = try Executable(#require(Zoo.network(named: "resnet18")), resolution: 64, team: team, seed: 0, convolution: .rule)
        let program = executable.program
        let watch = CoreWatch(team)
        let whole = executable.sample(runs: 3, watch: watch)
        #expect(whole.nanoseconds.count == 3 && whole.coreShares.count == 3 && whole.nanoseconds.allSatisfy { $0 > 0 })
        let times = executable.sampleParts(runs: 4, looks: TimedLooks(team))
        #expect(times.nanoseconds.map { $0.map(\.count) } == times.coreShares.map { $0.map(\.count) })
        #expect(times.nanoseconds.allSatisfy { $0.map(\.count) == [4, 4] } && times.nanoseconds.count == executable.parts.count)
        #expect(times.coreShares.joined().joined().allSatisfy { $0.map { $0 >= 0 && $0 <= 1 } ?? true })
        #expect(Set(executable.parts.map(\.step)) == Set(program.steps.indices))
    }

    /// No member works on a part for longer than the part takes from barrier to barrier; the fastest of some runs, since any one may be disturbed.
    @Test("A member's own times are within the steps'", arguments: ["resnet18", "mobilenetv2"])
    func memberTimes(_ name: String) throws {
        let team = try Self.team(2)
        let executable = try Executable(
            #require(Zoo.network(named: name)), resolution: 96, team: team, seed: 0, cache: CacheSizes(level1: 1 << 15, level2: 1 << 19))
        let parts = executable.parts
        #expect(parts.contains { !$0.endsAtBarrier } == (name == "mobilenetv2"), "chains are parts without a barrier behind them")
        _ = executable.sample(runs: 3)
        let times = executable.sampleParts(runs: 30, looks: TimedLooks(team))
        let whole = try #require(executable.sample(runs: 30).min())
        for member in 0..<2 {
            let busy = parts.indices.reduce(0) { $0 + (times.nanoseconds[$1][member].min() ?? 0) }
            #expect(busy > 0 && Double(busy) < 1.2 * Double(whole), "member \(member) is busy for \(busy) ns of \(whole)")
        }
    }

    @Test("A network too large for the machine is refused before anything is allocated")
    func memory() throws {
        let network = try #require(Zoo.network(named: "resnet50"))
        #expect {
            _ = try Executable(network, resolution: 64, batch: 100_000_000, team: Self.team(1))
        } throws: { error in
            (error as? InferenceError)?.code == .notEnoughMemory && "\(error)".contains("GiB") && "\(error)".contains("resnet50")
        }
    }

    @Test("A resolution too small for the network is refused with the network's own message")
    func resolution() throws {
        let network = try #require(Zoo.network(named: "resnet50"))
        #expect { _ = try Executable(network, resolution: 0, team: Self.team(1)) } throws: { ($0 as? InferenceError)?.code == .badNetwork }
    }
}
