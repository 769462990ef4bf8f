import Architecture
import Entropy
import Foundation
import Machine
import Support
import TensorCore
import Testing

func scalarLog(_ value: Double) -> Double { log(value) }

private let small = Structure(
    name: "small",
    blocks: [
        Block(.convKXBNRELU, in: 3, out: 12, stride: 2, kernelSize: 3),
        Block(.superResK1KXK1, in: 12, out: 24, stride: 2, kernelSize: 3, depth: 2, bottleneck: 8),
        Block(.superResK1DWK1, in: 24, out: 40, stride: 2, kernelSize: 5, depth: 2, bottleneck: 48),
        Block(.superResKXKX, in: 40, out: 33, stride: 1, kernelSize: 3, depth: 2, bottleneck: 20),
        Block(.superResK1KX, in: 33, out: 64, stride: 1, kernelSize: 3, depth: 1, bottleneck: 16),
        Block(.superResK1KXK1, in: 64, out: 64, stride: 1, kernelSize: 7, depth: 1, bottleneck: 32, groups: 4),
    ])

private func scored(_ network: Network, _ options: ForwardOptions, team: ThreadTeam? = nil) throws -> ForwardScore {
    try ForwardEntropy(options: options, team: team).score(network)
}

@Suite("Forward entropy against the reference and a plain oracle")
struct ForwardEntropyTests {
    /// Three networks of the published reference in float64, the same generator: every partial sum to 1e-4.
    @Test(arguments: InstructionSet.available)
    func reference(isa: InstructionSet) throws {
        let golden = try #require(try fixture("exact-forward.json") as? [String: [String: Any]])
        let cases: [(key: String, model: String, resolution: Int, seed: UInt64)] = [
            ("R50_init_r32_seed1", "start-r50", 32, 1), ("R50_init_r64_seed7", "start-r50", 64, 7), ("maedet_s_r64_seed1", "maedet-s", 64, 1),
        ]
        // The long network once: its 19 million weights are drawn one by one.
        for (key, model, resolution, seed) in isa == .best ? cases : Array(cases.prefix(2)) {
            let figures = try #require(golden[key])
            var stream = GaussianStream(seed: seed)
            for first in try #require(figures["first8"] as? [Double]) { #expect(abs(stream.next() - first) < 1e-12, "\(key)") }
            let options = ForwardOptions(resolution: resolution, passes: 1, seed: seed, source: .stream, isa: isa)
            let score = try scored(try Zoo.find(model), options)
            var sum = 0.0
            let sums = score.layers.map { layer in
                sum += layer.logDeviation.mean
                return sum
            }
            let expected = try #require(figures["H_after_each_conv"] as? [Double])
            #expect(sums.count == expected.count)
            let worst = zip(sums, expected).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-4, "\(key) \(isa): \(worst)")
            let stages = try #require(figures["H_C1_C5"] as? [Double])
            #expect(score.stages.count == stages.count)
            for (stage, value) in zip(score.stages, stages) { #expect(abs(stage.logDeviation.mean - value) < 1e-4, "\(key)") }
            #expect(score.total.standardError == nil)
        }
    }

    @Test("Every block class without and with residual links and ReLU", arguments: [false, true])
    func oracle(deployed: Bool) throws {
        let network = try small.network()
        let score = try scored(network, ForwardOptions(resolution: 40, passes: 1, seed: 3, isDeployed: deployed, source: .stream))
        // The engine draws a convolution's weights where it runs; in this structure that is the order of the layers.
        var plain = PlainForward(seed: 3)
        let expected = plain.logDeviations(network, resolution: 40, deployed: deployed)
        #expect(score.layers.count == expected.count && expected.count == small.blocks.reduce(0) { $0 + $1.entropy.layers })
        for (layer, value) in zip(score.layers, expected) {
            #expect(abs(layer.logDeviation.mean - value) < 2e-5, "\(layer.name): \(layer.logDeviation.mean), not \(value)")
        }
    }

    @Test func maximumPoolingIsPartOfTheMainBranch() throws {
        let network = try Zoo.find("resnet18")
        let score = try scored(network, ForwardOptions(resolution: 32, passes: 1, seed: 9, source: .stream))
        var plain = PlainForward(seed: 9)
        let expected = plain.logDeviations(network, resolution: 32, deployed: false)
        #expect(score.layers.count == 17)
        for (layer, value) in zip(score.layers, expected) { #expect(abs(layer.logDeviation.mean - value) < 2e-5, "\(layer.name)") }
    }

    /// Powers of two lose nothing: with and without rescaling the same numbers, as long as fp32 holds them.
    @Test func rescalingIsExact() throws {
        let network = try Zoo.find("start-r50")
        let rescaled = try scored(network, ForwardOptions(passes: 2, seed: 4))
        let plain = try scored(network, ForwardOptions(passes: 2, seed: 4, rescales: false))
        for (a, b) in zip(rescaled.layers, plain.layers) { #expect(abs(a.logDeviation.mean - b.logDeviation.mean) < 1e-12, "\(a.name)") }
    }

    @Test func poolAgreesWithFreshWeights() throws {
        let network = try Zoo.find("start-r50")
        let pooled = try scored(network, ForwardOptions(resolution: 32, passes: 40, seed: 1))
        let fresh = try scored(network, ForwardOptions(resolution: 32, passes: 12, seed: 100, source: .stream))
        for (a, b) in zip(pooled.stages, fresh.stages) {
            let error = hypot(try #require(a.logDeviation.standardError), try #require(b.logDeviation.standardError))
            #expect(abs(a.logDeviation.mean - b.logDeviation.mean) < 4.5 * error, "\(a.logDeviation) and \(b.logDeviation)")
        }
        // The spread over passes is that of fresh weights: stretches of the pool are as independent.
        let ratio = try #require(pooled.total.standardError) * 40.0.squareRoot() / (try #require(fresh.total.standardError) * 12.0.squareRoot())
        #expect((0.4...2.5).contains(ratio), "\(ratio)")
    }

    /// Without padding's zeros the measured score is the closed form; they lower it, less and less as maps grow.
    @Test func closedFormIsTheLimitOfLargeMaps() throws {
        let network = try Zoo.find("start-r50")
        let closed = ClosedFormEntropy.maeDet.score(network).total
        let gaps = try [32, 64, 128, 256].map { 1 - (try scored(network, ForwardOptions(resolution: $0, passes: 4)).total.mean) / closed }
        #expect(zip(gaps, gaps.dropFirst()).allSatisfy { $0 > $1 } && gaps.allSatisfy { $0 > 0 }, "\(gaps)")
        #expect(gaps[3] < 0.01, "\(gaps)")
        // 1x1 convolutions alone have no padding at all.
        let plain = Structure(
            name: "pointwise",
            blocks: [
                Block(.convKXBNRELU, in: 64, out: 96, stride: 1, kernelSize: 1),
                Block(.superResK1KXK1, in: 96, out: 128, stride: 1, kernelSize: 1, depth: 3, bottleneck: 64),
            ])
        let entropy = try ClosedFormEntropy(stageWeights: [1])
        let measured = try ForwardEntropy(entropy, options: ForwardOptions(resolution: 32, passes: 16)).score(try plain.network())
        #expect(abs(measured.total.mean - entropy.total(plain)) < 5 * (try #require(measured.total.standardError)) + 0.02)
    }

    /// The mean over passes is the closed form with the padding's zeros, to a thousandth: an account of the whole offset.
    @Test(arguments: [("start-r50", 32), ("start-r50", 64), ("maedet-s", 64), ("maedet-m", 64), ("maedet-l", 64), ("start-mbv2", 64), ("start-damo-k1kx", 64)])
    func paddingExplainsTheOffset(model: String, resolution: Int) throws {
        let network = try Zoo.find(model)
        let expected = try #require(try ClosedFormEntropy.maeDet.paddedTotal(network, resolution: resolution))
        let measured = try scored(network, ForwardOptions(resolution: resolution, passes: 8)).total
        let error = 4.5 * (try #require(measured.standardError)) + 2e-3 * expected
        #expect(abs(measured.mean - expected) < error, "\(measured), not \(expected)")
        #expect(expected < ClosedFormEntropy.maeDet.score(network).total)
    }

    @Test func paddedFormWithoutPadding() throws {
        let blocks = [Block(.convKXBNRELU, in: 3, out: 8, stride: 1, kernelSize: 1), Block(.convKXBNRELU, in: 8, out: 16, stride: 2, kernelSize: 1)]
        let network = try Structure(name: "pointwise", blocks: blocks).network()
        let padded = try #require(try ClosedFormEntropy.maeDet.paddedTotal(network, resolution: 9))
        #expect(isClose(padded, ClosedFormEntropy.maeDet.score(network).total, relative: 1e-12))
        #expect(try ClosedFormEntropy.maeDet.paddedTotal(try Zoo.find("resnet50"), resolution: 64) == nil)
        #expect(throws: EntropyError.self) { try ClosedFormEntropy.maeDet.paddedTotal(network, resolution: 0) }
    }

    @Test("Every network of the zoo runs every way", arguments: Zoo.entries.map(\.name))
    func zoo(name: String) throws {
        let network = try Zoo.find(name)
        let depth = try network.cost(resolution: 64).layers
        for deployed in [false, true] {
            let score = try scored(network, ForwardOptions(resolution: 64, passes: 1, isDeployed: deployed))
            #expect(score.layers.count == depth && score.total.mean > 0 && score.stages.count == network.stages.count)
        }
        let zen = try ZenScore(options: ForwardOptions(resolution: 64, batch: 2, passes: 1)).score(network)
        #expect(zen.normalizations == depth && zen.total.mean.isFinite)
    }

    @Test("Bitwise the same for any number of threads", arguments: [1, 5], [false, true])
    func threads(passes: Int, deployed: Bool) throws {
        let topology = try Topology.detect()
        let network = try small.network()
        let options = ForwardOptions(resolution: 40, batch: 2, passes: passes, seed: 5, isDeployed: deployed)
        let alone = try scored(network, options)
        var teams = 0
        for threads in 1...min(4, topology.allowedCPUs.count) {
            let team = try ThreadTeam(plan: PinningPlan.make(topology, threads: threads, cpus: nil))
            #expect(try scored(network, options, team: team) == alone, "\(threads) threads, \(passes) passes")
            teams += 1
        }
        #expect(teams > 0)
    }

    @Test func seedsAndBatches() throws {
        let network = try small.network()
        func total(_ seed: UInt64, batch: Int = 1) throws -> Double { try scored(network, ForwardOptions(batch: batch, passes: 3, seed: seed)).total.mean }
        #expect(try total(1) == total(1))
        #expect(try total(1) != total(2))
        #expect(try abs(total(1, batch: 4) - total(1)) < 0.05 * total(1))
    }

    /// A batch larger than the pool's quarter has an input of its own for every image.
    @Test func largeInputsAreDrawn() throws {
        let network = try small.network()
        let score = try scored(network, ForwardOptions(resolution: 320, batch: 8, passes: 2))
        let usual = try scored(network, ForwardOptions(resolution: 320, batch: 1, passes: 8))
        #expect(abs(score.total.mean - usual.total.mean) < 0.02 * usual.total.mean)
    }

    @Test func squeezeExcitationRunsDeployed() throws {
        let network = try Zoo.find("deepmad-29m-224")
        let deployed = try scored(network, ForwardOptions(resolution: 64, passes: 2, isDeployed: true))
        let plain = try scored(network, ForwardOptions(resolution: 64, passes: 2))
        #expect(deployed.layers.map(\.name) == plain.layers.map(\.name))
        #expect(deployed.total.mean.isFinite && deployed.total.mean != plain.total.mean)
    }
}

@Suite("Forward entropy refuses what it cannot measure")
struct ForwardErrorTests {
    private func failure(_ network: Network, _ options: ForwardOptions) -> EntropyError? {
        #expect(throws: EntropyError.self) { _ = try scored(network, options) }
    }

    @Test func overflowNamesTheLayer() throws {
        let error = failure(try Zoo.find("maedet-m"), ForwardOptions(passes: 1, rescales: false))
        #expect(error?.code == .overflow)
        #expect(error?.message.contains("network 'maedet-m' at 64 px, layer block") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("3.4e38") == true)
    }

    @Test func zeroVarianceNamesTheLayer() throws {
        // One channel on one pixel: a single value has no deviation.
        let blocks = [
            Block(.convKXBNRELU, in: 3, out: 8, stride: 2, kernelSize: 3), Block(.convKXBNRELU, in: 8, out: 1, stride: 2, kernelSize: 3),
        ]
        let error = failure(try Structure(name: "dot", blocks: blocks).network(), ForwardOptions(resolution: 4, passes: 1))
        #expect(error?.code == .zeroVariance)
        #expect(error?.message.contains("layer block1.conv1 (1x1x1x1)") == true, "\(error?.message ?? "")")
    }

    @Test func resolutionsThatDoNotFit() throws {
        let small = failure(try Zoo.find("resnet50"), ForwardOptions(resolution: 16))
        #expect(small?.code == .badNetwork)
        #expect(small?.message.contains("resolution 16 is too small") == true, "\(small?.message ?? "")")
        #expect(small?.message.contains("at layer layer4.0.conv2 less than a pixel") == true, "\(small?.message ?? "")")
        let odd = failure(try Zoo.find("maedet-s"), ForwardOptions(resolution: 50, isDeployed: true))
        #expect(odd?.message.contains("layer block") == true, "\(odd?.message ?? "")")
    }

    @Test func options() throws {
        let network = try Zoo.find("resnet18")
        #expect(failure(network, ForwardOptions(passes: 0))?.code == .badOption)
        #expect(failure(network, ForwardOptions(batch: 0))?.code == .badOption)
        #expect(failure(network, ForwardOptions(isDeployed: true, rescales: false))?.code == .badOption)
    }
}
