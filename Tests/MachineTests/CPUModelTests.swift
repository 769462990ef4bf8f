import Foundation
import Machine
import Testing

@Suite struct CPUModelTests {
    @Test func featuresAreThoseTheKernelShows() throws {
        let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let model = CPUModel.detect()
        #expect(model.name != "unknown" && model.vendor != "unknown")
        #expect(Set(model.features).count == model.features.count)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") || $0.hasPrefix("Features") }) else { return }
        let shown = Set(line.split(separator: ":")[1].split(separator: " ").map(String.init))
        #expect(!model.features.isEmpty)
        #expect(Set(model.features).isSubset(of: shown))
        // The vector sets must agree in both directions: the kernel hides those whose registers it does not save.
        for name in [
            "sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "avx512_vnni", "avx512_bf16",
            "asimd",
        ] {
            #expect(model.features.contains(name) == shown.contains(name), "\(name)")
        }
        if let virtual = model.isVirtual { #expect(virtual == shown.contains("hypervisor")) }
    }

    @Test func identityIsTheKernels() throws {
        let info = CPUInfo.parse(try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))
        let model = CPUModel.detect()
        if let name = info.name { #expect(model.name == name) }
        if let family = info.family { #expect(model.family == family) }
        if let number = info.model { #expect(model.model == number) }
        if let stepping = info.stepping { #expect(model.stepping == stepping) }
        #expect(model.microcode == info.microcode)
    }

    @Test func missingCPUInfoLeavesTheMicrocodeUnknown() {
        #expect(CPUModel.detect(cpuinfo: "").microcode == nil)
    }

    @Test func frequencyFromSysfs() throws {
        let policy = "devices/system/cpu/cpu3/cpufreq"
        let tree = try TemporaryTree([
            "\(policy)/scaling_cur_freq": "2400000\n", "\(policy)/scaling_min_freq": "800000\n", "\(policy)/scaling_max_freq": "fast\n",
            "\(policy)/scaling_governor": "performance\n", "\(policy)/scaling_driver": "acpi-cpufreq\n",
            "devices/system/cpu/cpufreq/boost": "1\n",
        ])
        let found = CPUFrequency.detect(cpu: 3, root: tree.root)
        #expect((found.currentKilohertz, found.minimumKilohertz, found.maximumKilohertz) == (2_400_000, 800_000, nil))
        #expect((found.governor, found.driver, found.boost) == ("performance", "acpi-cpufreq", true))
        let unknown = CPUFrequency.detect(cpu: 4, root: tree.path("nowhere"))
        #expect(unknown.currentKilohertz == nil && unknown.governor == nil && unknown.driver == nil && unknown.boost == nil)
    }
}

@Suite struct MachineFingerprintTests {
    /// Test vectors of the FNV authors for 64-bit FNV-1a.
    @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)] as [(String, UInt64)])
    func hashOfKnownTexts(text: String, hash: UInt64) { #expect(MachineFingerprint.fnv1a(text) == hash) }

    @Test func isStableAndNamesNoHost() throws {
        let one = try MachineFingerprint.detect()
        #expect(try MachineFingerprint.detect() == one)
        #expect(one.identifier.count == 16)
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(host.isEmpty || !one.text.split(whereSeparator: { " ;(),".contains($0) }).contains(Substring(host)))
        #expect(one.text.contains(CPUModel.detect().name))
    }

    @Test func differsWithTheTopologyButNotWithTheAllowedSet() throws {
        let model = CPUModel.detect()
        let four = MachineFingerprint(model: model, topology: try .synthetic("pack:1 core:4 pu:1"))
        let eight = MachineFingerprint(model: model, topology: try .synthetic("pack:1 core:4 pu:2"))
        #expect(four.hash != eight.hash)
        let caches = "pack:2 [numa(memory=64GB)] l3:1(size=32MB) l2:4(size=1MB) core:1 pu:2"
        let whole = MachineFingerprint(model: model, topology: try .synthetic(caches))
        let container = MachineFingerprint(model: model, topology: try .load(xml: fixture("topology/container-2-packages.xml")))
        #expect(whole == container)
    }
}
