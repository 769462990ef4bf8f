import Architecture
import Entropy
import Search
import Support
import Testing

/// The exact solver inside the loop of measuring and correcting.
@Suite struct ExactLatencySearchTests {
    private typealias FakeMeasurer = LatencySearchTests.FakeMeasurer

    private func search(
        _ measurer: FakeMeasurer, _ budgets: Budgets, within: Double? = nil, rounds: Int = 3
    ) throws -> SearchResult {
        var options = LatencySearchOptions()
        options.rounds = rounds
        options.exact = ExactOptions()
        options.exact?.threads = 2
        options.exact?.within = within
        options.exact?.listed = 40
        return try LatencySearch(
            space: R50Problem.space(), score: closedForm, latency: roofline, measurer: measurer, budgets: budgets, options: options
        ).run()
    }

    @Test func measuresTheOptimumWithoutALatencyBudget() throws {
        let measurer = FakeMeasurer { _ in 1.1 }
        let result = try search(measurer, R50Problem.budgets)
        #expect(abs(result.winner.score - R50Problem.optimum) <= 1e-6 && result.meetsBudget)
        #expect(measurer.rounds == [[result.winner.structure]])
        let exact = try #require(result.exact)
        #expect(exact.optimum.best.structure == result.winner.structure && exact.optimum.gap <= 1e-4 && exact.list == nil)
        #expect(exact.composedLimitNanoseconds == nil && result.evaluations == 0)
    }

    @Test(arguments: [0.9, 1.1])
    func correctsUntilTheMeasuredOptimumFits(_ error: Double) throws {
        let measurer = FakeMeasurer { _ in error }
        let budgets = Budgets(latency: .nanoseconds(120e6), layers: 91)
        let result = try search(measurer, budgets, rounds: 3)
        #expect(result.meetsBudget && result.winner.measured.use(of: .nanoseconds(120e6)) <= 1)
        // After the correction the budget is used but for the measurement's width.
        #expect(result.winner.measured.use(of: .nanoseconds(120e6)) > 0.98)
        let measured = measurer.rounds.flatMap(\.self)
        #expect(Set(measured).count == measured.count)
        let exact = try #require(result.exact)
        #expect(exact.optimum.best.structure == result.winner.structure)
        #expect(try #require(exact.composedLimitNanoseconds) * error <= 120e6 * 1.0001)
    }

    @Test func measuredLatencyChoosesWithinTheMargin() throws {
        // A machine that likes narrow last blocks more than the composed latency knows.
        let measurer = FakeMeasurer { 0.8 + 0.4 * Double($0.blocks[5].outChannels) / 2048 }
        let result = try search(measurer, R50Problem.budgets, within: 0.002)
        let exact = try #require(result.exact)
        let list = try #require(exact.list)
        #expect(abs(exact.optimum.best.score - R50Problem.optimum) <= 1e-6)
        #expect(list.order == "predicted latency" && list.structures.count == 40 && !list.isComplete)
        let times = list.structures.compactMap(\.predictedNanoseconds)
        #expect(times.count == 40 && times == times.sorted())
        let space = try R50Problem.space()
        for network in list.structures {
            #expect(network.score >= R50Problem.optimum * (1 - 0.002) - 1e-9 && network.score <= R50Problem.bound)
            #expect(network.totals.referenceFLOPs <= 188e8 && network.totals.layers <= 91 && space.contains(network.structure))
        }
        #expect(result.finalists.count == 4 && result.finalists.contains { $0.structure == exact.optimum.best.structure })
        #expect(result.finalists.allSatisfy { $0.measured.ratio! >= result.winner.measured.ratio! })
        #expect(result.winner.structure != exact.optimum.best.structure)
    }

    @Test func measuresTheSmallestBeforeItGivesUp() throws {
        let space = try R50Problem.space()
        let smallest = try composed(space.smallest(), resolution: 480, roofline)
        let error = searchError { _ = try search(FakeMeasurer { _ in 1 }, Budgets(latency: .nanoseconds(smallest / 2))) }
        #expect(error?.code == .budgetCannotBeMet && error?.message.contains("by measurement") == true)
        let layers = searchError { _ = try search(FakeMeasurer { _ in 1 }, Budgets(layers: 8)) }
        #expect(layers?.shortfall?.budget == .layers && layers?.shortfall?.smallest == 16)
    }
}
