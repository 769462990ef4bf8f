import Architecture
import Entropy
import Foundation
import Support
import Testing

/// Totals, stages and inner blocks against one golden entry, through both entry points.
private func check(_ structure: Structure, _ golden: [String: Any]) throws -> Int {
    let network = try structure.network()
    let innerBlocks = try #require(golden["innerBlocks"] as? [Double])
    let own = structure.blocks.flatMap { block in (0..<block.depth).map { block.inner($0).entropy } }
    #expect(own.count == innerBlocks.count && zip(own, innerBlocks).allSatisfy { isClose($0, $1, relative: 1e-9) }, "\(structure.name)")
    var checked = 0
    // "0,0,0,0,1/std4act5" and the like belong to quantized networks.
    for (weights, figures) in try #require(golden["scores"] as? [String: [String: Any]]) where !weights.contains("/") {
        let entropy = try ClosedFormEntropy(stageWeights: weights.split(separator: ",").map { try #require(Double($0)) })
        let total = try #require(figures["total"] as? Double)
        let stages = try #require(figures["stages"] as? [Double])
        for score in [entropy.score(network), entropy.score(structure)] {
            #expect(isClose(score.total, total, relative: 1e-9), "\(structure.name), \(weights): \(score.total), not \(total)")
            #expect(score.stages.count == stages.count)
            for (stage, contribution) in zip(score.stages, stages) {
                #expect(isClose(stage.contribution, contribution, relative: 1e-9), "\(structure.name), \(weights)")
            }
        }
        checked += 1
    }
    return checked
}

@Suite struct GoldenEntropyTests {
    @Test func publishedStructures() throws {
        var checked = 0
        for (name, golden) in try #require(try fixture("structures.json") as? [String: [String: Any]]) {
            checked += try check(structure(golden["structure"], name), golden)
        }
        #expect(checked == 40)
    }

    @Test func resNets() throws {
        var checked = 0
        for (name, stems) in try #require(try fixture("resnets.json") as? [String: [String: [String: Any]]]) {
            for (stem, golden) in stems { checked += try check(structure(golden["structure"], "\(name) \(stem)"), golden) }
            // torchvision's own graph scores like the notation with the 7x7 stem: a max pool has no weights.
            let total = try #require((stems["stem_k7"]?["scores"] as? [String: [String: Any]])?["0,0,1,1,6"]?["total"] as? Double)
            let score = ClosedFormEntropy.maeDet.score(try Zoo.find("resnet\(name.dropFirst())"))
            #expect(isClose(score.total, total, relative: 1e-9), "\(name)")
            checked += 1
        }
        #expect(checked == 28)
    }

    @Test func mutations() throws {
        let mutations = try #require(try fixture("mutations-r50.json") as? [[String: Any]])
        for (index, golden) in mutations.enumerated() {
            let structure = try structure(golden["structure"], "mutation \(index)")
            let score = ClosedFormEntropy.maeDet.score(structure)
            #expect(isClose(score.total, try #require(golden["total"] as? Double), relative: 1e-9))
            let stages = try #require(golden["stages"] as? [Double])
            #expect(zip(score.stages, stages).allSatisfy { isClose($0.contribution, $1, relative: 1e-9) })
            #expect(isClose(ClosedFormEntropy.maeDet.score(try structure.network()).total, score.total, relative: 1e-12))
        }
        #expect(mutations.count == 40)
    }
}

@Suite struct ClosedFormEntropyTests {
    /// A stem of fan-in 27 and one inner block of fan-ins 4, 2·9 and 2.
    @Test func byHand() throws {
        let structure = Structure(
            name: "small",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 4, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 4, out: 8, stride: 2, kernelSize: 3, depth: 1, bottleneck: 2),
            ])
        let score = try ClosedFormEntropy(stageWeights: [2, 3]).score(structure)
        let (stem, block) = (0.5 * log(27.0), 0.5 * (log(4.0) + log(18.0) + log(2.0)))
        #expect(score.blocks.map(\.layers) == [1, 3])
        #expect(isClose(score.blocks[0].entropy, stem, relative: 1e-14) && isClose(score.blocks[1].entropy, block, relative: 1e-14))
        #expect(score.stages.map(\.channels) == [4, 8])
        #expect(score.stages.map(\.lastBlock) == [0, 1])
        #expect(isClose(score.stages[0].entropy, stem + log(4.0), relative: 1e-14))
        #expect(isClose(score.stages[1].entropy, stem + block + log(8.0), relative: 1e-14))
        #expect(isClose(score.total, 2 * score.stages[0].entropy + 3 * score.stages[1].entropy, relative: 1e-14))
    }

    /// The three entry points agree on every network of the zoo, and depthwise and grouped convolutions count their true fan-in.
    @Test func entryPointsAgree() throws {
        for weights in [[0, 0, 1, 1, 6], [1], [1, 2], [1, 1, 1, 1, 1, 1, 1]] as [[Double]] {
            let entropy = try ClosedFormEntropy(stageWeights: weights)
            for entry in Zoo.entries {
                let network = entry.build()
                guard let structure = network.structure else { continue }
                let (slow, fast) = (entropy.score(network), entropy.score(structure))
                #expect(isClose(slow.total, fast.total, relative: 1e-12), "\(entry.name)")
                #expect(isClose(entropy.total(structure), fast.total, relative: 1e-12), "\(entry.name)")
                #expect(slow.blocks.map(\.layers) == fast.blocks.map(\.layers))
                #expect(slow.stages.map(\.lastBlock) == fast.stages.map(\.lastBlock))
                for (a, b) in zip(slow.blocks, fast.blocks) { #expect(isClose(a.entropy, b.entropy, relative: 1e-12)) }
                for (a, b) in zip(slow.stages, fast.stages) { #expect(isClose(a.entropy, b.entropy, relative: 1e-12)) }
            }
        }
        let grouped = Block(.superResK1KXK1, in: 32, out: 64, stride: 1, kernelSize: 3, depth: 1, bottleneck: 16, groups: 4)
        #expect(isClose(grouped.entropy.entropy, 0.5 * (log(8.0) + log(36.0) + log(4.0)), relative: 1e-14))
    }

    /// ResNet-101 outranks MAE-DET-M although M has the higher average precision: the score is nearly a depth meter.
    @Test func depthOutranks() throws {
        let (deep, better) = (
            ClosedFormEntropy.maeDet.score(try Zoo.find("resnet101")), ClosedFormEntropy.maeDet.score(try Zoo.find("maedet-m"))
        )
        #expect(deep.total > better.total)
        #expect(deep.blocks.count == 34 && better.blocks.count == 5)
    }
}

@Suite struct StageWeightsTests {
    @Test func weightsAreMatchedFromTheLastStage() throws {
        let weights = try ClosedFormEntropy(stageWeights: [0, 0, 1, 1, 6])
        #expect((0..<5).map { weights.weight(stage: $0, of: 5) } == [0, 0, 1, 1, 6])
        #expect((0..<3).map { weights.weight(stage: $0, of: 3) } == [1, 1, 6])
        #expect((0..<7).map { weights.weight(stage: $0, of: 7) } == [0, 0, 0, 0, 1, 1, 6])
        #expect(weights.stageWeights == ClosedFormEntropy.maeDet.stageWeights)
    }

    @Test(
        arguments: [
            ([], "no stage weights"), ([1, .nan], "stage weight 2 is nan"), ([-1], "stage weight 1 is -1.0"), ([.infinity], "is inf"),
            ([0, 0], "all 2 stage weights are 0"),
        ] as [([Double], String)])
    func badWeights(values: [Double], message: String) {
        let error = #expect(throws: EntropyError.self) { try ClosedFormEntropy(stageWeights: values) }
        #expect(error?.code == .badWeights)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func weightsWithoutAStageAreNamed() throws {
        let weights = try ClosedFormEntropy(stageWeights: [1, 0, 1, 1, 6])
        try weights.check(stageCount: 5, network: "a")
        try ClosedFormEntropy.maeDet.check(stageCount: 3, network: "a")
        let error = #expect(throws: EntropyError.self) { try weights.check(stageCount: 3, network: "a") }
        #expect(error?.code == .unusedWeights)
        #expect(error?.message.hasPrefix("stage weight 1 of 5 is 1.0, but network 'a' has only 3 stages") == true)
    }
}
