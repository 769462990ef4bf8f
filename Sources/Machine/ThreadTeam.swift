internal import CPlatform
import Glibc

/// Threads that each own one CPU: raw pthreads, bound by hwloc, with the mask read back from the kernel and compared.
///
/// Members sleep between jobs and spin only inside ``barrier(_:)``. Swift tasks and Dispatch threads cannot be bound, so everything
/// that is measured runs here. Members block signals, so that an interrupt from the keyboard is handled elsewhere.
public final class ThreadTeam: Sendable {
    /// The plan that the team was made for.
    public let plan: PinningPlan
    /// Number of members.
    public let count: Int
    /// The CPU mask of each member as the kernel tells it; equal to the plan, or the team would not exist.
    public let boundCPUs: [[Int]]
    /// The kernel's thread number of each member, for /proc/self/task.
    public let threadIDs: [Int32]

    /// What is known of the members' cores.
    let widths: CoreWidths

    private let state: TeamState
    /// The state's barrier, uncounted: members would pass the cache line of a reference count from core to core.
    private let spin: Unmanaged<SpinBarrier>
    private let threads: [pthread_t]
    private let callers: CallerLock

    /// Starts and binds one thread per CPU of the plan; each has a stack of 8 MiB.
    ///
    /// - Throws: `MachineError`: `.unavailable` when a thread cannot be made, `.notBound` when binding fails or the mask read back
    ///   is not the CPU asked for. No thread is left behind.
    public convenience init(plan: PinningPlan) throws(MachineError) { try self.init(plan: plan, stackBytes: 8 << 20) }

    package init(plan: PinningPlan, stackBytes: Int) throws(MachineError) {
        guard !plan.cpus.isEmpty else { throw MachineError(.tooManyThreads, "a thread team needs at least one CPU; the plan has none") }
        let state = TeamState(count: plan.cpus.count, oversubscribed: Set(plan.cpus).count < plan.cpus.count)
        var started: [pthread_t] = []
        for (index, cpu) in plan.cpus.enumerated() {
            let member = TeamMember(index: index, cpu: cpu, state: state)
            do throws(MachineError) {
                started.append(try member.start(stackBytes: stackBytes))
            } catch {
                Self.end(state, started)
                throw error
            }
        }
        state.waitForStart()
        if let failure = state.reports.lazy.compactMap(\.failure).first {
            Self.end(state, started)
            throw failure
        }
        self.plan = plan
        count = plan.cpus.count
        boundCPUs = state.reports.map(\.bound)
        threadIDs = state.reports.map(\.threadID)
        threads = started
        callers = CallerLock()
        widths = CoreWidths(count: count)
        self.state = state
        spin = Unmanaged.passUnretained(state.barrier)
    }

    deinit { Self.end(state, threads) }

    /// Runs `body(memberIndex)` once on every member and returns when all are done.
    ///
    /// May be called from any thread but a member's own; concurrent calls wait for each other. What the caller wrote before is
    /// visible to the members, and what they wrote is visible to the caller after.
    public func run(_ body: @Sendable (Int) -> Void) {
        let caller = pthread_self()
        let isMember = threads.contains { pthread_equal($0, caller) != 0 }
        precondition(!isMember, "ThreadTeam.run called from a member of the team: it would wait for itself")
        withoutActuallyEscaping(body) { escapable in
            withUnsafePointer(to: escapable) { pointer in
                callers.exclusively { state.perform(pointer) }
            }
        }
    }

    /// Waits, inside a job, until every member of the team has come here.
    ///
    /// Spins, and yields the CPU after a while, so that members that share a CPU still advance. Every member must call it equally
    /// often in a job. Memory written before is visible to all members after.
    /// - Parameter member: the index that the job was given.
    public func barrier(_ member: Int) {
        if count > 1 { spin._withUnsafeGuaranteedRef { $0.wait(member) } }
    }

    private static func end(_ state: TeamState, _ threads: [pthread_t]) {
        state.stop()
        for thread in threads { pthread_join(thread, nil) }
    }
}

/// Admits one caller at a time.
private final class CallerLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() { pthread_mutex_init(mutex, nil) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func exclusively(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        body()
        pthread_mutex_unlock(mutex)
    }
}
