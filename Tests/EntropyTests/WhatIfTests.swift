import Architecture
import Entropy
import Foundation
import Support
import Testing

@Suite struct WhatIfTests {
    private let structure = Structure(
        name: "small",
        blocks: [
            Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
            Block(.superResK1KXK1, in: 16, out: 64, stride: 2, kernelSize: 3, depth: 2, bottleneck: 16),
            Block(.superResK1KXK1, in: 64, out: 128, stride: 2, kernelSize: 5, depth: 1, bottleneck: 32),
        ])

    @Test func changesAreWhatTheySay() throws {
        let entropy = try ClosedFormEntropy(stageWeights: [0, 1, 2])
        let (score, cost) = (entropy.total(structure), try structure.cost(resolution: 64))
        let found = try entropy.whatIfs(structure, resolution: 64)
        #expect(found.map(\.summary) == [
            "out 16 → 24", "L 2 → 3", "out 64 → 72", "btn 16 → 24", "k 3 → 5", "L 1 → 2", "out 128 → 144", "btn 32 → 40",
        ])
        for what in found {
            #expect(isClose(what.scoreGain, entropy.total(what.structure) - score, relative: 1e-12))
            #expect(what.macs == (try what.structure.cost(resolution: 64).macs) - cost.macs && what.macs > 0)
            try what.structure.validate()
        }
        // By hand: one more inner block of fan-ins 64, 16·9 and 16 counts in the stages of weights 1 and 2.
        #expect(isClose(found[1].scoreGain, 3 * 0.5 * log(64.0 * 144 * 16), relative: 1e-12))
        // A 5x5 kernel in two inner blocks: ½ ln(25/9) each.
        #expect(isClose(found[4].scoreGain, 3 * 2 * 0.5 * log(25.0 / 9), relative: 1e-12))
    }

    @Test func everyStructureOfTheZoo() throws {
        var changes = 0
        for entry in Zoo.entries {
            guard let structure = entry.build().structure else { continue }
            for what in try ClosedFormEntropy.maeDet.whatIfs(structure, resolution: 64) {
                #expect(what.scoreGain >= 0 && what.macs > 0, "\(entry.name) \(what.summary)")
                changes += 1
            }
        }
        #expect(changes > 300)
    }
}
