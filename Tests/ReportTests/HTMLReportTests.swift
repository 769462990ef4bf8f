import Foundation
import Report
import Testing

/// The page of some result files.
func page(_ files: String...) throws -> String {
    var report = HTMLReport()
    for (index, file) in files.enumerated() { try report.add([UInt8](file.utf8), name: "file\(index).json") }
    return report.page()
}

@Suite struct HTMLReportTests {
    @Test func loadsAndRunsNothing() throws {
        let page = try page(ResultSamples.compare, ResultSamples.bench, ResultSamples.search, ResultSamples.topology)
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        #expect(page.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;;"))
        for word in ["http://", "https://", "<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import", "onload", "javascript:"] {
            #expect(!page.lowercased().contains(word), "\(word)")
        }
    }

    @Test func everyPlotHasItsTableAndItsWords() throws {
        let page = try page(ResultSamples.compare, ResultSamples.bench, ResultSamples.search)
        let count = { (word: String) in page.components(separatedBy: word).count - 1 }
        // Latency against entropy, prediction, progress, stages, roofline, layers.
        #expect(count("<figure") == 6 && count("<details>") == 6 && count("<summary>") == 7)
        #expect(count("role=\"img\"") == 12 && count("<desc") == 12)
        let ids = page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(ids).count == ids.count)
    }

    @Test func hostileNamesStayText() throws {
        let name = "<script>alert('x')</script>\"&\u{202E}\u{0}</svg><b onmouseover=\"y\">"
        let page = try page("[\(ResultSamples.compared(name, milliseconds: 5, entropy: 7)), \(ResultSamples.compared("other", milliseconds: 6, entropy: 9))]")
        #expect(!page.contains("<script") && !page.contains("<b onmouseover") && !page.contains("\u{202E}") && !page.contains("\u{0}"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}\u{FFFD}&lt;/svg&gt;"))
    }

    @Test func joinsEntropyAndLatencyOfDifferentFiles() throws {
        let score = { (name: String, entropy: Double) in
            "{\"name\": \"\(name)\", \"resolution\": 480, \"image_resolution\": 480, \"params\": 5, \"macs\": 20000000000, \"entropy\": \(entropy)}"
        }
        let second = ResultSamples.bench.replacingOccurrences(of: "\"resnet50\"", with: "\"other\"").replacingOccurrences(of: "70250000.0", with: "50500000.0")
        let joined = try page(ResultSamples.bench + second, score("resnet50", 1174.3) + score("other", 1500.25))
        #expect(joined.contains("data-name=\"other\" data-x=\"50.5\" data-y=\"1500.25\""))
        let apart = try page(ResultSamples.bench + second)
        #expect(apart.contains("No entropy of resnet50, other in these files") && !apart.contains("id=\"entropy-0\"") && apart.contains("id=\"times-0\""))
    }

    @Test func plotsWhatAV100WouldNeed() throws {
        func record(_ name: String, _ entropy: Double, _ v100: Double?, precision: String = "fp16", complete: Bool = true) -> String {
            let fields = v100.map {
                "\"v100_model_ns\": \($0), \"v100_precision\": \"\(precision)\", \"v100_batch\": 32, \"v100_model_median_error\": 0.021, \"v100_complete\": \(complete), "
            }
            return ResultSamples.compared(name, milliseconds: 50, entropy: entropy).replacingOccurrences(of: "\"gflop_per_s\"", with: (fields ?? "") + "\"gflop_per_s\"")
        }
        let records = [record("a", 900, 1_500_000), record("b", 1000, 2_250_000, complete: false), record("c", 1100, nil), record("d", 1200, 9e5, precision: "int8")]
        let page = try page("[\(records.joined(separator: ", "))]", "[\(records[0])]")
        let figure = try #require(page.components(separatedBy: "<figure id=\"v100-0\"").dropFirst().first?.components(separatedBy: "</figure>").first)
        // The same record of two files is one point; networks without a figure, and of another precision, are not in it.
        #expect(figure.components(separatedBy: "<g class=\"mark\"").count - 1 == 2 * 2)
        #expect(figure.contains("data-name=\"a\" data-x=\"1.5\" data-y=\"900\"") && figure.contains("data-name=\"b\" data-x=\"2.25\" data-y=\"1000\""))
        #expect(figure.contains("480\u{A0}px, V100 fp16, batch 32") || figure.contains("480 px, V100 fp16, batch 32"))
        #expect(figure.contains("never a measurement") && figure.contains("2.1\u{A0}%") && figure.contains("Lower bounds") && !figure.contains("VALID"))
        #expect(!page.contains("id=\"v100-1\""), "one network is no plot")
    }

    @Test func saysWhatItDoesNotKnow() throws {
        let comparison = try page(ResultSamples.compare)
        for words in ["No per-layer data in these files", "bench --layers", "No search in these files", "unknown: steal time", "Why not VALID"] {
            #expect(comparison.contains(words), "\(words)")
        }
        #expect(try page(ResultSamples.topology).contains("No measured latency in these files"))
        let dry = ResultSamples.bench.replacingOccurrences(of: "\"memory\"", with: "\"compute\"")
        #expect(try page(dry).contains("No file tells how fast memory is read"))
        #expect(try !page(dry, ResultSamples.topology).contains("No file tells how fast memory is read"))
        #expect(try page("[]").contains("holds no record"))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var text: String
        var code: ReportError.Code
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Refusal(text: "", code: .malformed, message: "r.json: the file is empty; a result as written with '-o json' or '-o jsonl' was expected"),
        Refusal(
            text: "[{\"name\": \"a\",", code: .malformed, message: "r.json:1:15: the file ends inside the dictionary that begins at r.json:1:2; is it cut off?"),
        Refusal(
            text: "[\n {\"rows\": []}\n]", code: .foreign,
            message: "r.json:2:2: no result of zendet: an object with the fields 'rows'; bench, compare, verify, search, score, profile and topology write such results"
        ),
        Refusal(text: "[1]", code: .malformed, message: "r.json:1:2: found the number 1 where a record should stand"),
        Refusal(
            text: "{\"median_ns\": \"5\", \"samples_ns\": [],\n \"name\": \"a\", \"verdict\": \"VALID\"}", code: .malformed,
            message: "r.json:1:15: 'median_ns' is the string '5'; a number was expected"),
        Refusal(
            text: "{\"median_ns\": 5, \"samples_ns\": [], \"name\": \"a\"}", code: .malformed, message: "r.json:1:1: 'verdict' is missing; a text was expected"),
        Refusal(text: "{\"winner\": null}", code: .malformed, message: "r.json:1:12: 'winner' is null; an object was expected"),
        Refusal(
            text: "{\"schema_version\": 99, \"name\": \"x\"}", code: .tooNew,
            message: "r.json:1:20: a profile of schema version 99, and this version reads up to 2: use a newer ZenDet"),
        Refusal(
            text: "{\"news\": 1, \"environment\": {\"tool_version\": \"99.0.0\"}}", code: .tooNew,
            message:
                "r.json:1:1: no result of zendet: an object with the fields 'news', 'environment'; bench, compare, verify, search, score, profile and topology write such results (ZenDet 99.0.0 wrote it, and this is 0.1.0: use the newer one)"
        ),
    ])
    func refusesWithThePlace(_ refusal: Refusal) {
        var report = HTMLReport()
        #expect(throws: ReportError(refusal.code, refusal.message)) { try report.add([UInt8](refusal.text.utf8), name: "r.json") }
    }

    /// Every cut of a real file is either refused or, at its whole length, read; nothing crashes.
    @Test func truncatedFilesAreRefused() throws {
        let bytes = [UInt8](ResultSamples.search.utf8)
        var refused = 0
        for length in stride(from: 0, to: bytes.count - 1, by: 7) {
            var report = HTMLReport()
            do { try report.add(Array(bytes[..<length]), name: "r.json") } catch {
                #expect(error.code == .malformed && error.message.hasPrefix("r.json"))
                refused += 1
            }
        }
        #expect(refused == (bytes.count + 5) / 7)
    }

    /// Extreme numbers draw something finite.
    @Test func extremeNumbersStayFinite() throws {
        let page = try page(
            "[\(ResultSamples.compared("a", milliseconds: 1e-9, entropy: 0)), \(ResultSamples.compared("b", milliseconds: 1e12, entropy: -1e300)), \(ResultSamples.compared("c", milliseconds: 0, entropy: 1e300))]"
        )
        #expect(!page.contains("nan") && !page.contains("=\"inf") && !page.contains("-inf"))
    }
}
