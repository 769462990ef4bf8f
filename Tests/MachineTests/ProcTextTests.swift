import Machine
import Testing

@Suite struct ProcTextTests {
    @Test func ticksOfEachCPU() {
        let text = """
            cpu  2145 0 1556 110806 345 0 26 10 0 0
            cpu0 836 1 692 55885 6 2 8 4 0 0
            cpu11 1308 0 863 54920 338 0 17 6 0 0
            intr 120608 0 0
            cpu7 1 1 1 1 1 1 1 1 1 1
            """
        let ticks = ProcText.cpuTicks(text)
        #expect(Set(ticks.keys) == [0, 11])
        #expect(ticks[0]?.busy == 836 + 1 + 692 + 2 + 8)
        #expect(ticks[0]?.steal == 4)
        #expect(ticks[11]?.busy == 1308 + 863 + 17)
    }

    @Test(arguments: [
        "", "cpu", "cpu0", "cpu0 1 2 3", "cpu0 a b c d e f g h", "cpux 1 2 3 4 5 6 7 8", "cpu0 1 2 3 4 5 6 7 -8",
        "intr 1\ncpu0 1 2 3 4 5 6 7 8",
    ])
    func malformedTicksAreUnknown(text: String) {
        #expect(ProcText.cpuTicks(text).isEmpty)
    }

    @Test(arguments: [
        ("x (1, #threads: 1)\nse.nr_migrations   :     3\nnr_switches : 9", 3 as UInt64?), ("nr_migrations : 0\n", 0), ("", nil),
        ("nr_switches : 4", nil), ("se.nr_migrations : many", nil), ("se.nr_migrations", nil), ("numa_pages_migrated : 5", nil),
    ])
    func migrations(text: String, count: UInt64?) { #expect(ProcText.migrations(text) == count) }

    @Test(arguments: [("151069 42 1\n", 42 as UInt64?), ("", nil), ("1 2", nil), ("a b c", nil), ("1 2 3 4", nil)])
    func runQueueWait(text: String, wait: UInt64?) { #expect(ProcText.runQueueWait(text) == wait) }

    @Test(arguments: [("0.08 0.03 0.01 1/88 5133\n", 0.08 as Double?), ("", nil), ("nan 0 0 1/1 1", nil), ("0.1", nil), ("-1 0 0 1/1 1", nil)])
    func loadAverage(text: String, load: Double?) { #expect(ProcText.loadAverage(text) == load) }

    @Test(arguments: [
        ("some avg10=0.31 avg60=0.41 avg300=0.20 total=3046980\nfull avg10=0 avg60=0 avg300=0 total=9\n", 3_046_980 as UInt64?), ("", nil),
        ("full total=9\n", nil), ("some total=x\n", nil),
    ])
    func pressure(text: String, total: UInt64?) { #expect(ProcText.pressure(text) == total) }

    @Test func processorFieldsOfX86AndARM() {
        let x86 = CPUInfo.parse(
            "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Xeon X\nstepping\t: 8\nmicrocode\t: 0x2b\n\n"
                + "processor\t: 1\nmodel\t: 1\n")
        #expect((x86.name, x86.vendor, x86.family, x86.model, x86.stepping) == ("Xeon X", "GenuineIntel", 6, 143, 8))
        #expect(x86.microcode == "0x2b")
        let arm = CPUInfo.parse(
            "processor: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\nCPU revision\t: 1\nModel\t: Board 5\n")
        #expect((arm.name, arm.vendor, arm.family, arm.model, arm.stepping) == ("Board 5", "ARM", 8, 0xd0b, 1))
        #expect(CPUInfo.parse("no colon here\n: \n") == CPUInfo.parse(""))
    }

    @Test func bracketedWord() {
        #expect(OperatingSystem.chosenWord("always [madvise] never") == "madvise")
        #expect(OperatingSystem.chosenWord("always madvise") == nil)
    }
}
