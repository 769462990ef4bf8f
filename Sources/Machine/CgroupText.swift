/// Readers for the texts of cgroup files: pure functions, nil for text that does not follow its format.
enum CgroupText {
    /// "max 100000", "150000 100000" or "max" (version 2, cpu.max); microseconds of CPU time per period.
    static func cpuMax(_ text: String) -> CgroupLimits.Quota? {
        let words = text.split { $0 == " " || $0 == "\n" }
        guard (1...2).contains(words.count) else { return nil }
        let period = words.count == 2 ? UInt64(words[1]) : 100_000
        guard let period, period > 0 else { return nil }
        if words[0] == "max" { return .unlimited }
        guard let quota = UInt64(words[0]), quota > 0 else { return nil }
        return .cores(Double(quota) / Double(period))
    }

    /// cpu.cfs_quota_us, −1 for no limit, and cpu.cfs_period_us (version 1).
    static func cfsQuota(_ quota: String, period: String?) -> CgroupLimits.Quota? {
        guard let microseconds = Int64(trimmed(quota)) else { return nil }
        if microseconds < 0 { return .unlimited }
        guard microseconds > 0, let period = period.flatMap({ Int64(trimmed($0)) }), period > 0 else { return nil }
        return .cores(Double(microseconds) / Double(period))
    }

    /// cpu.stat: version 2 has throttled_usec, version 1 throttled_time in nanoseconds. Nil when the group has no such counters.
    static func throttling(_ text: String) -> CgroupLimits.Throttling? {
        let fields = numbers(text)
        guard let periods = fields["nr_throttled"] else { return nil }
        if let microseconds = fields["throttled_usec"] { return .init(periods: periods, microseconds: microseconds) }
        return fields["throttled_time"].map { .init(periods: periods, microseconds: $0 / 1000) }
    }

    /// Lines "name number"; other lines are passed over.
    static func numbers(_ text: String) -> [String: UInt64] {
        var result: [String: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let number = UInt64(words[1]) { result[String(words[0])] = number }
        }
        return result
    }
}
