import Foundation
import Latency
import Machine
import TensorCore
import Testing

@Suite struct DriftTests {
    @Test func aSlowerMachineIsCorrectedFor() {
        // The anchor went from 2.0 ms at the start to 2.2 and 2.42: twice a tenth slower.
        let correction = DriftCorrection(rawNanoseconds: 23.1e6, reference: 2e6, before: 2.2e6, after: 2.42e6)
        #expect(abs(correction.correctedNanoseconds - 23.1e6 / (1.1 * 1.1).squareRoot() / 1.1.squareRoot()) < 1)
        #expect(abs(correction.drift - (pow(1.1, 1.5) - 1)) < 1e-12 && correction.rawNanoseconds == 23.1e6)
        let still = DriftCorrection(rawNanoseconds: 5e6, reference: 2e6, before: 2e6, after: 2e6)
        #expect(still.drift == 0 && still.correctedNanoseconds == 5e6)
    }

    /// A machine that slows down by a third meanwhile: raw medians of the subjects depend on it, corrected ones do not.
    @Test func theAnchorTakesItsTurnInComparisons() throws {
        let clock = FakeClock()
        func subject(_ base: Double, _ seed: UInt64) -> FakeSampler {
            FakeSampler(seed: seed, clock: clock) { _, now, noise in base * (1 + now / 6e9) * (1 + 0.003 * noise.normal()) }
        }
        var plan = InterleavedPlan()
        plan.minRounds = 20
        plan.maxRounds = 20
        plan.measurement.maxWarmUpNanoseconds = 10_000_000
        let comparison = measureInterleaved([subject(4e6, 1), subject(5e6, 2)], plan: plan, anchor: subject(1e6, 3))
        #expect(comparison.measurements.count == 2 && comparison.ratios.count == 2 && comparison.anchorRoundNanoseconds?.count == 20)
        // At the anchor's speed of the clock's start.
        for (index, base) in [4e6, 5e6].enumerated() {
            let correction = try #require(comparison.driftCorrection(index, reference: 1e6))
            #expect(abs(correction.correctedNanoseconds / base - 1) < 0.01)
            #expect(correction.rawNanoseconds / base > 1.05 && correction.drift > 0.05)
        }
        #expect(abs(comparison.ratios[1].ratio - 1.25) < 0.01)
        // The noise floor is the baseline's, not the anchor's.
        #expect(abs((comparison.noiseFloor?.ratio ?? 0) - 1) < 0.01)
        #expect(measureInterleaved([subject(4e6, 1)], plan: plan).driftCorrection(0) == nil)
    }

    @Test func theAnchorRunsHere() throws {
        let team = try ThreadTeam(plan: try PinningPlan.make(try Topology.detect(), threads: 1))
        for isa in InstructionSet.available {
            let anchor = try Anchor(team: team, isa: isa)
            #expect(anchor.read() > 0 && anchor.sample(runs: 3).count == 3)
        }
    }

    @Test func ledgersOfComparisonsLieBySubject() {
        let clock = FakeClock()
        let subjects = [3e6, 4e6].map { base in FakeSampler(clock: clock) { _, _, noise in base * (1 + 0.003 * noise.normal()) } }
        var plan = InterleavedPlan()
        plan.measurement.maxWarmUpNanoseconds = 10_000_000
        var shallow = plan
        shallow.measurement.blockNanoseconds = 1_000_000
        #expect(measureInterleaved(subjects, plan: shallow, observer: FixedObserver(record: .quiet)).measurements.allSatisfy { $0.ledger == nil })
        let comparison = measureInterleaved(subjects, plan: plan, observer: FixedObserver(record: .quiet))
        for measurement in comparison.measurements {
            // A round has two turns of each, and each turn is a block of its own subject's samples.
            let ledger = measurement.ledger
            #expect(ledger?.blocks.count == 2 * comparison.rounds && ledger?.entries.isEmpty == true)
            var next = 0
            for block in ledger?.blocks ?? [] {
                #expect(block.firstSample == next)
                next += block.samples
            }
            #expect(next == measurement.samplesNanoseconds.count)
        }
    }
}
