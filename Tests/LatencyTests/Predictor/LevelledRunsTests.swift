import Inference
import Testing

@testable import Latency

/// The same network in several ways, in minutes that were worse and better.
@Suite struct LevelledRunsTests {
    /// Two steps that are computed alike in every way, and one in several.
    static func run(_ nanoseconds: [Double], _ method: ConvolutionMethod, barrier: Double = 60) -> NetworkSteps {
        NetworkSteps(methods: [nil, nil, method], nanoseconds: nanoseconds, totals: [UInt64(nanoseconds.reduce(0, +))], barrierNanoseconds: barrier)
    }

    @Test func theLeastDisturbedRunSetsTheLevel() {
        let quiet = Self.run([100, 300, 600], .winograd(.f43))
        // Everything took a quarter longer, this way's own step too.
        let busy = Self.run([125, 375, 1250], .direct)
        let levelled = NetworkSteps.levelled([busy, quiet])
        #expect(levelled[0].nanoseconds == [100, 300, 1000] && levelled[0].totals == [1400])
        #expect(levelled[1] == quiet)
    }

    /// Single steps scatter either way: the sum of all that are shared decides, not the least of each.
    @Test func theSumOfSharedStepsDecides() {
        let runs = [Self.run([90, 310, 600], .direct), Self.run([110, 290, 500], .winograd(.f43))]
        #expect(NetworkSteps.levelled(runs) == runs)
    }

    @Test func coresAtAnotherDistanceAreAnotherMachine() {
        let runs = [Self.run([100, 300, 600], .direct, barrier: 60), Self.run([150, 450, 900], .winograd(.f43), barrier: 400)]
        #expect(NetworkSteps.levelled(runs) == runs)
    }

    /// Steps of which nothing is known in one run, and ways that share next to nothing, tell nothing.
    @Test func whatIsNotSharedTellsNothing() {
        let unknown = [Self.run([0, 0, 600], .direct), Self.run([100, 300, 900], .winograd(.f43))]
        #expect(NetworkSteps.levelled(unknown) == unknown)
        let few = [Self.run([10, 20, 970], .direct), Self.run([20, 40, 2000], .winograd(.f43))]
        #expect(NetworkSteps.levelled(few) == few)
        #expect(NetworkSteps.levelled([unknown[0]]) == [unknown[0]])
    }
}
