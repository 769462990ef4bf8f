import Foundation
import Machine
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct MachineStateTests {
    let team = try! ThreadTeam(plan: .make(.detect(), threads: 1))

    @Test func unreadableIsUnknownAndNeverZero() throws {
        let tree = try TemporaryTree([:])
        let nothing = MachineSources(
            proc: tree.path("proc"), system: tree.path("sys"), cgroup: .detect(root: tree.path("c"), membership: tree.path("m")))
        let state = MachineState.capture(team, sources: nothing)
        let delta = state.delta(to: .capture(team, sources: nothing))
        #expect(delta.migrations == nil && delta.runQueueWaitNanoseconds == nil)
        #expect(delta.stealNanoseconds == nil && delta.stealShare == nil)
        #expect(delta.foreignNanoseconds == nil && delta.foreignShare == nil)
        #expect(delta.throttledPeriods == nil && delta.throttledMicroseconds == nil)
        #expect(delta.thermalThrottles == nil && delta.cpus[0].frequencyAfter == nil && delta.hottestMillidegrees == nil)
        #expect(delta.loadAverageBefore == nil && delta.cpuPressureMicroseconds == nil)
        // These need no file.
        #expect(delta.involuntarySwitches != nil && delta.minorFaults != nil && delta.memberCPUNanoseconds != nil)
    }

    @Test func everyReadingComesFromItsPlace() throws {
        let cpu = team.plan.cpus[0]
        let task = "proc/self/task/\(team.threadIDs[0])"
        let core = "sys/devices/system/cpu/cpu\(cpu)"
        let tree = try TemporaryTree([
            "proc/stat": "cpu  0 0 0 0\ncpu\(cpu) 100 0 50 7 7 0 0 5 0 0\n", "\(task)/sched": "se.nr_migrations : 4\n",
            "\(task)/schedstat": "9 1000 3\n", "proc/loadavg": "1.50 1 1 1/9 9\n", "proc/pressure/cpu": "some avg10=0 total=77\n",
            "\(core)/cpufreq/scaling_cur_freq": "2600000\n", "\(core)/thermal_throttle/core_throttle_count": "2\n",
            "\(core)/thermal_throttle/package_throttle_count": "1\n", "sys/class/thermal/thermal_zone0/temp": "41000\n",
            "sys/class/thermal/thermal_zone1/temp": "45500\n", "sys/class/thermal/cooling_device0/temp": "99000\n",
            "c/cgroup.controllers": "cpu\n", "c/a/cpu.max": "max 1\n", "c/a/cpu.stat": "nr_throttled 1\nthrottled_usec 5\n", "m": "0::/a\n",
        ])
        let sources = MachineSources(
            proc: tree.path("proc"), system: tree.path("sys"), cgroup: .detect(root: tree.path("c"), membership: tree.path("m")))
        let before = MachineState.capture(team, sources: sources)
        #expect(before.tickNanoseconds == 10_000_000)
        #expect(before.cpus[0].busyNanoseconds == 1_500_000_000)
        try tree.write("proc/stat", "cpu\(cpu) 9000 0 50 7 7 0 0 8 0 0\n")
        try tree.write("\(task)/sched", "se.nr_migrations : 6\n")
        try tree.write("\(task)/schedstat", "9 1500 3\n")
        try tree.write("\(core)/thermal_throttle/core_throttle_count", "4\n")
        try tree.write("c/a/cpu.stat", "nr_throttled 3\nthrottled_usec 25\n")
        try tree.write("proc/pressure/cpu", "some avg10=0 total=80\n")
        let delta = before.delta(to: .capture(team, sources: sources))
        #expect(delta.migrations == 2)
        #expect(delta.runQueueWaitNanoseconds == 500)
        #expect(delta.stealNanoseconds == 30_000_000)
        #expect(delta.cpus[0].busyNanoseconds == 89_000_000_000)
        // 89 s of busy time within a few milliseconds: nearly all of it is foreign, and the share is capped.
        #expect(try #require(delta.foreignNanoseconds) > 80_000_000_000)
        #expect(delta.foreignShare == 1)
        #expect((delta.throttledPeriods, delta.throttledMicroseconds) == (2, 20))
        #expect(delta.thermalThrottles == 2)
        #expect(delta.cpus[0].frequencyBefore == 2_600_000 && delta.cpus[0].frequencyAfter == 2_600_000)
        #expect((delta.loadAverageBefore, delta.loadAverageAfter) == (1.5, 1.5))
        #expect(delta.hottestMillidegrees == 45500)
        #expect(delta.cpuPressureMicroseconds == 3)
        #expect(delta.strayMembers == 0)
    }

    @Test func counterThatRunsBackwardsIsUnknown() {
        let later = MachineState.capture(team)
        var earlier = later
        earlier.threads[0].involuntarySwitches = later.threads[0].involuntarySwitches! + 1
        earlier.cpus[0].stealNanoseconds = 5
        var after = later
        after.cpus[0].stealNanoseconds = 4
        let delta = earlier.delta(to: after)
        #expect(delta.involuntarySwitches == nil)
        #expect(delta.stealNanoseconds == nil)
        #expect(delta.minorFaults == 0)
    }

    @Test func oneUnknownPartMakesTheSumUnknown() {
        let state = MachineState.capture(team)
        var other = state
        other.threads[0].migrations = nil
        #expect(state.delta(to: other).migrations == nil)
    }

    @Test func memberAwayFromItsCPUIsStray() {
        let state = MachineState.capture(team)
        var moved = state
        moved.threads[0].currentCPU = 7777
        #expect(state.delta(to: moved).strayMembers == 1)
        moved.threads[0].currentCPU = nil
        #expect(state.delta(to: moved).strayMembers == nil)
    }

    @Test func statesOfDifferentTeamsHaveNoCommonMembers() throws {
        let other = try ThreadTeam(plan: .make(.detect(), threads: 1))
        let delta = MachineState.capture(team).delta(to: .capture(other))
        #expect(delta.involuntarySwitches == nil && delta.strayMembers == nil)
    }

    @Test func boundMemberDoesNotMigrate() throws {
        let before = MachineState.capture(team)
        burn(milliseconds: 50)
        let delta = before.delta(to: .capture(team))
        #expect(delta.migrations == nil || delta.migrations == 0)
        #expect(delta.strayMembers == 0)
        #expect(try #require(delta.memberCPUNanoseconds) > 1_000_000)
        #expect(delta.wallNanoseconds >= 50_000_000)
    }

    @Test func pageFaultsOfTheMemberAreCounted() throws {
        let before = MachineState.capture(team)
        team.run { _ in
            let bytes = 4096 * 300
            let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS), -1, 0)!
            madvise(memory, bytes, 15)   // MADV_NOHUGEPAGE: one fault per page
            for page in 0..<300 { memory.storeBytes(of: 1, toByteOffset: page * 4096, as: UInt8.self) }
            munmap(memory, bytes)
        }
        #expect(try #require(before.delta(to: .capture(team)).minorFaults) >= 300)
    }

    @Test func aBusyNeighbourOnTheSameCPUIsSeen() throws {
        // A child inherits the CPU of the member that starts it.
        nonisolated(unsafe) let child = UnsafeMutablePointer<pid_t>.allocate(capacity: 1)
        child.initialize(to: 0)
        defer { child.deallocate() }
        team.run { _ in
            var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup("while :; do :; done"), nil]
            defer { arguments.forEach { free($0) } }
            if posix_spawn(child, "/bin/sh", nil, nil, &arguments, environ) != 0 { child.pointee = 0 }
        }
        let pid = child.pointee
        try #require(pid > 0)
        defer {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        let before = MachineState.capture(team)
        burn(milliseconds: 400)
        let delta = before.delta(to: .capture(team))
        #expect(try #require(delta.involuntarySwitches) > 0)
        if let wait = delta.runQueueWaitNanoseconds { #expect(wait > 20_000_000) }
    }

    /// Keeps the member busy.
    private func burn(milliseconds: Int) {
        team.run { _ in
            let end = DispatchTime.now() + .milliseconds(milliseconds)
            while DispatchTime.now() < end {}
        }
    }
}
