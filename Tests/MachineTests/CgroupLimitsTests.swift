import Machine
import Testing

@Suite struct CgroupLimitsTests {
    /// Files below "cgroup", and the text of /proc/self/cgroup.
    private func limits(_ files: [String: String], membership: String?) throws -> CgroupLimits {
        let tree = try TemporaryTree(Dictionary(uniqueKeysWithValues: files.map { ("cgroup/\($0)", $1) }))
        if let membership { try tree.write("membership", membership) }
        return .detect(root: tree.path("cgroup"), membership: tree.path("membership"))
    }

    @Test func smallestQuotaOnTheWayUpCountsInVersion2() throws {
        let found = try limits(
            [
                "cgroup.controllers": "cpu memory\n", "cpu.stat": "usage_usec 5\n",
                "box/cpu.max": "150000 100000\n", "box/cpu.stat": "nr_periods 9\nnr_throttled 2\nthrottled_usec 700\n",
                "box/app/cpu.max": "max 100000\n", "box/app/cpu.stat": "nr_periods 9\nnr_throttled 3\nthrottled_usec 40\n",
                "other/cpu.max": "10000 100000\n",
            ], membership: "0::/box/app\n")
        #expect(found.version == .v2)
        #expect(found.quota == .cores(1.5))
        #expect(found.cpuQuotaCores == 1.5)
        #expect(found.quotaText == "1.5")
        #expect(found.throttling == .init(periods: 5, microseconds: 740))
        #expect(found.throttledMicroseconds == 740)
    }

    @Test func version1WithJoinedControllers() throws {
        let found = try limits(
            [
                "cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
                "cpu,cpuacct/jobs/a/cpu.cfs_quota_us": "200000\n", "cpu,cpuacct/jobs/a/cpu.cfs_period_us": "50000\n",
                "cpu,cpuacct/jobs/a/cpu.stat": "nr_periods 0\nnr_throttled 4\nthrottled_time 9000500\n",
            ], membership: "5:memory:/x\n4:cpu,cpuacct:/jobs/a\n0::/\n")
        #expect(found.version == .v1)
        #expect(found.quota == .cores(4))
        #expect(found.throttling == .init(periods: 4, microseconds: 9000))
    }

    @Test func containerWhoseMountShowsItsOwnGroup() throws {
        let found = try limits(
            ["cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"], membership: "4:cpu,cpuacct:/docker/abc\n")
        #expect(found.quota == .cores(0.5))
        #expect(found.throttling == nil)   // a quota whose counters cannot be seen
    }

    @Test func unlimitedAndUnknownAreNotTheSame() throws {
        let none = try limits(["cgroup.controllers": "cpu\n", "a/cpu.max": "max 100000\n"], membership: "0::/a\n")
        #expect((none.cpuQuotaCores, none.quotaText) == (nil, "none"))
        #expect(none.throttledMicroseconds == 0)
        let hybrid = try limits(["unified/cgroup.controllers": "\n"], membership: "0::/\n")
        #expect((hybrid.version, hybrid.quotaText) == (.v2, "none"))
        for (files, membership) in [
            ([:], nil), ([:], "0::/a\n"), (["cgroup.controllers": "cpu\n"], ""), (["cgroup.controllers": "cpu\n"], "garbage\n"),
            (["cgroup.controllers": "cpu\n", "a/cpu.max": "banana\n"], "0::/a\n"),
            (["cgroup.controllers": "cpu\n", "a/cpu.max": "100000 0\n"], "0::/a\n"),
            (["cgroup.controllers": "cpu\n", "a/cpu.max": "1 2 3\n"], "0::/a\n"),
            (["cgroup.controllers": "cpu\n", "a/cpu.max/": ""], "0::/a\n"),   // a directory where a file should be: unreadable
            (["cgroup.controllers": "cpu\n"], "0::/../out\n"),
            (["cpu/cpu.cfs_quota_us": "-1\n"], "3:cpuset,cpu:/\n0::/\n"),
        ] as [([String: String], String?)] {
            let found = try limits(files, membership: membership)
            if files.keys.contains("cpu/cpu.cfs_quota_us") {
                #expect(found.quotaText == "none")
            } else {
                #expect((found.quotaText, found.cpuQuotaCores) == ("unknown", nil), "\(files) \(membership ?? "nil")")
                #expect(found.throttledMicroseconds == nil)
            }
        }
    }

    @Test func throttlingIsReadAgain() throws {
        let tree = try TemporaryTree([
            "cgroup/cgroup.controllers": "cpu\n", "cgroup/a/cpu.max": "100000 100000\n",
            "cgroup/a/cpu.stat": "nr_throttled 1\nthrottled_usec 10\n", "membership": "0::/a\n",
        ])
        let found = CgroupLimits.detect(root: tree.path("cgroup"), membership: tree.path("membership"))
        #expect(found.throttling == .init(periods: 1, microseconds: 10))
        try tree.write("cgroup/a/cpu.stat", "nr_throttled 3\nthrottled_usec 90\n")
        #expect(found.currentThrottling() == .init(periods: 3, microseconds: 90))
        try tree.write("cgroup/a/cpu.stat", "nr_throttled many\n")
        #expect(found.currentThrottling() == nil)
    }

    @Test func thisMachineGivesSomeAnswer() {
        #expect(["none", "unknown"].contains(CgroupLimits.detect().quotaText) || CgroupLimits.detect().cpuQuotaCores! > 0)
    }
}
