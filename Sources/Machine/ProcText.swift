/// Readers for procfs texts: pure functions over text, nil for what is absent or malformed, so that "unknown" is never 0.
package enum ProcText {
    /// Ticks of one CPU since boot, from its line in /proc/stat.
    package struct CPUTicks: Hashable, Sendable {
        /// user + nice + system + irq + softirq. Time in guests is part of user.
        package let busy: UInt64
        /// Time in which the hypervisor ran something else.
        package let steal: UInt64
    }

    /// The per-CPU lines of /proc/stat. A line that is malformed is left out.
    package static func cpuTicks(_ text: String) -> [Int: CPUTicks] {
        var result: [Int: CPUTicks] = [:]
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            // The cpu lines come first; those after them (interrupts) are long.
            guard line.starts(with: "cpu".utf8) else { break }
            let words = line.dropFirst(3).split(separator: UInt8(ascii: " ")).map { UInt64(Substring($0)) }
            // "cpu  1 2 …" (the sum) has an even blank after the name: its first field would be a count.
            guard line.dropFirst(3).first != UInt8(ascii: " "), words.count >= 9 else { continue }
            let fields = words.prefix(9).compactMap(\.self)
            guard fields.count == 9, let cpu = Int(exactly: fields[0]) else { continue }
            let busy = [1, 2, 3, 6, 7].reduce(into: UInt64(0)) { $0 &+= fields[$1] }
            result[cpu] = CPUTicks(busy: busy, steal: fields[8])
        }
        return result
    }

    /// Migrations of a thread from /proc/self/task/TID/sched ("se.nr_migrations : 3").
    package static func migrations(_ text: String) -> UInt64? {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            guard line.starts(with: "se.nr_migrations".utf8) || line.starts(with: "nr_migrations".utf8) else { continue }
            return line.split(separator: UInt8(ascii: ":")).last.flatMap { UInt64(trimmed(Substring($0))) }
        }
        return nil
    }

    /// Where the line of ``migrations(_:)`` ends, in bytes; nil where there is none.
    package static func endOfMigrations(_ text: String) -> Int? {
        var end = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            end += line.count + 1
            if line.starts(with: "se.nr_migrations".utf8) || line.starts(with: "nr_migrations".utf8) { return end }
        }
        return nil
    }

    /// Minor and major page faults of a process from /proc/PID/stat. The program's name stands in parentheses and may hold anything.
    package static func pageFaults(_ text: String) -> (minor: UInt64, major: UInt64)? {
        guard let end = text.lastIndex(of: ")") else { return nil }
        // State, parent, group, session, terminal, its group, flags; then minflt, cminflt, majflt.
        let words = text[text.index(after: end)...].split(separator: " ")
        guard words.count > 9, let minor = UInt64(words[7]), let major = UInt64(words[9]) else { return nil }
        return (minor, major)
    }

    /// Times that a thread was taken off its CPU against its will, from /proc/PID/task/TID/status.
    package static func involuntarySwitches(_ text: String) -> UInt64? {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.starts(with: "nonvoluntary_ctxt_switches:".utf8) {
            return line.split(separator: UInt8(ascii: ":")).last.flatMap { UInt64(trimmed(Substring($0))) }
        }
        return nil
    }

    /// Nanoseconds that a thread waited for a CPU while it could run: the second number of /proc/self/task/TID/schedstat.
    package static func runQueueWait(_ text: String) -> UInt64? {
        let words = text.split { $0 == " " || $0 == "\n" }
        return words.count == 3 ? UInt64(words[1]) : nil
    }

    /// The one-minute load average of /proc/loadavg.
    package static func loadAverage(_ text: String) -> Double? {
        let words = text.split(separator: " ")
        guard words.count == 5, let load = Double(words[0]), load.isFinite, load >= 0 else { return nil }
        return load
    }

    /// Microseconds in which some thread of the machine waited for a CPU: "some … total=N" of /proc/pressure/cpu.
    package static func pressure(_ text: String) -> UInt64? {
        for line in text.split(separator: "\n") where line.hasPrefix("some ") {
            return line.split(separator: " ").first { $0.hasPrefix("total=") }.flatMap { UInt64($0.dropFirst(6)) }
        }
        return nil
    }
}
