internal import CPlatform

/// CPU masks as the kernel tells them, without hwloc: the second opinion on every binding.
enum AffinityMask {
    /// 8192 CPUs in 64-bit words.
    private static let words = 128

    /// The CPUs that the calling thread may run on, ascending.
    static func ofThisThread() throws(MachineError) -> [Int] { try read { zd_affinity(0, $0, $1) } }

    /// The CPUs that a thread may run on, ascending.
    static func of(thread: Int32) throws(MachineError) -> [Int] { try read { zd_affinity(thread, $0, $1) } }

    /// Binds the calling thread.
    static func bindThisThread(to cpus: [Int]) throws(MachineError) {
        var mask = [UInt64](repeating: 0, count: words)
        for cpu in cpus where (0..<64 * words).contains(cpu) { mask[cpu / 64] |= 1 << UInt64(cpu % 64) }
        let status = zd_set_affinity(0, mask, Int32(words))
        guard status == 0 else {
            throw MachineError(.notBound, "CPUs \(CPUList.text(cpus)): the calling thread cannot be bound to them: \(systemText(-status))")
        }
    }

    /// The CPUs that the process was started with, ascending.
    static func atStart() throws(MachineError) -> [Int] { try read { zd_initial_affinity($0, $1) } }

    private static func read(_ body: (UnsafeMutablePointer<UInt64>, Int32) -> Int32) throws(MachineError) -> [Int] {
        var mask = [UInt64](repeating: 0, count: words)
        let got = mask.withUnsafeMutableBufferPointer { body($0.baseAddress!, Int32(words)) }
        guard got >= 0 else { throw MachineError(.unavailable, "sched_getaffinity failed: \(systemText(-got))") }
        return mask.indices.flatMap { word in (0..<64).filter { mask[word] >> UInt64($0) & 1 == 1 }.map { word * 64 + $0 } }
    }
}
