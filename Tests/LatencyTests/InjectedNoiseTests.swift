import CPlatform
import Foundation
import Latency
import Machine
import Testing

#if canImport(Glibc)
    import Glibc

    /// Causes of noise that a test can make, and that the ledger must name. Nothing here depends on how fast the machine is.
    @Suite(.serialized) struct InjectedNoiseTests {
        /// Spins on every member of a team; a run is a millisecond of the clock, so whatever takes the core away makes it no shorter.
        final class Spinning: Sampled {
            let team: ThreadTeam
            /// Called by member 0 at each run.
            let work: @Sendable () -> Void

            init(_ team: ThreadTeam, work: @escaping @Sendable () -> Void = {}) {
                self.team = team
                self.work = work
            }

            func sample(runs: Int) -> [UInt64] {
                nonisolated(unsafe) let times = UnsafeMutablePointer<UInt64>.allocate(capacity: runs)
                defer { times.deallocate() }
                team.run { [work] member in
                    for run in 0..<runs {
                        let start = zd_now_ns()
                        if member == 0 { work() }
                        while zd_now_ns() - start < 1_000_000 {}
                        if member == 0 { times[run] = zd_now_ns() - start }
                    }
                }
                return Array(UnsafeBufferPointer(start: times, count: runs))
            }
        }

        /// Half a second of samples in blocks of 50 ms.
        static var plan: MeasurementPlan {
            var plan = MeasurementPlan()
            plan.maxWarmUpNanoseconds = 50_000_000
            plan.minNanoseconds = 500_000_000
            plan.maxNanoseconds = 800_000_000
            return plan
        }

        let topology: Topology
        let team: ThreadTeam

        init() throws {
            topology = try Topology.detect()
            team = try ThreadTeam(plan: try PinningPlan.make(topology, threads: 1))
        }

        var cpu: Int { team.plan.cpus[0] }

        @Test func aCompetingProcessOnTheSameCoreIsNamed() throws {
            let rival = try Child("while :; do :; done", cpu: cpu)
            defer { rival.end() }
            let result = measure(Spinning(team), plan: Self.plan, observer: TeamObserver(team))
            let causes = Set(result.judgement.reasons.map(\.cause))
            #expect(!causes.isDisjoint(with: [.foreignLoad, .runQueueWait, .involuntarySwitches]), "\(result.reasons)")
            // Half of the core is gone, whichever of these tells it: other tests of this process take part of what the rival leaves, and are not foreign.
            #expect(result.verdict == .invalid, "\(result.reasons)")
            // The ledger names the blocks as well.
            let ledger = try #require(result.ledger)
            #expect(ledger.contains { !Set($0.causes).isDisjoint(with: [.foreignLoad, .runQueueWait, .involuntarySwitches]) })
            #expect(ledger.reduce(0) { $0 + $1.samples } == result.samplesNanoseconds.count)
            #expect(result.flags.contains { $0.contains(" in samples ") })
        }

        @Test func aForcedMigrationIsNamed() throws {
            guard let other = topology.allowedCPUs.first(where: { $0 != cpu }) else {
                print("skipped: a migration needs a second CPU, and this process may use \(topology.allowedCPUs) only")
                return
            }
            let thread = team.threadIDs[0]
            let home = cpu
            let mover = Thread {
                // Away and back as a careless daemon does, until the measurement is over and for long enough to be seen.
                for place in 0..<60 {
                    bind(thread, to: place % 2 == 0 ? other : home)
                    usleep(10_000)
                }
                bind(thread, to: other)
            }
            let result = measure(Spinning(team), plan: Self.plan, observer: StartingObserver(TeamObserver(team)) { mover.start() })
            while !mover.isFinished { usleep(1000) }
            bind(thread, to: home)
            #expect(result.judgement.reasons.contains { $0.cause == .migrations && $0.verdict == .invalid }, "\(result.noise)")
            #expect(result.flags.contains { $0.hasPrefix("migrations in samples") })
        }

        @Test func pageFaultsAreNamed() throws {
            let faulting = Spinning(team) {
                // Fresh pages, each touched once.
                let bytes = 512 * 4096
                guard let map = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), map != MAP_FAILED else { return }
                madvise(map, bytes, 15)  // MADV_NOHUGEPAGE: one fault a page
                for page in 0..<512 { map.storeBytes(of: 1, toByteOffset: page * 4096, as: UInt8.self) }
                munmap(map, bytes)
            }
            let result = measure(faulting, plan: Self.plan, observer: TeamObserver(team))
            #expect((result.noise.minorFaults ?? 0) >= 512 * result.samplesNanoseconds.count)
            #expect(result.judgement.reasons.contains { $0.cause == .minorFaults }, "\(result.noise)")
            #expect(result.flags.contains { $0.hasPrefix("minor faults in samples") })
        }

        @Test func withoutFaultsNoneAreNamed() throws {
            let result = measure(Spinning(team), plan: Self.plan, observer: TeamObserver(team))
            #expect(!result.judgement.reasons.contains { $0.cause == .minorFaults || $0.cause == .migrations }, "\(result.reasons)")
        }

        /// The frequency is known everywhere: by the kernel, or by counting cycles.
        @Test func theFrequencyIsKnown() throws {
            let record = TeamObserver(team).observe { 0 }
            let hertz = try #require(record.frequencyBeforeHertz)
            #expect(hertz > 2e8 && hertz < 1e10, "\(hertz)")
            #expect(record.frequencySource != nil && !record.unknowns.contains("CPU frequency"))
        }
    }

    /// Calls something when the observed work begins.
    private struct StartingObserver: NoiseObserver {
        let observer: TeamObserver
        let start: () -> Void
        private let once = Once()

        private final class Once { var done = false }

        init(_ observer: TeamObserver, start: @escaping () -> Void) {
            self.observer = observer
            self.start = start
        }

        func observe(_ work: () -> Int) -> NoiseRecord {
            observer.observe {
                if !once.done {
                    once.done = true
                    start()
                }
                return work()
            }
        }
    }

    /// A shell command bound to one CPU.
    final class Child {
        private let pid: pid_t

        init(_ command: String, cpu: Int) throws {
            var child: pid_t = 0
            var words: [UnsafeMutablePointer<CChar>?] = (["sh", "-c", command] as [String]).map { strdup($0) } + [nil]
            defer { words.forEach { free($0) } }
            #expect(posix_spawn(&child, "/bin/sh", nil, nil, &words, environ) == 0)
            pid = child
            bind(child, to: cpu)
        }

        func end() {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
    }

    private func bind(_ thread: Int32, to cpu: Int) {
        var words = [UInt64](repeating: 0, count: 16)
        words[cpu / 64] |= 1 << UInt64(cpu % 64)
        _ = zd_set_affinity(thread, words, Int32(words.count))
    }
#endif
