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
            /// Called by member 0 in each run, with the number of samples before it.
            let work: @Sendable (_ sample: Int) -> Void
            private var samples = 0
            /// Runs of the warm-up have no number: they have no marks.
            private static let warmingUp = -1

            init(_ team: ThreadTeam, work: @escaping @Sendable (_ sample: Int) -> Void = { _ in }) {
                self.team = team
                self.work = work
            }

            func sample(runs: Int) -> [UInt64] { sample(runs: runs, marks: nil) }

            func sample(runs: Int, marks: TeamMarks?) -> [UInt64] {
                nonisolated(unsafe) let times = UnsafeMutablePointer<UInt64>.allocate(capacity: runs)
                defer { times.deallocate() }
                let first = marks == nil ? nil : samples
                team.run { [work] member in
                    for run in 0..<runs {
                        marks?.pass(run, member: member)
                        let start = zd_now_ns()
                        if member == 0 { work(first.map { $0 + run } ?? Self.warmingUp) }
                        while zd_now_ns() - start < 1_000_000 {}
                        if member == 0 { times[run] = zd_now_ns() - start }
                    }
                    marks?.pass(runs, member: member)
                }
                if first != nil { samples += runs }
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

        /// The same with four hundred samples, however long they take: the disturbances come at samples of known numbers.
        static var longPlan: MeasurementPlan {
            var plan = plan
            plan.minSamples = 400
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
            // The ledger names blocks and single samples as well.
            let ledger = try #require(result.ledger)
            for level in [ledger.entries, ledger.blocks] {
                #expect(level.contains { !Set($0.causes).isDisjoint(with: [.foreignLoad, .runQueueWait, .involuntarySwitches]) })
                #expect(level.reduce(0) { $0 + $1.samples } == result.samplesNanoseconds.count)
            }
            #expect(result.flags.contains { $0.contains(" in samples ") })
        }

        @Test func aNeighbourOnTheOtherHardwareThreadIsNamed() throws {
            guard let sibling = topology.core(ofCPU: cpu)?.pus.first(where: { $0 != cpu && topology.allowedCPUs.contains($0) }) else {
                print("skipped: the core of CPU \(cpu) has no second hardware thread that this process may use")
                return
            }
            // The core has to be seen undisturbed once.
            _ = measure(Spinning(team), plan: Self.plan, observer: TeamObserver(team))
            let rival = try Child("while :; do :; done", cpu: sibling)
            defer { rival.end() }
            let result = measure(Spinning(team), plan: Self.plan, observer: TeamObserver(team))
            #expect(result.judgement.reasons.contains { $0.cause == .sharedCore && $0.verdict == .suspect }, "\(result.noise)")
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
            let faulting = Spinning(team) { _ in
                touchFreshPages(512)
            }
            let result = measure(faulting, plan: Self.plan, observer: TeamObserver(team))
            #expect((result.noise.minorFaults ?? 0) >= 512 * result.samplesNanoseconds.count)
            #expect(result.judgement.reasons.contains { $0.cause == .minorFaults }, "\(result.noise)")
            #expect(result.flags.contains { $0.hasPrefix("minor faults in samples") })
        }

        /// A thread that goes away in one sample and comes home in another: these two are named, and no others.
        @Test func theMigratedSamplesAreNamed() throws {
            guard let other = topology.allowedCPUs.first(where: { $0 != cpu }) else {
                print("skipped: a migration needs a second CPU, and this process may use \(topology.allowedCPUs) only")
                return
            }
            let home = cpu
            let straying = Spinning(team) { sample in
                // The thread moves itself, at once, and stays for exactly three samples.
                if sample == 100 { bind(0, to: other) } else if sample == 103 { bind(0, to: home) }
            }
            let result = measure(straying, plan: Self.longPlan, observer: TeamObserver(team))
            bind(team.threadIDs[0], to: home)
            let ledger = try #require(result.ledger)
            try #require(result.samplesNanoseconds.count > 200 && ledger.samplesPerEntry < 20)
            for entry in ledger.entries {
                let range = entry.firstSample..<entry.firstSample + entry.samples
                // Away from 100 to 103: seen on the wrong CPU between these, moved at the ends.
                let isHit = range.overlaps(100..<104)
                #expect(entry.causes.contains(.migrations) == isHit, "samples \(range): \(entry.noise)")
            }
            #expect(ledger.causes(ofSample: 101).contains(.migrations) && !ledger.causes(ofSample: 150).contains(.migrations))
            #expect(result.judgement.reasons.contains { $0.cause == .migrations && $0.verdict == .invalid })
        }

        /// Faults in ten samples: these are named, and no others.
        @Test func theFaultingSamplesAreNamed() throws {
            let faulting = Spinning(team) { sample in if (200..<210).contains(sample) { touchFreshPages(512) } }
            let result = measure(faulting, plan: Self.longPlan, observer: TeamObserver(team))
            let ledger = try #require(result.ledger)
            try #require(result.samplesNanoseconds.count > 300 && ledger.samplesPerEntry < 20)
            for entry in ledger.entries {
                let range = entry.firstSample..<entry.firstSample + entry.samples
                #expect(entry.causes.contains(.minorFaults) == range.overlaps(200..<210), "samples \(range): \(entry.noise)")
            }
            let named = ledger.disturbances.filter { $0.cause == .minorFaults }
            #expect(named.count == 1 && !named[0].isBlock && named[0].samples.contains(200) && named[0].samples.contains(209), "\(named)")
        }

        /// A rival that comes and goes: the samples of its time are named.
        @Test func theSamplesOfACompetingProcessAreNamed() throws {
            let rivals = Rivals()
            let cpu = cpu
            let result = measure(
                Spinning(team) { sample in
                    if sample == 150 { rivals.begin(on: cpu) } else if sample == 300 { rivals.end() }
                }, plan: Self.longPlan, observer: TeamObserver(team))
            rivals.end()
            let ledger = try #require(result.ledger)
            let during = ledger.entries.filter { $0.firstSample >= 150 && $0.firstSample + $0.samples <= 300 }
            let hit = during.filter { $0.causes.contains(.runQueueWait) || $0.causes.contains(.involuntarySwitches) }
            // Starting a process takes some samples; then the scheduler gives it half of the core, in slices of a few milliseconds.
            #expect(!hit.isEmpty && hit.count >= during.count / 10, "\(hit.count) of \(during.count)")
            #expect(result.flags.contains { $0.hasPrefix("run queue wait in samples") || $0.hasPrefix("involuntary switches in samples") }, "\(result.flags)")
        }

        /// In turns every subject's ledger has its own turns' disturbances only.
        @Test func aTurnIsNotAccusedOfAnothersDisturbances() throws {
            var plan = InterleavedPlan()
            plan.measurement = Self.plan
            plan.minRounds = 4
            plan.maxRounds = 4
            let subjects = [Spinning(team) { _ in touchFreshPages(64) }, Spinning(team)]
            let result = measureInterleaved(subjects, plan: plan, observer: TeamObserver(team))
            for (index, measurement) in result.measurements.enumerated() {
                let ledger = try #require(measurement.ledger)
                #expect(ledger.entries.reduce(0) { $0 + $1.samples } == measurement.samplesNanoseconds.count)
                #expect(ledger.blocks.reduce(0) { $0 + $1.samples } == measurement.samplesNanoseconds.count)
                #expect(ledger.entries.allSatisfy { $0.causes.contains(.minorFaults) == (index == 0) }, "subject \(index)")
            }
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

    /// Makes pages and touches each once.
    private func touchFreshPages(_ count: Int) {
        let bytes = count * 4096
        guard let map = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), map != MAP_FAILED else { return }
        madvise(map, bytes, 15)  // MADV_NOHUGEPAGE: one fault a page
        for page in 0..<count { map.storeBytes(of: 1, toByteOffset: page * 4096, as: UInt8.self) }
        munmap(map, bytes)
    }

    /// A competing process that a sample may start and another end.
    private final class Rivals: @unchecked Sendable {
        private var child: Child?

        func begin(on cpu: Int) { child = try? Child("while :; do :; done", cpu: cpu) }

        func end() {
            child?.end()
            child = nil
        }
    }

    private func bind(_ thread: Int32, to cpu: Int) {
        var words = [UInt64](repeating: 0, count: 16)
        words[cpu / 64] |= 1 << UInt64(cpu % 64)
        _ = zd_set_affinity(thread, words, Int32(words.count))
    }
#endif
