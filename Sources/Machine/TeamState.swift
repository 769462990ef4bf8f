import Glibc

/// What the members of a thread team and its owner share: the current job, the count of members still at it, and the barrier.
///
/// The members hold this object and not the team, so that the team can end while they wait. Every field below the locks is guarded
/// by `mutex`, except that a member writes its own report before it first reports done.
final class TeamState: @unchecked Sendable {
    typealias Job = @Sendable (Int) -> Void

    /// What a member found out about itself when it started.
    struct Report {
        var threadID: Int32 = 0
        var bound: [Int] = []
        var failure: MachineError?
    }

    let barrier: SpinBarrier
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let start: UnsafeMutablePointer<pthread_cond_t>
    private let done: UnsafeMutablePointer<pthread_cond_t>
    private var job: UnsafePointer<Job>?
    private var generation = 0
    private var pending: Int
    private var stopping = false
    private(set) var reports: [Report]

    init(count: Int, oversubscribed: Bool) {
        barrier = SpinBarrier(count: count, oversubscribed: oversubscribed)
        mutex = .allocate(capacity: 1)
        start = .allocate(capacity: 1)
        done = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(start, nil)
        pthread_cond_init(done, nil)
        pending = count
        reports = Array(repeating: Report(), count: count)
    }

    deinit {
        pthread_cond_destroy(done)
        pthread_cond_destroy(start)
        pthread_mutex_destroy(mutex)
        done.deallocate()
        start.deallocate()
        mutex.deallocate()
    }

    // MARK: The owner's side

    /// Waits until every member has reported after its start.
    func waitForStart() {
        pthread_mutex_lock(mutex)
        while pending > 0 { pthread_cond_wait(done, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Hands the job to all members and waits until all are done with it.
    func perform(_ body: UnsafePointer<Job>) {
        pthread_mutex_lock(mutex)
        job = body
        pending = reports.count
        generation &+= 1
        pthread_cond_broadcast(start)
        while pending > 0 { pthread_cond_wait(done, mutex) }
        job = nil
        pthread_mutex_unlock(mutex)
    }

    /// Tells the members to end.
    func stop() {
        pthread_mutex_lock(mutex)
        stopping = true
        pthread_cond_broadcast(start)
        pthread_mutex_unlock(mutex)
    }

    // MARK: A member's side

    /// Stores a member's report and counts it as started.
    func report(_ report: Report, from member: Int) {
        pthread_mutex_lock(mutex)
        reports[member] = report
        finish()
        pthread_mutex_unlock(mutex)
    }

    /// A member's life after its report: sleep until there is a job, do it, until the team ends.
    func serve(_ member: Int) {
        var seen = 0
        pthread_mutex_lock(mutex)
        while true {
            while generation == seen && !stopping { pthread_cond_wait(start, mutex) }
            if stopping { break }
            seen = generation
            let body = job!
            pthread_mutex_unlock(mutex)
            call(body, member)
            pthread_mutex_lock(mutex)
            finish()
        }
        pthread_mutex_unlock(mutex)
    }

    /// Not inlined, so that every reference that the call takes to the closure is given back before the member counts as done.
    @inline(never)
    private func call(_ body: UnsafePointer<Job>, _ member: Int) { body.pointee(member) }

    private func finish() {
        pending -= 1
        if pending == 0 { pthread_cond_signal(done) }
    }
}
