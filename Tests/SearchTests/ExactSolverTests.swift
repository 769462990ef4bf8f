import Architecture
import Entropy
import Search
import Support
import Testing

/// The certified optimum, against trying everything and against the reference's known optima.
@Suite struct ExactSolverTests {
    private func solve(_ space: DesignSpace, _ budgets: Budgets, latency: (any LatencySource)? = nil, threads: Int = 2) throws -> ExactResult {
        var options = ExactOptions()
        options.threads = threads
        return try ExactSolver(space: space, score: closedForm, latency: latency, options: options).solve(budgets)
    }

    // MARK: Everything tried

    /// A structure of a tiny space with its figures.
    private struct Candidate {
        var structure: Structure
        var score: Double
        var cost: Cost
        var nanoseconds: Double

        func keeps(_ budgets: Budgets) -> Bool {
            var limit = Double.infinity
            if case .nanoseconds(let value) = budgets.latency { limit = value }
            return cost.referenceFLOPs <= budgets.referenceFLOPs ?? .infinity && cost.macs <= budgets.macs ?? .max && cost.params <= budgets.params ?? .max
                && cost.layers <= budgets.layers ?? .max && cost.peakActivationBytes <= budgets.memoryBytes ?? .max && nanoseconds <= limit
        }
    }

    private func candidates(_ tiny: TinySpace, _ space: DesignSpace) throws -> [Candidate] {
        try tiny.everyStructure(of: space).map {
            Candidate(
                structure: $0, score: closedForm.score($0), cost: try $0.cost(resolution: tiny.resolution),
                nanoseconds: try composed($0, resolution: tiny.resolution, roofline))
        }
    }

    @Test(arguments: TinySpace.all)
    func equalsTryingEverything(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        let all = try candidates(tiny, space)
        #expect(all.count > 500, "\(all.count) structures")
        var generator = SplitMix64(seed: 7)
        var decided = 0
        for round in 0..<12 {
            // Budgets at figures of structures of the space, so that they bind, in changing mixes.
            func pick() -> Candidate { all[Int(generator.next() % UInt64(all.count))] }
            var budgets = Budgets()
            if round % 3 != 1 { budgets.referenceFLOPs = pick().cost.referenceFLOPs }
            if round % 4 == 1 { budgets.macs = pick().cost.macs }
            if round % 2 == 1 { budgets.params = pick().cost.params }
            if round % 3 == 1 { budgets.layers = pick().cost.layers }
            if round % 4 == 2 { budgets.memoryBytes = pick().cost.peakActivationBytes }
            if round % 5 >= 3 { budgets.latency = .nanoseconds(pick().nanoseconds) }
            let best = all.filter { $0.keeps(budgets) }.max { $0.score < $1.score }
            let error = searchError {
                let result = try solve(space, budgets, latency: roofline)
                #expect(best != nil, "\(budgets) leave nothing, found \(result.best.structure)")
                guard let best else { return }
                #expect(isClose(result.best.score, best.score, relative: 1e-12), "\(result.best.score), not \(best.score): \(budgets)")
                #expect(result.certificate.isOptimal)
                #expect(result.certificate.bound + result.certificate.roundingSlack >= best.score)
                #expect(all.contains { $0.structure == result.best.structure && $0.keeps(budgets) })
                decided += 1
            }
            if let error { #expect(best == nil && error.code == .budgetCannotBeMet, "\(error) although \(String(describing: best)) keeps \(budgets)") }
        }
        #expect(decided >= 8)
    }

    @Test(arguments: [TinySpace.all[0], TinySpace.all[3]])
    func listsTheFastestWithinTheMargin(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        let all = try candidates(tiny, space)
        for (latency, margin, count) in [(roofline, 0.05, 20), (nil, 0.03, 5), (roofline, 0.01, 5_000)] as [((any LatencySource)?, Double, Int)] {
            var options = ExactOptions()
            options.within = margin
            options.listed = count
            let sorted = all.map(\.cost.macs).sorted()
            let budgets = Budgets(macs: sorted[sorted.count / 2])
            let solver = try ExactSolver(space: space, score: closedForm, latency: latency, options: options)
            let best = try solver.solve(budgets)
            let list = try solver.list(near: best.best, budgets)
            let order: (Candidate) -> Double = { latency == nil ? Double($0.cost.macs) : $0.nanoseconds }
            let slowest = latency == nil ? .infinity : 2 * (try #require(best.best.predictedNanoseconds))
            let within = all.filter { $0.keeps(budgets) && $0.score >= best.best.score * (1 - margin) && $0.nanoseconds <= slowest }
                .sorted { order($0) < order($1) }
            #expect(list.isComplete == (within.count <= count))
            #expect(list.structures.count == min(count, within.count))
            for (found, expected) in zip(list.structures, within) {
                let value = latency == nil ? Double(found.totals.macs) : try #require(found.predictedNanoseconds)
                #expect(isClose(value, order(expected), relative: 1e-12))
                #expect(found.score >= list.leastScore)
            }
            #expect(Set(list.structures.map(\.structure)).count == list.structures.count)
        }
    }

    // MARK: Known optima

    @Test func equalsTheKnownOptimumOfTheR50Problem() throws {
        let result = try solve(R50Problem.space(), R50Problem.budgets)
        #expect(abs(result.best.score - R50Problem.optimum) <= 1e-6)
        #expect(result.certificate.isOptimal && result.gap >= 0 && result.gap <= 1e-4)
        #expect(result.certificate.bound <= R50Problem.bound + 1e-4)
        #expect(result.best.totals.layers == 91 && result.best.totals.referenceFLOPs <= 188e8)
        #expect(result.certificate.roundingSlack < 1e-6)
        #expect(isClose(result.best.score, ClosedFormEntropy.maeDet.score(result.best.structure).total, relative: 1e-12))
    }

    @Test func equalsTheKnownOptimumWithTheLastBlockFrozen() throws {
        var options = DesignSpace.Options.reference
        options.frozenBlocks = [5]
        let space = try NamedSpace(start: "start-r50", resolution: 480).space(layerBudget: 91, options: options)
        let result = try solve(space, R50Problem.budgets)
        #expect(abs(result.best.score - 1784.755218) <= 1e-6)
        #expect(result.certificate.isOptimal && result.gap >= 0 && result.gap <= 1e-4)
        let last = result.best.structure.blocks[5]
        #expect(last.outChannels == 2048 && last.bottleneck == 512 && last.kernelSize == 3 && last.depth == 1)
    }

    @Test func equalsTheKnownOptimumWithParameters() throws {
        var budgets = R50Problem.budgets
        budgets.params = 25_800_000
        let result = try solve(R50Problem.space(), budgets)
        #expect(abs(result.best.score - 2096.762) <= 5e-4)
        #expect(result.certificate.isOptimal && result.gap <= 1e-4 && result.best.totals.params <= 25_800_000)
    }

    @Test func keepsALatencyBudgetByTheSourcesOwnPrices() throws {
        let space = try R50Problem.space()
        let budgets = Budgets(latency: .nanoseconds(120e6), params: 30_000_000, layers: 91)
        let result = try solve(space, budgets, latency: roofline)
        let nanoseconds = try composed(result.best.structure, resolution: 480, roofline)
        #expect(nanoseconds <= 120e6 && nanoseconds > 0.99 * 120e6)
        #expect(isClose(try #require(result.best.predictedNanoseconds), nanoseconds, relative: 1e-12))
        #expect(result.gap <= 1e-3)
        var options = EvolutionOptions()
        options.pricedBlockMaximum = 1_000_000
        options.evaluations = 30_000
        let evolution = try Evolution(space: space, score: closedForm, latency: roofline, budgets: budgets, options: options).run()
        #expect(result.best.score >= evolution.best.score)
        #expect(result.certificate.bound >= evolution.best.score)
    }

    /// With every block frozen the bound is the score as the sum of the solver's tables.
    @Test(arguments: [[0, 0, 1, 1, 6], [0, 0, 1, 1, 16], [1, 2, 3, 4, 5]] as [[Double]])
    func tablesSumToTheEntropyOfPublishedStructures(_ weights: [Double]) throws {
        let entropy = try ClosedFormEntropy(stageWeights: weights)
        var checked = 0
        for entry in Zoo.entries {
            guard let structure = entry.build().structure else { continue }
            var options = DesignSpace.Options()
            options.frozenBlocks = Set(structure.blocks.indices)
            guard let space = try? DesignSpace(start: structure, resolution: 224, options: options) else { continue }
            let result = try ExactSolver(space: space, score: ClosedFormScore(entropy)).solve(Budgets())
            #expect(result.best.structure.blocks == structure.blocks)
            let total = entropy.score(structure).total
            #expect(isClose(result.certificate.bound, total, relative: 1e-9), "\(structure.name): \(result.certificate.bound), not \(total)")
            checked += 1
        }
        #expect(checked >= 20, "\(checked) structures")
    }

    @Test func doesNotDependOnThreads() throws {
        var results: [ExactResult] = []
        for threads in [1, 2, 3] {
            var result = try solve(R50Problem.space(), R50Problem.budgets, threads: threads)
            result.certificate.seconds = 0
            result.certificate.tableSeconds = 0
            results.append(result)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    // MARK: Refusals

    @Test(arguments: TinySpace.all)
    func saysWhatCannotBeMet(_ tiny: TinySpace) throws {
        let space = try tiny.space()
        let least = try space.smallest().cost(resolution: tiny.resolution)
        let impossible: [(BudgetKind, Budgets, Double)] = [
            (.params, Budgets(params: least.params - 1), Double(least.params)), (.layers, Budgets(layers: least.layers - 1), Double(least.layers)),
            (.memory, Budgets(memoryBytes: least.peakActivationBytes / 3), Double(least.peakActivationBytes)),
        ]
        for (kind, budgets, needed) in impossible {
            let error = searchError { _ = try solve(space, budgets) }
            #expect(error?.code == .budgetCannotBeMet && error?.shortfall?.budget == kind && error?.shortfall?.smallest == needed)
        }
        let error = searchError { _ = try solve(space, Budgets(latency: .nanoseconds(20_001)), latency: roofline) }
        #expect(error?.code == .budgetCannotBeMet && error?.shortfall?.budget == .latency)
        let exact = Budgets(params: least.params, layers: least.layers)
        #expect(try solve(space, exact).best.totals.params == least.params)
    }

    @Test func refusesWhatDoesNotAddUp() throws {
        struct Plain: Score {
            let name = "plain"
            func score(_ structure: Structure) -> Double { ClosedFormEntropy.maeDet.total(structure) }
        }
        struct Product: AdditiveScore {
            let name = "product"
            func score(_ structure: Structure) -> Double { 0 }
            func term(_ block: Block, index: Int, strides: [Int]) -> Double { Double(block.inChannels * block.outChannels * (block.bottleneck + 1)) }
        }
        let space = try TinySpace.all[0].space()
        for score in [Plain(), Product()] as [any Score] {
            let error = searchError { _ = try ExactSolver(space: space, score: score).solve(Budgets(params: 100_000)) }
            #expect(error?.code == .notSeparable && error?.message.contains("--solver evolution") == true)
        }
        let holes = TableLatencySource { block, index, _ in index == 2 && block.outChannels == 32 ? -5 : 100 * Double(block.depth) }
        let hole = searchError { _ = try solve(space, Budgets(latency: .nanoseconds(1e6)), latency: holes) }
        #expect(hole?.code == .sourceFailed && hole?.message.contains("hole") == true, "\(String(describing: hole))")
        let wild = TableLatencySource { block, _, _ in
            1e3 + Double(block.depth) * Double(block.inChannels * block.outChannels * (block.bottleneck + 1)).squareRoot()
        }
        let tangled = searchError { _ = try solve(space, Budgets(latency: .nanoseconds(1e6)), latency: wild) }
        #expect(tangled?.code == .notSeparable, "\(String(describing: tangled))")
    }

    @Test func refusesBadOptions() throws {
        let space = try TinySpace.all[0].space()
        func refused(_ change: (inout ExactOptions) -> Void) -> Bool {
            var options = ExactOptions()
            change(&options)
            return searchError { _ = try ExactSolver(space: space, score: closedForm, options: options) }?.code == .badOption
        }
        #expect(refused { $0.threads = 0 } && refused { $0.rounds = 0 } && refused { $0.listed = 0 } && refused { $0.within = 1.5 })
        #expect(searchError { _ = try solve(space, Budgets(latency: .nanoseconds(1e6))) }?.code == .badOption)
    }
}
