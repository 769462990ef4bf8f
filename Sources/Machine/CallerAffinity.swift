internal import CPlatform

/// The CPUs of the calling thread, which a process that it starts inherits.
public enum CallerAffinity {
    /// Binds the calling thread to some CPUs.
    ///
    /// - Returns: the CPUs that it was bound to before, to be given back.
    /// - Throws: `MachineError` `.notBound` for CPUs that this process may not use.
    @discardableResult
    public static func bind(to cpus: [Int]) throws(MachineError) -> [Int] {
        let before = try AffinityMask.ofThisThread()
        try AffinityMask.bindThisThread(to: cpus)
        return before
    }

    /// The CPUs that the threads of a process may run on, all together; nil where they cannot be read.
    public static func ofProcess(_ process: Int32) -> [Int]? {
        var cpus: Set<Int> = []
        for thread in directoryNames("/proc/\(process)/task").compactMap({ Int32($0) }) {
            // A thread that has just ended has no mask.
            guard let mask = try? AffinityMask.of(thread: thread) else { continue }
            cpus.formUnion(mask)
        }
        return cpus.isEmpty ? nil : cpus.sorted()
    }
}
