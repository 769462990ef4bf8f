import Architecture
import Entropy
import Search
import Support
import Synchronization
import Testing

@Suite struct EvolutionTests {
    private func options(_ evaluations: Int, seed: UInt64 = 1) -> EvolutionOptions {
        var options = EvolutionOptions()
        options.evaluations = evaluations
        options.seed = seed
        return options
    }

    @Test(arguments: [0, 1, 2, 3, 4] as [UInt64])
    func solvesTheR50Problem(seed: UInt64) throws {
        let evolution = try Evolution(space: R50Problem.space(), score: closedForm, budgets: R50Problem.budgets, options: options(100_000, seed: seed))
        let result = try evolution.run()
        #expect(result.evaluations == 100_000)
        // Above the certified bound the rules or the score would be wrong.
        #expect(result.best.score < R50Problem.bound)
        #expect(result.best.score >= 2064)
        #expect(result.best.score >= 0.995 * R50Problem.optimum)
        #expect(result.best.totals.layers <= 91 && result.best.totals.referenceFLOPs <= 188e8)
    }

    /// Every elite of every space: within the space and the budgets, with the figures that Architecture and Entropy give for the whole network.
    @Test(arguments: NamedSpace.all, [11, 12] as [UInt64])
    func keepsAllBudgetsAndAllFigures(_ named: NamedSpace, seed: UInt64) throws {
        let space = try named.space()
        // Budgets around a structure of the space, so that each of them binds now and then.
        let cost = try named.walk(space, seed: seed, length: 20).cost(resolution: named.resolution)
        let all = Budgets(
            referenceFLOPs: cost.referenceFLOPs * 1.3, macs: cost.macs, params: cost.params, layers: cost.layers + 3,
            memoryBytes: cost.peakActivationBytes * 11 / 10)
        let variants = [
            all, Budgets(referenceFLOPs: cost.referenceFLOPs), Budgets(macs: cost.macs), Budgets(params: cost.params), Budgets(layers: cost.layers),
            Budgets(params: cost.params * 2, memoryBytes: cost.peakActivationBytes),
        ]
        for budgets in variants {
            let result = try Evolution(space: space, score: closedForm, budgets: budgets, options: options(3_000, seed: seed)).run()
            #expect(!result.elites.isEmpty)
            for elite in result.elites {
                #expect(space.violation(of: elite.structure) == nil)
                let cost = try elite.structure.network().cost(resolution: named.resolution)
                #expect(elite.totals.params == cost.params && elite.totals.macs == cost.macs && elite.totals.layers == cost.layers)
                #expect(elite.totals.referenceFLOPs == cost.referenceFLOPs)
                #expect(elite.totals.peakActivationBytes == cost.peakActivationBytes)
                #expect(isClose(elite.score, closedForm.entropy.score(elite.structure).total, relative: 1e-12))
                #expect(cost.referenceFLOPs <= budgets.referenceFLOPs ?? .infinity && cost.macs <= budgets.macs ?? .max)
                #expect(cost.params <= budgets.params ?? .max && cost.layers <= budgets.layers ?? .max)
                #expect(cost.peakActivationBytes <= budgets.memoryBytes ?? .max)
            }
            #expect(Set(result.elites.map(\.structure)).count == result.elites.count)
            #expect(zip(result.elites, result.elites.dropFirst()).allSatisfy { $0.score >= $1.score })
        }
    }

    @Test func repeatsItselfAndImproves() throws {
        func run(_ seed: UInt64, _ evaluations: Int) throws -> EvolutionResult {
            try Evolution(space: R50Problem.space(), score: closedForm, budgets: R50Problem.budgets, options: options(evaluations, seed: seed)).run()
        }
        let first = try run(5, 20_000)
        let second = try run(5, 20_000)
        #expect(first.elites == second.elites && first.duplicates == second.duplicates)
        #expect(try run(6, 20_000).elites != first.elites)
        #expect(try run(5, 200).best.score < first.best.score)
    }

    /// A score that is no sum, and counts how often it is asked for each structure.
    private final class CountingScore: Score, Sendable {
        let counts = Mutex<[Structure: Int]>([:])
        let name = "counting"
        func score(_ structure: Structure) throws -> Double {
            counts.withLock { $0[structure, default: 0] += 1 }
            return ClosedFormEntropy.maeDet.total(structure)
        }
    }

    @Test func scoresNoStructureTwice() throws {
        let score = CountingScore()
        var options = options(20_000)
        options.stallEvaluations = 300  // several lives, which meet each other's structures again
        let result = try Evolution(space: R50Problem.space(), score: score, budgets: R50Problem.budgets, options: options).run()
        let counts = score.counts.withLock { $0 }
        #expect(result.restarts > 0)
        #expect(counts.values.allSatisfy { $0 == 1 })
        #expect(counts.count > 1000 && counts.count <= result.evaluations)
        #expect(result.duplicates > 0)
    }

    @Test func additiveAndPlainScoresAgree() throws {
        // Sums in another order differ by their rounding, and so does the order of structures of one score; without crossover these two runs never meet such.
        var options = options(5_000)
        options.crossoverFraction = 0
        let plain = try Evolution(space: R50Problem.space(), score: CountingScore(), budgets: R50Problem.budgets, options: options).run()
        let additive = try Evolution(space: R50Problem.space(), score: closedForm, budgets: R50Problem.budgets, options: options).run()
        #expect(plain.best.structure == additive.best.structure)
    }

    /// Blocks of two parents put together, the channels at the seams mended: inside the space, and no figure is that of a parent.
    @Test(arguments: NamedSpace.all) func crossedChildrenStayInside(_ named: NamedSpace) throws {
        let space = try named.space()
        let budgets = Budgets(macs: try space.start.cost(resolution: named.resolution).macs * 2)
        var options = options(20_000, seed: 8)
        options.crossoverFraction = 0.5
        let result = try Evolution(space: space, score: closedForm, budgets: budgets, options: options).run()
        for elite in result.elites {
            #expect(space.violation(of: elite.structure) == nil)
            #expect(try elite.structure.network().cost(resolution: named.resolution).macs == elite.totals.macs)
            #expect(isClose(elite.score, closedForm.entropy.score(elite.structure).total, relative: 1e-12))
        }
        #expect(try Evolution(space: space, score: closedForm, budgets: budgets, options: options).run().elites == result.elites)
    }

    @Test func shrinksAStartThatIsTooLarge() throws {
        // MAE-DET-L under a tenth of its MACs, a third of its layers, and little memory.
        let named = NamedSpace(start: "maedet-l", resolution: 480)
        let space = try named.space()
        let large = try space.start.cost(resolution: 480)
        let budgets = Budgets(macs: large.macs / 10, layers: large.layers / 3, memoryBytes: large.peakActivationBytes / 2)
        let result = try Evolution(space: space, score: closedForm, budgets: budgets, options: options(2_000)).run()
        let cost = try result.best.structure.cost(resolution: 480)
        #expect(cost.macs <= large.macs / 10 && cost.layers <= large.layers / 3 && cost.peakActivationBytes <= large.peakActivationBytes / 2)
        // One evaluation: the shrunk start itself keeps the budgets.
        let start = try Evolution(space: space, score: closedForm, budgets: budgets, options: options(1)).run()
        #expect(start.elites.count == 1)
        #expect(try start.best.structure.cost(resolution: 480).macs <= large.macs / 10)
        #expect(space.contains(start.best.structure))
    }

    @Test(arguments: NamedSpace.all)
    func saysWhatCannotBeMet(_ named: NamedSpace) throws {
        let space = try named.space()
        let least = try space.smallest().cost(resolution: named.resolution)
        let impossible: [(BudgetKind, Budgets, Double)] = [
            (.params, Budgets(params: least.params - 1), Double(least.params)), (.macs, Budgets(macs: least.macs / 2), Double(least.macs)),
            (.layers, Budgets(layers: least.layers - 1), Double(least.layers)),
            (.memory, Budgets(memoryBytes: least.peakActivationBytes / 3), Double(least.peakActivationBytes)),
            (.referenceFLOPs, Budgets(referenceFLOPs: 1000), least.referenceFLOPs),
        ]
        for (kind, budgets, needed) in impossible {
            let error = searchError { _ = try Evolution(space: space, score: closedForm, budgets: budgets, options: options(100)).run() }
            #expect(error?.code == .budgetCannotBeMet)
            #expect(error?.shortfall?.budget == kind && error?.shortfall?.smallest == needed)
            #expect(error.map { $0.message.contains(kind.rawValue) && $0.message.contains("smallest network") } == true)
        }
        // The smallest network's own figures are a budget that can be met.
        let exact = Budgets(
            referenceFLOPs: least.referenceFLOPs, macs: least.macs, params: least.params, layers: least.layers, memoryBytes: least.peakActivationBytes)
        let result = try Evolution(space: space, score: closedForm, budgets: exact, options: options(100)).run()
        #expect(result.best.totals.params == least.params)
    }

    @Test func messageOfAnImpossibleBudget() throws {
        let space = try R50Problem.space()
        let error = searchError { _ = try Evolution(space: space, score: closedForm, budgets: Budgets(layers: 8), options: options(100)).run() }
        #expect(error?.message == "the budget cannot be met. layers: the smallest network of the space needs 16, 2.00 times the budget of 8 (8 too much)")
    }

    @Test func endsWhenTheSpaceIsExhausted() throws {
        let stem = Structure(
            name: "tiny",
            blocks: [
                Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3),
                Block(.superResK1KXK1, in: 16, out: 32, stride: 2, kernelSize: 3, depth: 1, bottleneck: 8),
            ])
        let options = DesignSpace.Options(stemMaximum: 16, firstWidthMaximum: 32)
        let space = try DesignSpace(start: stem, resolution: 32, options: options)
        let score = ClosedFormScore(try ClosedFormEntropy(stageWeights: [0, 1]))
        var evolutionOptions = self.options(1_000_000)
        evolutionOptions.stallEvaluations = 1_000_000
        let result = try Evolution(space: space, score: score, budgets: Budgets(), options: evolutionOptions).run()
        #expect(result.ending == .exhausted)
        // Stem 8 or 16, out 8 to 32 and not below the stem, btn 8 to out, k 3 or 5, L 1 to 3.
        let expected = [8, 16].reduce(0) { sum, stem in sum + stride(from: stem, through: 32, by: 8).reduce(0) { $0 + $1 / 8 } * 6 }
        #expect(result.evaluations == expected)
        #expect(result.best.structure.blocks[1].depth == 3 && result.best.structure.blocks[1].kernelSize == 5)
    }

    @Test func reportsProgressSeldom() throws {
        var options = options(100_000_000)
        options.timeLimit = .milliseconds(900)
        var reports: [EvolutionProgress] = []
        let result = try Evolution(space: R50Problem.space(), score: closedForm, budgets: R50Problem.budgets, options: options).run { reports.append($0) }
        #expect(result.ending == .timeLimit)
        #expect(reports.count >= 1 && reports.count <= 5)
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.evaluations < $1.evaluations && $0.bestScore <= $1.bestScore })
        #expect(reports.allSatisfy { $0.evaluationsPerSecond > 0 && $0.remaining! <= .milliseconds(900) })
    }

    @Test func refusesBadOptions() throws {
        let space = try R50Problem.space()
        func refused(_ budgets: Budgets, latency: (any LatencySource)? = nil, _ change: (inout EvolutionOptions) -> Void) -> Bool {
            var options = EvolutionOptions()
            change(&options)
            return searchError { _ = try Evolution(space: space, score: closedForm, latency: latency, budgets: budgets, options: options) }?.code == .badOption
        }
        #expect(refused(Budgets()) { $0.evaluations = 0 })
        #expect(refused(Budgets()) { $0.populationSize = 0 })
        #expect(refused(Budgets()) { $0.mutations = -1 })
        #expect(refused(Budgets(latency: .nanoseconds(1e6))) { _ in })
        #expect(refused(Budgets(latency: .relative(factor: 1, baseline: "resnet50")), latency: roofline) { _ in })
    }
}
