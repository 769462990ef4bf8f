import Inference
import Testing

@testable import Latency

@Suite struct ProbePlanTests {
    /// A committee that agrees everywhere is less sure of a network with layers that it never saw.
    @Test func theUnknownIsMeasuredFirst() throws {
        let model = try StepModelTests.usual.get()
        var narrow = model
        for index in narrow.families.indices { narrow.families[index].range.outChannels = 1...2 }
        let program = try SyntheticMachine.program(7001)
        #expect(ProbePlan.doubt(program, [model, model]) < ProbePlan.doubt(program, [narrow, narrow]))
        #expect(ProbePlan.doubt(program, []) == .infinity)
    }

    @Test func theLeastSureCandidateIsNext() throws {
        let model = try StepModelTests.usual.get()
        var other = model
        let family = try #require(other.families.firstIndex { $0.family == .depthwise })
        other.families[family].coefficients = other.families[family].coefficients.map { 3 * $0 }
        // Only the fourth candidate is of a class with depthwise layers.
        let programs = try [7000, 7001, 7002, 7003].map { try SyntheticMachine.program($0) }
        #expect(ProbePlan.leastSure(programs, [model, other]) == 3)
    }

    @Test func everyNetworkIsMeasuredOnceAndThePlanEnds() throws {
        let measured = try StepModelTests.measured(SyntheticMachine(), networks: 18)
        #expect(measured.networks.count == 18)
        #expect(Set(measured.numbers).count == 18)
        #expect(Set(measured.steps.map(\.network)) == Set(measured.numbers))
        var plan = ProbePlan(engine: SyntheticMachine().engine, isa: "avx512")
        plan.most = 4
        let short = try plan.run(
            program: { number throws(LatencyError) in try SyntheticMachine.program(number) },
            visit: { _, program in
                var random = Noise(seed: 1)
                return ([SyntheticMachine().steps(program, way: 0, random: &random)], true)
            }, elapsed: { _ in 0 })
        #expect(short.numbers == [0, 1, 2, 3])
    }

    /// Of a network that is disturbed half of the time the known half is fitted to; of one with next to no known step that step, and the network does not count.
    @Test func knownStepsOfDisturbedNetworksAreFittedTo() throws {
        let machine = SyntheticMachine()
        var plan = ProbePlan(engine: machine.engine, isa: "avx512")
        plan.most = 15
        var measuredSteps = 0
        let measured = try plan.run(
            program: { number throws(LatencyError) in try SyntheticMachine.program(number) },
            visit: { number, program in
                var random = Noise(seed: UInt64(number))
                let runs = (0..<NetworkSteps.ways(program)).map { way in
                    var run = machine.steps(program, way: way, random: &random)
                    run.isDisturbed = number % 2 == 1
                    // Nothing is to be learnt from the total of such a network.
                    if run.isDisturbed { run.totals = [1] }
                    for index in run.nanoseconds.indices where run.isDisturbed && (number % 4 == 3 ? index > 0 : index % 2 == 1) { run.nanoseconds[index] = 0 }
                    measuredSteps += run.nanoseconds.count { $0 > 0 }
                    return run
                }
                return (runs, true)
            }, elapsed: { _ in 0 })
        #expect(measured.networks.count == 15 && measured.disturbed > 0 && measured.numbers.allSatisfy { $0 % 4 != 3 })
        #expect(measured.steps.count == measuredSteps)
        let model = StepModel(
            fitting: measured.steps, isa: "avx512", engine: machine.engine,
            fitted: .init(utc: "", networks: 15, steps: measured.steps.count, seconds: 1, seed: 0)
        ).calibrated(by: measured.networks)
        #expect(abs(model.scale - machine.scale) < 0.01, "\(model.scale)")
    }

    /// An interrupted plan goes on: what the table has is not measured again.
    @Test func measuredNetworksComeFromTheTable() throws {
        let table = NetworkStepsTable(
            table: try LayerTable(inMemory: ()), context: .init(machine: "m", engine: "e", isa: "avx2", threads: 1, cpus: "0"))
        let program = try SyntheticMachine.program(1)
        var random = Noise(seed: 2)
        var steps = SyntheticMachine().steps(program, way: 0, random: &random)
        steps.gigahertz = 2.95
        let choice = NetworkSteps.choice(program, way: 0)
        #expect(try table.steps("a network", program, choice: choice) == nil)
        try table.store("a network", steps)
        let got = try #require(try table.steps("a network", program, choice: choice))
        #expect(got.methods == steps.methods)
        #expect(got.totals == steps.totals && got.gigahertz == 2.95)
        #expect(zip(got.nanoseconds, steps.nanoseconds).allSatisfy { abs($0 - $1) <= 1 })
        // Computed otherwise it is another measurement, where the network can be.
        let other = NetworkSteps.choice(program, way: 1)
        try #require(NetworkSteps.methods(program, other) != steps.methods)
        #expect(try table.steps("a network", program, choice: other) == nil)
        // A disturbed one is not taken for measured.
        var disturbed = steps
        disturbed.isDisturbed = true
        try table.store("a network", disturbed)
        #expect(try table.steps("a network", program, choice: choice) == nil)
    }

    /// One machine at two clocks is one machine: what is fitted does not depend on which network was measured at which.
    @Test func networksAreBroughtToOneClock() throws {
        let machine = SyntheticMachine()
        var plan = ProbePlan(engine: machine.engine, isa: "avx512")
        plan.most = 15
        func measured(_ clock: (Int) -> Double?) throws -> ProbePlan.Measured {
            try plan.run(
                program: { number throws(LatencyError) in try SyntheticMachine.program(number) },
                visit: { number, program in
                    var random = Noise(seed: UInt64(number))
                    var run = machine.steps(program, way: 0, random: &random)
                    run.gigahertz = 2
                    return ([clock(number).map { run.at(gigahertz: $0) } ?? run], true)
                }, elapsed: { _ in 0 })
        }
        let (one, two) = (try measured { _ in nil }, try measured { $0 % 3 == 0 ? 2 : 2.5 })
        #expect(one.gigahertz == 2 && two.gigahertz == 2 && one.typicalGigahertz == 2 && two.typicalGigahertz == 2.5)
        #expect(zip(one.steps, two.steps).allSatisfy { abs($0.nanoseconds / $1.nanoseconds - 1) < 1e-9 })
        let model = StepModel(
            fitting: two.steps, isa: "avx512", engine: machine.engine, fitted: .init(utc: "", networks: 15, steps: two.steps.count, seconds: 1, gigahertz: two.gigahertz, seed: 0)
        ).calibrated(by: two.networks)
        let program = try SyntheticMachine.program(1)
        let (slow, fast) = (try model.estimate(program).nanoseconds, try model.at(gigahertz: 2.5).estimate(program).nanoseconds)
        #expect(abs(slow / fast - 1.25) < 1e-9 && model.at(gigahertz: nil) == model)
        #expect(abs(model.at(gigahertz: 2.5).at(gigahertz: 2.5).scale / model.scale - 0.8) < 1e-12)
    }

    /// Networks that one visit is not enough for are visited again in each third of the time, and what the last visit says counts.
    @Test func unsettledNetworksAreVisitedInEveryThird() throws {
        let machine = SyntheticMachine()
        var plan = ProbePlan(engine: machine.engine, isa: "avx512")
        plan.first = 30
        var visits: [Int] = []
        let measured = try plan.run(
            program: { number throws(LatencyError) in try SyntheticMachine.program(number) },
            visit: { number, program in
                visits.append(number)
                var random = Noise(seed: UInt64(number))
                var run = machine.steps(program, way: 0, random: &random)
                let visit = visits.count { $0 == number }
                // The first visit of an odd one is no use at all; of the others the first takes twice as long.
                if visit == 1 { run.nanoseconds = run.nanoseconds.map { number % 2 == 1 ? 0 : 2 * $0 } }
                return ([run], visit == (number == 4 ? 1 : 3))
            }, elapsed: { _ in Double(visits.count) / 24 })
        // Before the last third begins there is time for one more, the ninth.
        #expect(visits == [0, 1, 2, 3, 4, 5, 6, 7] + [0, 1, 2, 3, 5, 6, 7] + [8] + [0, 1, 2, 3, 5, 6, 7] + [8])
        #expect(measured.networks.count == 9 && measured.disturbed == 0 && measured.numbers == measured.visited.map(\.number))
        for (number, network) in zip(measured.numbers, measured.networks) {
            var random = Noise(seed: UInt64(number))
            let run = machine.steps(network.program, way: 0, random: &random)
            #expect(network.runs[0].nanoseconds == run.nanoseconds.map { number == 4 ? 2 * $0 : $0 })
            #expect(measured.steps.count { $0.network == number } == run.nanoseconds.count)
        }
        #expect(measured.stepCount == measured.steps.count)
    }
}
