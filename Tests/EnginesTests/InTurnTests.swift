import Engines
import Foundation
import Latency
import Machine
import Testing

@Suite(.serialized) struct InTurnTests {
    private var plan: InterleavedPlan {
        var plan = InterleavedPlan()
        plan.measurement.maxWarmUpNanoseconds = 5_000_000
        plan.measurement.minWarmUpRuns = 1
        plan.minRounds = 6
        plan.maxRounds = 6
        plan.visitNanoseconds = 4_000_000
        return plan
    }

    /// The team and the engine take turns: each is asked twice a round, and times are its own.
    @Test func roundsOfBoth() throws {
        let bench = try Bench()
        let engine = try bench.shell(honest)
        let comparison = try measureInTurn([bench.executable, engine], engines: [engine], plan: plan, team: bench.team)
        #expect(comparison.rounds == 6 && comparison.roundNanoseconds.allSatisfy { $0.count == 6 })
        #expect(comparison.measurements[1].medianNanoseconds == 2_000_000)
        let own = comparison.roundNanoseconds[0]
        let expected = own.map { 2_000_000 / $0 }.sorted()
        #expect(abs(comparison.ratio(of: 1, to: 0).ratio / (expected[2] * expected[3]).squareRoot() - 1) < 1e-9)
        // What the engine does on the team's CPU is no other process' work: here it only sleeps, and says so in its counters.
        #expect(comparison.measurements[0].noise.involuntarySwitches != nil && comparison.measurements[0].noise.minorFaults != nil)
    }

    @Test func aFailureIsThrownAndNamesTheEngine() throws {
        let bench = try Bench()
        let engine = try bench.shell(#"echo "{\"ready\": true}"; read a; echo "{\"t\": [0.0001]}"; read a; exit 9"#)
        let error = #expect(throws: EngineError.self) { try measureInTurn([bench.executable, engine], engines: [engine], plan: plan, team: bench.team) }
        #expect(error?.code == .gone && error?.message.contains("ended with 9") == true)
    }

    /// CPU time of a process that works in turn is its own, and not foreign load.
    @Test func aCompanionIsNotForeign() throws {
        let bench = try Bench()
        let busy = try ChildProcess(
            ["/bin/sh", "-c", "while read line; do i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done; echo done; done"], name: "busy",
            cpus: bench.team.plan.cpus, errors: .kept)
        var before = MachineState.capture(bench.team, companions: [busy.pid])
        try busy.send("go")
        _ = try busy.receive()
        var after = MachineState.capture(bench.team, companions: [busy.pid])
        // What other tests of this process use meanwhile, on whatever CPU, is left out: it would hide the loop.
        (before.processCPUNanoseconds, after.processCPUNanoseconds) = (0, 0)
        let with = before.delta(to: after)
        let used = try #require(after.companions?[0].cpuNanoseconds) - (try #require(before.companions?[0].cpuNanoseconds))
        (before.companions, after.companions) = (nil, nil)
        let all = try #require(before.delta(to: after).foreignNanoseconds)
        // The loop takes tenths of a second of the team's CPU.
        let tick = try #require(with.tickNanoseconds)
        #expect(used > 5 * tick && all > 5 * tick)
        #expect(with.foreignNanoseconds == all - min(all, used))
        #expect(with.involuntarySwitches != nil && with.runQueueWaitNanoseconds != nil)
    }
}
