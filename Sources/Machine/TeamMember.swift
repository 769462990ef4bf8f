internal import CHwloc
internal import CPlatform
import Glibc

/// One thread of a team from its creation to its first sleep.
final class TeamMember: Sendable {
    private let index: Int
    private let cpu: Int
    private let state: TeamState

    init(index: Int, cpu: Int, state: TeamState) {
        self.index = index
        self.cpu = cpu
        self.state = state
    }

    /// Creates the thread.
    /// - Throws: `MachineError.unavailable` when the system refuses.
    func start(stackBytes: Int) throws(MachineError) -> pthread_t {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        var code = pthread_attr_setstacksize(&attributes, stackBytes)
        var thread = pthread_t()
        if code == 0 {
            let argument = Unmanaged.passRetained(self)
            code = pthread_create(&thread, &attributes, teamMemberMain, argument.toOpaque())
            if code != 0 { argument.release() }
        }
        guard code == 0 else {
            throw MachineError(.unavailable, "thread \(index) of the team (CPU \(cpu)) could not be created: \(systemText(code))")
        }
        return thread
    }

    /// The thread's whole life.
    fileprivate func main() {
        zd_block_signals()
        zd_name_thread("zendet-\(index)")
        state.report(bind(), from: index)
        state.serve(index)
    }

    private func bind() -> TeamState.Report {
        var report = TeamState.Report(threadID: zd_thread_id())
        do throws(MachineError) {
            try request(HwlocTopology.forBinding.get())
            report.bound = try AffinityMask.ofThisThread()
            if report.bound != [cpu] {
                throw MachineError(
                    .notBound, "thread \(index) was bound to CPU \(cpu), but the kernel lets it run on \(CPUList.text(report.bound))")
            }
        } catch {
            report.failure = error
        }
        return report
    }

    private func request(_ topology: HwlocTopology) throws(MachineError) {
        guard cpu >= 0, let set = hwloc_bitmap_alloc() else { throw MachineError(.notBound, "thread \(index): there is no CPU \(cpu)") }
        defer { hwloc_bitmap_free(set) }
        hwloc_bitmap_only(set, UInt32(cpu))
        let flags = Int32(HWLOC_CPUBIND_THREAD.rawValue | HWLOC_CPUBIND_STRICT.rawValue)
        guard hwloc_set_cpubind(topology.handle, set, flags) == 0 else {
            let code = errno
            throw MachineError(.notBound, "thread \(index) could not be bound to CPU \(cpu): \(systemText(code))")
        }
    }
}

/// The function that pthread_create calls; takes over the reference that `start` retained.
private func teamMemberMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<TeamMember>.fromOpaque(argument!).takeRetainedValue().main()
    return nil
}
