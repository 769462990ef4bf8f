import Machine
import Testing

@Suite struct MachineMemoryTests {
    let meminfo = "MemTotal:       16000000 kB\nMemFree:         1 kB\nMemAvailable:   12000000 kB\nMemBroken: x kB\n"

    @Test func groupLimitNarrowsTheSystems() throws {
        let tree = try TemporaryTree([
            "meminfo": meminfo, "membership": "0::/a/b\n", "cgroup/cgroup.controllers": "memory\n",
            "cgroup/a/memory.max": "4000000000\n", "cgroup/a/memory.current": "3000000000\n",
            "cgroup/a/memory.stat": "anon 5\ninactive_file 500000000\n", "cgroup/a/b/memory.max": "max\n",
        ])
        let memory = MachineMemory.detect(
            meminfo: tree.path("meminfo"), cgroupRoot: tree.path("cgroup"), membership: tree.path("membership"))
        #expect(memory.totalBytes == 16_384_000_000)
        #expect(memory.systemAvailableBytes == 12_288_000_000)
        #expect(memory.cgroupLimitBytes == 4_000_000_000)
        #expect(memory.availableBytes == 1_500_000_000)
        #expect(memory.limitBytes == 4_000_000_000)
    }

    @Test func version1SaysUnlimitedWithALargeNumber() throws {
        let tree = try TemporaryTree([
            "meminfo": meminfo, "membership": "4:memory:/a\n", "cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "cgroup/memory/a/memory.limit_in_bytes": "1000\n", "cgroup/memory/a/memory.usage_in_bytes": "5000\n",
        ])
        let memory = MachineMemory.detect(
            meminfo: tree.path("meminfo"), cgroupRoot: tree.path("cgroup"), membership: tree.path("membership"))
        #expect((memory.cgroupLimitBytes, memory.cgroupAvailableBytes) == (1000, 0))
    }

    @Test func unreadableIsUnknown() throws {
        let tree = try TemporaryTree([:])
        let memory = MachineMemory.detect(meminfo: tree.path("no"), cgroupRoot: tree.path("no"), membership: tree.path("no"))
        #expect(memory.totalBytes == nil && memory.availableBytes == nil && memory.limitBytes == nil && memory.cgroupLimitBytes == nil)
    }

    @Test(arguments: [
        ("MemTotal", 16_384_000_000 as UInt64?), ("MemFree", 1024), ("Mem", nil), ("MemBroken", nil), ("Absent", nil),
    ])
    func kibibytesOfMeminfo(name: String, bytes: UInt64?) {
        #expect(MachineMemory.kibibytes(name, in: meminfo) == bytes)
    }

    @Test func thisMachineHasMemory() throws {
        let memory = MachineMemory.detect()
        #expect(try #require(memory.availableBytes) > 1 << 20)
        #expect(try #require(memory.limitBytes) >= memory.availableBytes!)
    }
}
