import Architecture
import Search
import Support
import Synchronization
import Testing

/// Evolution under a latency budget, with a table as latency source.
@Suite struct LatencyEvolutionTests {
    private func run(
        _ named: NamedSpace, milliseconds: Double, seed: UInt64 = 1, evaluations: Int = 20_000, source: any LatencySource = roofline,
        _ change: (inout EvolutionOptions) -> Void = { _ in }
    ) throws -> EvolutionResult {
        var options = EvolutionOptions()
        options.evaluations = evaluations
        options.seed = seed
        change(&options)
        return try Evolution(
            space: named.space(), score: closedForm, latency: source, budgets: Budgets(latency: .nanoseconds(milliseconds * 1e6)), options: options
        ).run()
    }

    private static let r50 = NamedSpace(start: "start-r50", resolution: 480)

    @Test(arguments: NamedSpace.all, [21, 22, 23] as [UInt64])
    func neverExceedsTheBudget(_ named: NamedSpace, seed: UInt64) throws {
        let space = try named.space()
        let structure = named.walk(space, seed: seed, length: 20)
        let budget = try composed(structure, resolution: named.resolution, roofline)
        let result = try run(named, milliseconds: budget / 1e6, seed: seed, evaluations: 5_000)
        for elite in result.elites {
            let latency = try composed(elite.structure, resolution: named.resolution, roofline)
            #expect(latency <= budget)
            #expect(isClose(latency, try #require(elite.predictedNanoseconds), relative: 1e-12))
            #expect(space.violation(of: elite.structure) == nil)
        }
        #expect(result.best.score > closedForm.score(structure) || result.best.structure == structure)
        #expect(result.pricedBlocks <= EvolutionOptions().pricedBlockMaximum)
    }

    @Test func repeatsItself() throws {
        let first = try run(Self.r50, milliseconds: 150, seed: 9)
        let second = try run(Self.r50, milliseconds: 150, seed: 9)
        #expect(first.elites == second.elites && first.pricedBlocks == second.pricedBlocks)
    }

    @Test func asksForEachBlockOnceAndFewInAll() throws {
        let asked = Mutex<[TableLatencySource.Entry: Int]>([:])
        let table = TableLatencySource { block, _, side in
            asked.withLock { $0[TableLatencySource.Entry(block: block, inputSide: side), default: 0] += 1 }
            return rooflineNanoseconds(block, side: side)
        }
        let few = try run(Self.r50, milliseconds: 150, evaluations: 100_000, source: table) { $0.pricedBlockMaximum = 600 }
        let counts = asked.withLock { $0 }
        #expect(counts.values.allSatisfy { $0 == 1 })
        #expect(counts.count == few.pricedBlocks && few.pricedBlocks <= 600)
        #expect(few.pricedShapes <= few.pricedBlocks)
        // A hundred times the prices find little more: estimates lead to the same place.
        let many = try run(Self.r50, milliseconds: 150, evaluations: 100_000) { $0.pricedBlockMaximum = 60_000 }
        #expect(few.best.score >= 0.995 * many.best.score)
    }

    @Test func manageWithHardlyAnyPrices() throws {
        // Too few for estimates: every candidate is priced until the room is used up.
        let result = try run(Self.r50, milliseconds: 500, evaluations: 2_000) { $0.pricedBlockMaximum = 12 }
        #expect(result.pricedBlocks <= 12)
        #expect(try composed(result.best.structure, resolution: 480, roofline) <= 500e6)
    }

    @Test func shrinksByLatency() throws {
        let named = NamedSpace(start: "maedet-l", resolution: 480)
        let latency = try composed(named.structure(), resolution: 480, roofline)
        let result = try run(named, milliseconds: latency / 8e6, evaluations: 3_000)
        #expect(try composed(result.best.structure, resolution: 480, roofline) <= latency / 8)
    }

    @Test func saysWhenLatencyCannotBeMet() throws {
        let space = try Self.r50.space()
        let error = searchError {
            _ = try Evolution(space: space, score: closedForm, latency: roofline, budgets: Budgets(latency: .nanoseconds(1e5))).run()
        }
        #expect(error?.code == .budgetCannotBeMet && error?.shortfall?.budget == .latency)
        #expect(error?.shortfall.map { $0.smallest > $0.limit } == true)
        #expect(error?.message.contains("latency") == true)
    }

    @Test func refusesBrokenTables() throws {
        func code(_ source: some LatencySource) -> SearchError? {
            searchError { _ = try run(Self.r50, milliseconds: 150, evaluations: 500, source: source) }
        }
        for value in [0, -1, .nan, .infinity] as [Double] { #expect(code(TableLatencySource { _, _, _ in value })?.code == .sourceFailed, "\(value)") }
        struct Broken: Error {}
        #expect(code(TableLatencySource { _, _, _ in throw Broken() })?.message.contains("Broken") == true)
        let empty = code(TableLatencySource(entries: [:]))
        #expect(empty?.code == .sourceFailed && empty?.message.contains("no entry") == true)
    }

    @Test func readsATableOfEntries() throws {
        let block = Block(.convKXBNRELU, in: 3, out: 16, stride: 2, kernelSize: 3)
        let table = TableLatencySource(overheadNanoseconds: 5, entries: [TableLatencySource.Entry(block: block, inputSide: 64): 123])
        #expect(try table.nanoseconds(block: block, index: 0, inputSide: 64) == 123)
        #expect(table.overheadNanoseconds == 5)
        #expect(throws: SearchError.self) { try table.nanoseconds(block: block, index: 0, inputSide: 32) }
    }
}
