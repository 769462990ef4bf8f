import CPlatform
import Foundation
import Machine
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct ThreadTeamTests {
    let allowed = try! Topology.detect().allowedCPUs

    @Test func everyAllowedCPUCanBeBoundAndReadBack() throws {
        #expect(!allowed.isEmpty)
        for cpu in allowed {
            let team = try ThreadTeam(plan: .make(.detect(), cpus: [cpu]))
            #expect(team.boundCPUs == [[cpu]])
            let seen = Atomic<Int>(-1)
            team.run { _ in
                var usage = zd_thread_usage()
                zd_read_thread_usage(&usage)
                seen.store(Int(usage.current_cpu), ordering: .relaxed)
            }
            #expect(seen.load(ordering: .relaxed) == cpu)
        }
    }

    @Test func wholeTeamIsBoundAsPlanned() throws {
        let team = try ThreadTeam(plan: .make(.detect(), threads: allowed.count))
        #expect(team.count == allowed.count)
        #expect(team.boundCPUs == team.plan.cpus.map { [$0] })
        #expect(Set(team.threadIDs).count == team.count)
    }

    @Test func bindingOutsideTheMachineThrows() {
        for cpu in [8000, -1] {
            let error = #expect(throws: MachineError.self) { try ThreadTeam(plan: .init(explicit: [allowed[0], cpu])) }
            #expect(error?.code == .notBound)
            #expect(error?.message.contains("CPU \(cpu)") == true)
        }
    }

    @Test func emptyPlanThrows() {
        #expect(throws: MachineError.self) { try ThreadTeam(plan: .init(explicit: [])) }
    }

    @Test func threadThatCannotBeMadeThrows() {
        // No address space has room for a stack of 2^50 bytes.
        let error = #expect(throws: MachineError.self) { try ThreadTeam(plan: .init(explicit: [allowed[0]]), stackBytes: 1 << 50) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("could not be created") == true)
    }

    @Test func everyMemberRunsEveryJobOnce() throws {
        let team = try ThreadTeam(plan: .init(explicit: [allowed[0], allowed[allowed.count - 1], allowed[0]]))
        let counts = (0..<3).map { _ in Counter() }
        for _ in 0..<5000 { team.run { counts[$0].value.add(1, ordering: .relaxed) } }
        #expect(counts.map { $0.value.load(ordering: .relaxed) } == [5000, 5000, 5000])
    }

    @Test func callersOnManyThreadsTakeTurns() throws {
        let team = try ThreadTeam(plan: .init(explicit: [allowed[0], allowed[allowed.count - 1]]))
        let inside = Atomic<Int>(0)
        let overlaps = Atomic<Int>(0)
        let jobs = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<200 {
                team.run { member in
                    if inside.add(1, ordering: .acquiringAndReleasing).newValue > 2 { overlaps.add(1, ordering: .relaxed) }
                    team.barrier(member)
                    inside.subtract(1, ordering: .acquiringAndReleasing)
                    jobs.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(overlaps.load(ordering: .relaxed) == 0)
        #expect(jobs.load(ordering: .relaxed) == 2 * 8 * 200)
    }

    /// Members write, meet, read each other's plain writes, meet. `cpus` are indices into the allowed CPUs, so that a plan may repeat one.
    @Test(arguments: [([0], 20000), ([0, 1], 50000), ([0, 0], 3000), ([0, 1, 0, 1], 3000), ([0, 0, 0, 0, 0], 1000)])
    func barrierSeparatesPhases(cpus: [Int], rounds: Int) throws {
        let team = try ThreadTeam(plan: .init(explicit: cpus.map { allowed[$0 % allowed.count] }))
        let count = team.count
        let slots = UnsafeMutablePointer<Int>.allocate(capacity: count)
        slots.initialize(repeating: -1, count: count)
        defer { slots.deallocate() }
        nonisolated(unsafe) let shared = slots
        let errors = Atomic<Int>(0)
        for _ in 0..<2 {   // the barrier's counts must survive from job to job
            team.run { member in
                for round in 0..<rounds {
                    shared[member] = round
                    team.barrier(member)
                    for other in 0..<count where shared[other] != round { errors.add(1, ordering: .relaxed) }
                    team.barrier(member)
                }
            }
        }
        #expect(errors.load(ordering: .relaxed) == 0)
        #expect((0..<count).allSatisfy { slots[$0] == rounds - 1 })
    }

    @Test func teamsComeAndGoWithoutLeavingThreads() throws {
        var ended: [Int32] = []
        for _ in 0..<200 {
            let team = try ThreadTeam(plan: .init(explicit: [allowed[0], allowed[allowed.count - 1]]))
            team.run { team.barrier($0) }
            ended += team.threadIDs
        }
        // pthread_join returns a moment before the kernel removes the thread's entry.
        let deadline = Date().addingTimeInterval(5)
        var left: [Int32] = []
        repeat {
            left = ended.filter { named($0) }
        } while !left.isEmpty && Date() < deadline
        #expect(left.isEmpty)
    }

    @Test func valuesPassInBothDirections() throws {
        let team = try ThreadTeam(plan: .init(explicit: [allowed[0]]))
        var total = 0
        for step in 0..<1000 {
            let box = UnsafeMutablePointer<Int>.allocate(capacity: 1)
            box.initialize(to: step)
            nonisolated(unsafe) let shared = box
            team.run { _ in shared.pointee += 1 }
            total += box.pointee
            box.deallocate()
        }
        #expect(total == 500_500)
    }

    /// Whether a thread of this process with that number still carries a team's name.
    private func named(_ id: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/self/task/\(id)/comm", encoding: .utf8))?.hasPrefix("zendet-") ?? false
    }
}

private final class Counter: Sendable {
    let value = Atomic<Int>(0)
}
