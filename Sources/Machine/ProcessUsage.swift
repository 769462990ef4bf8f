internal import CPlatform

/// What another process has used so far: one that works in turn with a team, on the team's CPUs.
public struct ProcessUsage: Hashable, Sendable, Codable {
    /// One thread of it, by the kernel's number.
    struct Thread: Hashable, Sendable, Codable {
        var involuntarySwitches: UInt64?
        var runQueueWaitNanoseconds: UInt64?
    }

    public let process: Int32
    /// CPU time of all its threads, also of those that have ended.
    public var cpuNanoseconds: UInt64?
    public var minorFaults: UInt64?
    public var majorFaults: UInt64?
    var threads: [Int32: Thread] = [:]

    /// Reads what the system tells; a process that is gone is unknown in every part.
    static func read(_ process: Int32, _ sources: MachineSources) -> ProcessUsage {
        var usage = ProcessUsage(process: process)
        let time = zd_other_process_cpu_ns(process)
        usage.cpuNanoseconds = time >= 0 ? UInt64(time) : nil
        let folder = "\(sources.proc)/\(process)"
        let faults = SmallFile.read(folder + "/stat").text.flatMap(ProcText.pageFaults)
        usage.minorFaults = faults?.minor
        usage.majorFaults = faults?.major
        for number in directoryNames(folder + "/task").compactMap({ Int32($0) }) {
            let task = "\(folder)/task/\(number)"
            usage.threads[number] = Thread(
                involuntarySwitches: SmallFile.read(task + "/status").text.flatMap(ProcText.involuntarySwitches),
                runQueueWaitNanoseconds: SmallFile.read(task + "/schedstat").text.flatMap(ProcText.runQueueWait))
        }
        return usage
    }

    private init(process: Int32) { self.process = process }

    /// The sum over the threads that are there at the end, each since `earlier` or since it began; nil where one is unknown.
    func threadSum(since earlier: ProcessUsage, _ counter: KeyPath<Thread, UInt64?>) -> UInt64? {
        var sum: UInt64 = 0
        for (number, thread) in threads {
            guard let now = thread[keyPath: counter] else { return nil }
            let before = earlier.threads[number].map { $0[keyPath: counter] } ?? 0
            guard let before, now >= before else { return nil }
            sum &+= now - before
        }
        return threads.isEmpty ? nil : sum
    }
}
