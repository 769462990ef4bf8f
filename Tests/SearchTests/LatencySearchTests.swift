import Architecture
import Latency
import Search
import Support
import Testing

/// The loop of evolving and measuring, with a measurer whose truth is a function.
@Suite struct LatencySearchTests {
    /// Measures by a formula: composed latency times `error`, with the machine at `speed` in each run, and an interval of ±`width`.
    final class FakeMeasurer: WholeNetworkMeasurer {
        var error: (Structure) -> Double
        var width = 0.004
        /// Of the machine, by run: a relative budget must not care.
        var speeds: [Double] = [1]
        var baselineNanoseconds: Double? = 150e6
        var verdict: (Structure) -> Verdict = { _ in .valid }
        /// 90th percentile over the median; nil measures none.
        var tail: Double?
        /// What the baseline's 90th percentile is taken to be over its median.
        let baselineTail = 1.1
        private(set) var rounds: [[Structure]] = []

        init(error: @escaping (Structure) -> Double) { self.error = error }

        func measure(_ structures: [Structure]) throws -> MeasuredRound {
            let speed = speeds[min(rounds.count, speeds.count - 1)]
            rounds.append(structures)
            func measured(_ nanoseconds: Double, _ verdict: Verdict) -> MeasuredNetwork {
                let ratio = baselineNanoseconds.map { nanoseconds / $0 }
                let value = nanoseconds * speed
                return MeasuredNetwork(
                    medianNanoseconds: value, lowNanoseconds: value * (1 - width), highNanoseconds: value * (1 + width), ratio: ratio,
                    ratioLow: ratio.map { $0 * (1 - width) }, ratioHigh: ratio.map { $0 * (1 + width) }, p90Nanoseconds: tail.map { value * $0 },
                    p90Ratio: tail.flatMap { tail in ratio.map { $0 * tail / baselineTail } }, samples: tail == nil ? nil : 100, verdict: verdict)
            }
            return MeasuredRound(
                baseline: baselineNanoseconds.map { measured($0, .valid) },
                networks: try structures.map { measured(try composed($0, resolution: 480, roofline) * error($0), verdict($0)) })
        }
    }

    private func options(rounds: Int = 3, finalists: Int = 4) -> LatencySearchOptions {
        var options = LatencySearchOptions()
        options.evolution.evaluations = 20_000
        options.evolution.seed = 4
        options.rounds = rounds
        options.finalists = finalists
        return options
    }

    private func search(
        _ measurer: FakeMeasurer, _ latency: LatencyBudget?, options: LatencySearchOptions? = nil, other: Budgets = Budgets()
    ) throws -> SearchResult {
        let space = try NamedSpace(start: "start-r50", resolution: 480).space()
        var budgets = other
        budgets.latency = latency
        return try LatencySearch(
            space: space, score: closedForm, latency: roofline, measurer: measurer, budgets: budgets, options: options ?? self.options()
        ).run()
    }

    @Test(arguments: [0.7, 0.9, 1, 1.1, 1.5])
    func convergesWhateverTheErrorOfThePrediction(_ error: Double) throws {
        let measurer = FakeMeasurer { _ in error }
        let result = try search(measurer, .nanoseconds(150e6))
        #expect(result.meetsBudget && result.winner.keepsBudget)
        #expect(result.winner.measured.highNanoseconds! <= 150e6)
        // The budget is used: nothing was given away to the wrong prediction.
        #expect(result.winner.measured.medianNanoseconds >= 0.97 * 150e6)
        #expect(isClose(result.corrections.last!.found, error, relative: 1e-9))
        #expect(result.corrections.count <= 3)
        // The same as a search that knew the truth from the start, but for a little.
        var knowing = options()
        knowing.initialCorrection = error
        let best = try search(FakeMeasurer { _ in error }, .nanoseconds(150e6), options: knowing)
        #expect(best.corrections.count == 1, "nothing to correct: one round")
        #expect(result.winner.score >= 0.99 * best.winner.score)
    }

    @Test(arguments: [0.9, 1.1])
    func judgesARelativeBudgetByThePairedRatio(_ error: Double) throws {
        let measurer = FakeMeasurer { _ in error }
        // The machine slows down by a half after the first look at the baseline, and recovers a little.
        measurer.speeds = [1, 1.5, 1.2]
        let result = try search(measurer, .relative(factor: 0.8, baseline: "resnet50"))
        #expect(result.meetsBudget)
        #expect(result.winner.measured.ratioHigh! <= 0.8)
        #expect(result.winner.measured.ratio! >= 0.77)
        // In nanoseconds the slow rounds would be over 0.8 times the first look.
        #expect(result.winner.measured.medianNanoseconds > 0.8 * 150e6)
        #expect(result.baseline?.medianNanoseconds ?? 0 > 150e6, "the baseline measured beside the winner")
    }

    /// A budget at p90 is kept by the 90th percentile: the median stays as far below it as the samples' tail is long.
    @Test(arguments: [1.05, 1.3])
    func aBudgetAtP90IsKeptByTheTail(_ tail: Double) throws {
        var budgets = Budgets()
        budgets.latencyPercentile = .p90
        let measurer = FakeMeasurer { _ in 1.1 }
        measurer.tail = tail
        let result = try search(measurer, .nanoseconds(150e6), other: budgets)
        let winner = result.winner.measured
        #expect(result.meetsBudget && winner.p90Nanoseconds! <= 150e6 && winner.p90Nanoseconds! >= 0.96 * 150e6)
        #expect(winner.medianNanoseconds <= 150e6 / tail + 1)
        // Composed latencies are corrected to what the budget is about.
        #expect(isClose(result.corrections.last!.found, 1.1 * tail, relative: 1e-9))
        #expect(result.finalists.allSatisfy { $0.keepsBudget == ($0.measured.p90Nanoseconds! <= 150e6) })

        // Relative to a baseline the 90th percentiles of one run are held against each other, whatever the machine's speed.
        let relative = FakeMeasurer { _ in 1.1 }
        relative.tail = tail
        relative.speeds = [1, 1.5]
        let other = try search(relative, .relative(factor: 0.8, baseline: "resnet50"), other: budgets)
        #expect(other.meetsBudget && other.winner.measured.p90Ratio! <= 0.8)
        #expect(other.finalists.allSatisfy { $0.keepsBudget == ($0.measured.p90Ratio! <= 0.8) })
    }

    /// Of a prediction nobody knows the tail: nothing keeps a budget at p90 by it.
    @Test func withoutSamplesNothingKeepsABudgetAtP90() {
        let predicted = MeasuredNetwork(medianNanoseconds: 1, ratio: 0.1, verdict: .suspect)
        #expect(predicted.use(of: .nanoseconds(10)) == 0.1 && predicted.use(of: .nanoseconds(10), at: .p90) == .infinity)
        #expect(predicted.use(of: .relative(factor: 1, baseline: "a")) == 0.1 && predicted.use(of: .relative(factor: 1, baseline: "a"), at: .p90) == .infinity)
        var budgets = Budgets()
        budgets.latencyPercentile = .p90
        #expect(budgets.isEmpty, "a percentile is no limit")
    }

    @Test func aSlowerMachineIsNoReasonForAnotherRound() throws {
        // Between the first look at the baseline and the finalists everything slows down alike: the paired ratios stay.
        let measurer = FakeMeasurer { _ in 1 }
        measurer.speeds = [1, 2]
        let result = try search(measurer, .relative(factor: 1, baseline: "resnet50"))
        #expect(result.meetsBudget && result.corrections.count == 1)
        // On the scale of the first look, the composed latencies were right.
        #expect(isClose(result.corrections[0].found, 1, relative: 1e-9))
    }

    @Test func aSlowRoundThatIsInvalidDoesNotRaiseTheBudget() throws {
        // Once, such a round doubled what a composed latency might be, and all later finalists took twice the budget.
        let measurer = FakeMeasurer { _ in 1.1 }
        measurer.speeds = [1, 2.3, 2.3, 1]
        var measured = 0
        measurer.verdict = { _ in
            measured += 1
            return measured <= 4 ? .invalid : .valid
        }
        let result = try search(measurer, .relative(factor: 1, baseline: "resnet50"))
        #expect(result.meetsBudget && result.winner.measured.ratioHigh! <= 1)
        #expect(result.finalists.allSatisfy { $0.measured.ratio! < 1.2 })
        #expect(isClose(result.corrections[0].found, 1.1, relative: 1e-9), "the paired ratios of an INVALID round still correct")
    }

    @Test func finalistsDifferAndAreMeasuredOnce() throws {
        let measurer = FakeMeasurer { structure in 1 + 0.05 * Double(structure.blocks[2].outChannels % 7) / 7 }
        let result = try search(measurer, .nanoseconds(150e6))
        let measured = measurer.rounds.flatMap(\.self)
        #expect(Set(measured).count == measured.count)
        #expect(result.finalists.map(\.structure) == measured)
        #expect(measurer.rounds.allSatisfy { $0.count <= 4 })
        let first = result.finalists.filter { $0.round == 1 }.compactMap(\.predictedNanoseconds)
        #expect(first.count == 4)
        #expect(first.max()! / first.min()! > 1.03, "spread over predicted latencies: \(first)")
    }

    @Test func winnerIsTheBestThatFits() throws {
        let measurer = FakeMeasurer { structure in 0.97 + 0.06 * Double(structure.hashable % 16) / 16 }
        let result = try search(measurer, .nanoseconds(150e6))
        #expect(result.meetsBudget)
        for finalist in result.finalists {
            #expect(finalist.keepsBudget == (finalist.measured.highNanoseconds! <= 150e6))
            if finalist.keepsBudget { #expect(finalist.score <= result.winner.score) }
        }
    }

    @Test func saysWhenNoFinalistFits() throws {
        // Every network found takes a random time above the budget: no correction helps.
        let measurer = FakeMeasurer { structure in structure.blocks[1].depth >= 1 ? 1 : 1 }
        measurer.verdict = { _ in .valid }
        measurer.error = { structure in max(1, 151e6 / (try! composed(structure, resolution: 480, roofline))) }
        let result = try search(measurer, .nanoseconds(150e6))
        #expect(!result.meetsBudget && !result.winner.keepsBudget)
        #expect(result.corrections.count == 3)
        #expect(result.finalists.allSatisfy { $0.measured.use(of: .nanoseconds(150e6)) >= result.winner.measured.use(of: .nanoseconds(150e6)) })
    }

    @Test func doesNotTrustInvalidMeasurements() throws {
        var invalid: Set<Structure> = []
        let measurer = FakeMeasurer { _ in 1 }
        measurer.verdict = { structure in
            // The first network that is measured, and with it the best of the first round.
            if invalid.isEmpty { invalid.insert(structure) }
            return invalid.contains(structure) ? .invalid : .suspect
        }
        let result = try search(measurer, .nanoseconds(150e6))
        #expect(result.meetsBudget)
        #expect(!invalid.contains(result.winner.structure))
        #expect(result.finalists[0].keepsBudget == false && invalid.contains(result.finalists[0].structure))
    }

    @Test func measuresTheSmallestBeforeItGivesUp() throws {
        let space = try NamedSpace(start: "start-r50", resolution: 480).space()
        let smallest = try composed(space.smallest(), resolution: 480, roofline)
        // Predictions twice too high: the budget looks out of reach and is not.
        let reachable = try search(FakeMeasurer { _ in 0.5 }, .nanoseconds(smallest * 0.9))
        #expect(reachable.meetsBudget)
        #expect(reachable.winner.score > closedForm.score(space.smallest()))
        // Out of reach by measurement.
        let error = searchError { _ = try search(FakeMeasurer { _ in 1 }, .nanoseconds(smallest / 2)) }
        #expect(error?.code == .budgetCannotBeMet && error?.shortfall?.budget == .latency)
        #expect(error?.shortfall.map { isClose($0.smallest, smallest * 1.004, relative: 1e-6) } == true)
        #expect(error?.message.contains("by measurement") == true)
        let layers = searchError { _ = try search(FakeMeasurer { _ in 1 }, .nanoseconds(150e6), other: Budgets(layers: 3)) }
        #expect(layers?.shortfall?.budget == .layers)
    }

    @Test func measuresWithoutALatencyBudgetToo() throws {
        let measurer = FakeMeasurer { _ in 1.2 }
        let result = try search(measurer, nil, other: R50Problem.budgets)
        #expect(result.meetsBudget && measurer.rounds.count == 1)
        #expect(result.winner.score == result.finalists.map(\.score).max())
        #expect(result.winner.predictedNanoseconds != nil)
        #expect(result.finalists.count == 4)
        #expect(result.winner.totals.layers <= 91)
    }

    @Test func repeatsItself() throws {
        let first = try search(FakeMeasurer { _ in 1.1 }, .nanoseconds(120e6))
        let second = try search(FakeMeasurer { _ in 1.1 }, .nanoseconds(120e6))
        #expect(first.finalists == second.finalists && first.evaluations == second.evaluations && first.pricedBlocks == second.pricedBlocks)
        #expect(first.pricedBlocks <= 1_000)
        #expect(first.evaluations >= 20_000 && first.seed == 4 && first.seconds > 0)
    }

    @Test func reportsProgress() throws {
        var phases: [String] = []
        let space = try NamedSpace(start: "start-r50", resolution: 480).space()
        let budgets = Budgets(latency: .relative(factor: 1, baseline: "resnet50"))
        _ = try LatencySearch(
            space: space, score: closedForm, latency: roofline, measurer: FakeMeasurer { _ in 1 }, budgets: budgets, options: options()
        ).run { progress in
            switch progress {
            case .measuringBaseline: phases.append("baseline")
            case .evolving, .solving, .evolved, .solved: break
            case .measuring(let round, let networks): phases.append("measuring \(round) \(networks)")
            case .measured(let round, let finalists, _): phases.append("measured \(round) \(finalists.count)")
            }
        }
        #expect(phases == ["baseline", "measuring 1 4", "measured 1 4"])
    }

    @Test func failsWithTheMeasurer() throws {
        struct Unplugged: Error {}
        final class Failing: WholeNetworkMeasurer {
            func measure(_ structures: [Structure]) throws -> MeasuredRound { throw Unplugged() }
        }
        let space = try NamedSpace(start: "start-r50", resolution: 480).space()
        let error = searchError {
            _ = try LatencySearch(
                space: space, score: closedForm, latency: roofline, measurer: Failing(), budgets: Budgets(latency: .nanoseconds(150e6)), options: options()
            ).run()
        }
        #expect(error?.code == .sourceFailed && error?.message.contains("Unplugged") == true)
        #expect(throws: SearchError.self) {
            try search(FakeMeasurer { _ in 1 }, .nanoseconds(150e6), options: LatencySearchOptions(rounds: 0))
        }
    }
}

extension Structure {
    /// A number from 0 that differs between structures, the same in every process.
    fileprivate var hashable: Int {
        blocks.reduce(0) { ($0 &* 31 &+ $1.outChannels &* 7 &+ $1.bottleneck &* 3 &+ $1.depth) & 0xFFFF }
    }
}

extension LatencySearchOptions {
    fileprivate init(rounds: Int) {
        self.init()
        self.rounds = rounds
    }
}
