import Report
import Testing

@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.0, 2, "0.00"), (1.005, 2, "1.00"), (-0.004, 2, "0.00"), (-1.5, 0, "-2"), (45.3219, 3, "45.322"), (0.05, 3, "0.050"),
        (999.9996, 3, "1000.000"), (1e17, 2, "1e+17"), (.infinity, 2, "inf"),
    ])
    func fixed(_ value: Double, _ places: Int, _ text: String) {
        #expect(NumberText.fixed(value, places: places) == text)
    }

    @Test(arguments: [(45.3219, "45.32"), (0.004567, "0.004567"), (1234.5, "1235"), (9.9999, "10.000"), (1.0, "1.000"), (0.0, "0.000")])
    func significant(_ value: Double, _ text: String) {
        #expect(NumberText.significant(value) == text)
    }

    @Test(arguments: [(0.1, "0.1"), (2377.0, "2377"), (1e-7, "1e-07"), (15_707_793_600.0, "15707793600")])
    func exact(_ value: Double, _ text: String) throws {
        let shown = try #require(NumberText.exact(value))
        #expect(shown == text)
        #expect(Double(shown) == value)
        #expect(NumberText.exact(.nan) == nil)
    }

    @Test func units() {
        #expect(NumberText.duration(nanoseconds: 45_321_000) == "45.32 ms")
        #expect(NumberText.duration(nanoseconds: 812_400) == "812.4 µs")
        #expect(NumberText.duration(nanoseconds: 1.204e9) == "1.204 s")
        #expect(NumberText.duration(nanoseconds: 12) == "12 ns")
        #expect(NumberText.clock(seconds: 7) == "0:07")
        #expect(NumberText.clock(seconds: 754) == "12:34")
        #expect(NumberText.clock(seconds: 3723) == "1:02:03")
        #expect(NumberText.clock(seconds: .infinity) == "–:––")
        #expect(NumberText.count(23_508_032) == "23.51 M")
        #expect(NumberText.count(812) == "812")
        #expect(NumberText.bytes(65536) == "64.00 KiB")
        #expect(NumberText.shortBytes(1 << 20) == "1 MiB")
        #expect(NumberText.percent(0.1234) == "12.3 %")
    }
}
