import Search
import Testing

@Suite struct BudgetTextTests {
    @Test(arguments: [
        ("45ms", 45e6), ("300us", 300e3), ("300µs", 300e3), ("1.2s", 1.2e9), ("800ns", 800), ("0.5ms", 5e5), (".5ms", 5e5),
    ])
    func readsTimes(_ text: String, _ nanoseconds: Double) throws {
        guard case .nanoseconds(let value) = try LatencyBudget(parsing: text) else {
            Issue.record("\(text) was not read as a time")
            return
        }
        #expect(abs(value - nanoseconds) <= 1e-9 * nanoseconds)
    }

    @Test func readsBaselines() throws {
        #expect(try LatencyBudget(parsing: "resnet50") == .relative(factor: 1, baseline: "resnet50"))
        #expect(try LatencyBudget(parsing: "0.8xresnet50") == .relative(factor: 0.8, baseline: "resnet50"))
        #expect(try LatencyBudget(parsing: "2xmaedet-s") == .relative(factor: 2, baseline: "maedet-s"))
        #expect(try LatencyBudget(parsing: "xception") == .relative(factor: 1, baseline: "xception"))
    }

    @Test func readsCountsAndSizes() throws {
        #expect(try Budgets.parseReferenceFLOPs("18.8G") == 18.8e9)
        #expect(try Budgets.parseMACs("600M") == 600_000_000)
        #expect(try Budgets.parseParams("25.8M") == 25_800_000)
        #expect(try Budgets.parseParams("300k") == 300_000)
        #expect(try Budgets.parseLayers("91") == 91)
        #expect(try Budgets.parseMemory("64MiB") == 67_108_864)
        #expect(try Budgets.parseMemory("64MB") == 64_000_000)
        #expect(try Budgets.parseMemory("4096B") == 4096)
    }

    @Test(arguments: [
        "", "45", "45 ms", "45sec", "-45ms", "0ms", "ms", "1e3ms", "0.8x", "x", "nanms", "0xresnet50", "45ms ", "1.2.3ms", "res net", "5xre snet", "+3ms",
        "∞ms", "٣ms", "infs",
    ])
    func refusesLatency(_ text: String) {
        // "x" and "ms" are names of networks as far as the text goes; the command looks names up.
        guard text != "x", text != "ms", text != "nanms", text != "infs" else { return }
        #expect(throws: SearchError.self) { try LatencyBudget(parsing: text) }
    }

    @Test(arguments: ["18.8", "", "G", "-3G", "0G", "18.8GB", "18.8g", "1e9G", "0.0000000001k", "99999999999999999999T", "nanG", "１８G"])
    func refusesCounts(_ text: String) {
        #expect(throws: SearchError.self) { try Budgets.parseReferenceFLOPs(text) }
        #expect(throws: SearchError.self) { try Budgets.parseMACs(text) }
        #expect(throws: SearchError.self) { try Budgets.parseParams(text) }
    }

    @Test(arguments: ["64", "64M", "64mib", "MiB", "-1MB", "0B", "0.1B", "9999999999TiB"])
    func refusesMemory(_ text: String) { #expect(throws: SearchError.self) { try Budgets.parseMemory(text) } }

    @Test(arguments: ["", "0", "-3", "9.5", "91L", "99999999999999999999"])
    func refusesLayers(_ text: String) { #expect(throws: SearchError.self) { try Budgets.parseLayers(text) } }

    @Test func saysWhatIsRight() {
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        #expect(message { _ = try LatencyBudget(parsing: "45") }.contains("no unit"))
        #expect(message { _ = try LatencyBudget(parsing: "45") }.contains("45ms"))
        #expect(message { _ = try LatencyBudget(parsing: "45mm") }.contains("'mm'"))
        #expect(message { _ = try Budgets.parseReferenceFLOPs("18.8") }.contains("18.8G"))
        #expect(message { _ = try Budgets.parseParams("25800000") }.contains("25.8M"))
        #expect(message { _ = try Budgets.parseMemory("64") }.contains("64MiB"))
        #expect(message { _ = try Budgets.parseLayers("ninety") }.contains("91"))
    }

    @Test func printsValuesWithUnits() {
        #expect(BudgetKind.latency.text(45e6) == "45.000 ms")
        #expect(BudgetKind.latency.text(900) == "0.9 us")
        #expect(BudgetKind.referenceFLOPs.text(18.8e9) == "18.800 G")
        #expect(BudgetKind.memory.text(67_108_864) == "64.00 MiB")
        #expect(BudgetKind.layers.text(91) == "91")
        #expect(LatencyBudget.relative(factor: 0.8, baseline: "resnet50").description == "0.800xresnet50")
    }
}
