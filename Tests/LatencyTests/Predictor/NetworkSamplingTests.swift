import Architecture
import Inference
import Machine
import TensorCore
import Testing

@testable import Latency

/// Visits of one network that are pooled.
@Suite struct NetworkSamplingTests {
    static func pass(_ parts: [StepPart], barrier: Double, nanoseconds: UInt64, share: Double = 1) -> NetworkSteps.Samples {
        var pass = NetworkSteps.Samples(parts: parts, members: 1, needed: 5)
        let samples = Array(repeating: nanoseconds, count: 5)
        let shares = [Double?](repeating: share, count: 5)
        pass.add(runs: samples.map { $0 * UInt64(parts.count) }, Array(repeating: 0.5, count: 5))
        pass.add(MemberTimes(nanoseconds: parts.map { _ in [samples] }, coreShares: parts.map { _ in [shares] }, gigahertz: parts.map { _ in [samples.map { _ in nil }] }))
        pass.sawBarrier(barrier)
        return pass
    }

    static let program = Result { try SyntheticMachine.program(7000) }

    private static func parts(_ program: Program) -> [StepPart] { program.steps.indices.map { StepPart(step: $0, endsAtBarrier: false) } }

    private static func sampling(_ program: Program) -> NetworkSampling { NetworkSampling(program, choice: NetworkSteps.choice(program, way: 0)) }

    @Test func beforeTheFirstVisitNothingIsKnown() throws {
        let sampling = Self.sampling(try Self.program.get())
        #expect(sampling.steps.isDisturbed && sampling.steps.knownShare == 0 && !sampling.isSettled)
    }

    /// The lower end of all visits' samples, however slow the machine was in the others.
    @Test func visitsArePooled() throws {
        let program = try Self.program.get()
        let parts = Self.parts(program)
        var sampling = Self.sampling(program)
        for nanoseconds in [1400, 1000, 1300] as [UInt64] { sampling.keep(Self.pass(parts, barrier: 60, nanoseconds: nanoseconds)) }
        #expect(!sampling.steps.isDisturbed && sampling.steps.isSummed)
        #expect(sampling.steps.nanoseconds.allSatisfy { $0 == 1000 })
    }

    /// A visit whose samples were all disturbed adds nothing, and takes nothing away.
    @Test func disturbedVisitsAreNoHindrance() throws {
        let program = try Self.program.get()
        let parts = Self.parts(program)
        var sampling = Self.sampling(program)
        sampling.keep(Self.pass(parts, barrier: 60, nanoseconds: 1500, share: 0.6))
        #expect(sampling.steps.isDisturbed)
        sampling.keep(Self.pass(parts, barrier: 60, nanoseconds: 1000))
        #expect(!sampling.steps.isDisturbed && sampling.steps.nanoseconds.allSatisfy { $0 == 1000 })
    }

    /// Passes with the cores near and far do not mix; those of which there are more count, and disturbed ones only where there are no others.
    @Test func nearAndFarCoresAreKeptApart() throws {
        let program = try Self.program.get()
        let parts = Self.parts(program)
        var sampling = Self.sampling(program)
        for _ in 0..<4 { sampling.keep(Self.pass(parts, barrier: 60, nanoseconds: 1500, share: 0.6)) }
        sampling.keep(Self.pass(parts, barrier: 300, nanoseconds: 1100))
        #expect(sampling.steps.barrierNanoseconds == 300 && sampling.steps.nanoseconds.allSatisfy { $0 == 1100 })
        sampling.keep(Self.pass(parts, barrier: 62, nanoseconds: 1000))
        #expect(abs(sampling.steps.barrierNanoseconds - 60.4) < 1e-9 && sampling.steps.nanoseconds.allSatisfy { $0 == 1000 })
    }

    /// Whatever the machine does meanwhile, after its last visit a network is settled, and every step that it has is there.
    @Test func aNetworkIsSettledAfterItsLastVisit() throws {
        let team = try ThreadTeam(plan: try PinningPlan.make(try Topology.detect(), threads: 1))
        let program = try Self.program.get()
        var sampling = Self.sampling(program)
        let speed = CoreSpeed(team: team)
        let begin = ContinuousClock.now
        for _ in 0..<NetworkSampling.mostVisits { try sampling.visit(isa: .best, team: team, coreSpeed: speed, seconds: 0, patience: 1) }
        let elapsed: Double = (ContinuousClock.now - begin) / .seconds(1)
        #expect(sampling.lostSeconds >= 0 && sampling.lostSeconds <= elapsed)
        #expect(sampling.isSettled && sampling.steps.methods.count == program.steps.count && sampling.steps.nanoseconds.count == program.steps.count)
        #expect(sampling.steps.nanoseconds.allSatisfy { $0 >= 0 } && sampling.steps.knownShare <= 1)
    }
}
