internal import CPlatform
import Glibc

/// Readings of a team's own counters between the runs of one job: what happened to each run, and not to a whole block of them.
///
/// Each member reads its switches, faults, migrations and waiting for a CPU, and member 0 also the control group's throttling, from files that stay
/// open: some microseconds (``readingNanoseconds``), behind a run and before the barrier that the next one begins with, so that no timed run has
/// any of it. What needs the clock tick of /proc/stat, or a job of its own, is left to ``MachineState``.
///
/// For one job at a time: ``begin(runs:each:)``, the job, ``end()``.
public final class TeamMarks: @unchecked Sendable {
    private let team: ThreadTeam
    private let cgroup: CgroupLimits
    private let members: [MarkedMember]
    private let groups: MarkedFiles
    private var stride = 1
    private var runs = 0
    /// What one reading takes: the slowest member's best of several.
    public private(set) lazy var readingNanoseconds: Double = measureReading()

    public var memberCount: Int { members.count }

    public init(_ team: ThreadTeam, sources: MachineSources = .standard) {
        self.team = team
        cgroup = sources.cgroup
        groups = MarkedFiles(sources.cgroup.directories.map { ($0 + "/cpu.stat", 512) })
        members = team.threadIDs.indices.map { MarkedMember(thread: team.threadIDs[$0], boundCPUs: team.boundCPUs[$0], proc: sources.proc) }
    }

    /// Makes room for a job of `runs` runs with a reading before the first, behind each `stride`-th and behind the last.
    public func begin(runs: Int, each stride: Int) {
        self.runs = runs
        self.stride = max(stride, 1)
        for member in members { member.begin(count: (runs + self.stride - 1) / self.stride + 1) }
        groups.begin(count: (runs + self.stride - 1) / self.stride + 1)
    }

    /// Called by every member before each run, with the number of runs done, and once behind the last; reads where a reading is due.
    @inline(never)
    public func pass(_ done: Int, member: Int) {
        guard done % stride == 0 || done == runs else { return }
        members[member].read()
        if member == 0 { groups.read() }
    }

    /// What was read since ``begin(runs:each:)``; nil where no member came by.
    public func end() -> Reading? {
        guard let count = members.map(\.count).min(), count > 1 else { return nil }
        for (index, member) in members.enumerated() { team.widths.see(member.readWidths, of: index) }
        return Reading(stride: stride, runs: runs, count: count, cgroup: cgroup, widths: team.widths, members: members.map(\.kept), groups: groups.kept)
    }

    /// The readings of one job, as raw as they were taken: making numbers of them takes longer than taking them, and can wait.
    public struct Reading: Sendable {
        fileprivate let stride: Int
        fileprivate let runs: Int
        fileprivate let count: Int
        fileprivate let cgroup: CgroupLimits
        fileprivate let widths: CoreWidths
        fileprivate let members: [MarkedMember.Kept]
        fileprivate let groups: MarkedFiles.Kept

        /// What happened to the runs between every two readings, by what is known of the cores now.
        public var deltas: [(firstRun: Int, runs: Int, delta: MachineDelta)] {
            let states = (0..<count).map(state)
            let shares = CoreWidths.least(widths.shares(members.map { Array($0.widths.prefix(count)) }))
            return states.indices.dropLast().map { place in
                let first = place * stride
                var delta = states[place].delta(to: states[place + 1])
                delta.coreShareBefore = shares[place]
                delta.coreShareAfter = shares[place + 1]
                return (first, min(stride, runs - first), delta)
            }
        }

        private func state(_ place: Int) -> MachineState {
            var state = MachineState(timeNanoseconds: members[0].times[place], threads: members.indices.map { members[$0].thread(place, member: $0) })
            state.cgroupThrottling = cgroup.throttling(groups.texts(place))
            return state
        }
    }

    private func measureReading() -> Double {
        let tries = 16
        begin(runs: tries, each: 1)
        team.run { member in
            for run in 0...tries { self.pass(run, member: member) }
        }
        return members.map { member in
            zip(member.times, member.times.dropFirst()).map { Double($1 - $0) }.min() ?? 0
        }.max() ?? 0
    }
}

/// One member's open files and its readings. Written by the member in a job, read by the team's owner behind it.
private final class MarkedMember: @unchecked Sendable {
    /// Readings that were taken.
    struct Kept: Sendable {
        let threadID: Int32
        let boundCPUs: [Int]
        let usages: [zd_thread_usage]
        let times: [UInt64]
        let widths: [UInt64]
        let files: MarkedFiles.Kept

        func thread(_ place: Int, member: Int) -> MachineState.Thread {
            var thread = MachineState.Thread(member: member, threadID: threadID, boundCPUs: boundCPUs)
            let texts = files.texts(place)
            thread.fill(usages[place])
            thread.runQueueWaitNanoseconds = texts[0].text.flatMap(ProcText.runQueueWait)
            thread.migrations = texts.count > 1 ? texts[1].text.flatMap(ProcText.migrations) : nil
            return thread
        }
    }

    private let threadID: Int32
    private let boundCPUs: [Int]
    private let files: MarkedFiles
    private var usages: [zd_thread_usage] = []
    private(set) var times: [UInt64] = []
    private var widths: [UInt64] = []
    private(set) var count = 0

    init(thread: Int32, boundCPUs: [Int], proc: String) {
        threadID = thread
        self.boundCPUs = boundCPUs
        let sched = "\(proc)/self/task/\(thread)/sched"
        // The migrations stand near the beginning: no more is copied than up to there, with room for numbers that grow by some digits.
        let end = SmallFile.read(sched).text.flatMap(ProcText.endOfMigrations)
        files = MarkedFiles([("\(proc)/self/task/\(thread)/schedstat", 96)] + (end.map { [(sched, min($0 + 64, 4096))] } ?? []))
    }

    var kept: Kept { Kept(threadID: threadID, boundCPUs: boundCPUs, usages: usages, times: times, widths: widths, files: files.kept) }

    /// The widths of its core that were read.
    var readWidths: ArraySlice<UInt64> { widths.prefix(count) }

    func begin(count room: Int) {
        // Touched here, so that no page is touched for the first time within a job.
        usages = Array(repeating: zd_thread_usage(), count: room)
        times = Array(repeating: 0, count: room)
        widths = Array(repeating: 0, count: room)
        count = 0
        files.begin(count: room)
    }

    func read() {
        guard count < times.count else { return }
        usages.withUnsafeMutableBufferPointer { zd_read_thread_usage($0.baseAddress! + count) }
        widths[count] = zd_probe_width()
        files.read()
        times[count] = zd_now_ns()
        count += 1
    }
}
