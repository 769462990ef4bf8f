import Foundation
import Testing

extension CommandSuite {
    @Suite struct ReportTests {
        @Test func reportsWhatCommandsWrote() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            #expect(try zendet.run(["bench", "tiny.txt", "--resolution", "64", "--layers", "-o", "json", "--output-file", "bench.json"] + quick).status == 0)
            #expect(try zendet.run(["score", "tiny.txt", "resnet18", "--resolution", "64", "-o", "jsonl", "--output-file", "score.jsonl"]).status == 0)
            let search = [
                "search", "--budget-flops", "100M", "--budget-layers", "40", "--study", "s.study", "--out", "found.txt", "-o", "json", "--output-file",
                "search.json",
            ]
            #expect(try zendet.run(search + SearchTests.small).status == 0)
            let result = try zendet.run(["report", "bench.json", "score.jsonl", "search.json", "s.study"])
            #expect(result.status == 0 && result.output.isEmpty && result.error == "wrote bench.html\n", "\(result.error)")
            let page = try zendet.read("bench.html")
            for figure in ["layers-0", "roofline-0", "stages", "prediction", "progress-0-0", "progress-1-0"] {
                #expect(page.contains("<figure id=\"\(figure)\""), "\(figure)")
            }
            // The search and its study tell the same gains.
            func gains(_ figure: String) -> [Substring] {
                let part = page.components(separatedBy: "<figure id=\"\(figure)\"").last?.components(separatedBy: "</figure>")[0] ?? ""
                return part.components(separatedBy: "data-x=\"").dropFirst().map { $0.prefix { $0 != ">" } }
            }
            #expect(!gains("progress-0-0").isEmpty && gains("progress-0-0") == gains("progress-1-0"))
            let piped = try zendet.shell("\"$ZENDET\" models -q -o json | \"$ZENDET\" report - --out -")
            #expect(piped.status == 0 && piped.output.hasPrefix("<!DOCTYPE html>") && piped.error.isEmpty)
            #expect(try zendet.run(["report", Zendet.profiles.appendingPathComponent("nvidia-v100.json").path, "--out", "v100.html"]).status == 0)
            #expect(
                try zendet.run(["report", Zendet.profiles.appendingPathComponent("amd-epyc-family-25-model-17-2-cores.json").path, "--out", "cpu.html"]).status
                    == 0)
            #expect(try zendet.read("cpu.html").contains("<figure id=\"times-0\""))
        }

        @Test func refusesWhatIsNoResult() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            try zendet.write("[{\"name\": \"a\", \"median_ns\":", to: "cut.json")
            for (file, status) in [("tiny.txt", 65), ("cut.json", 65), ("missing.json", 66)] {
                let result = try zendet.run(["report", file, "--out", "page.html"])
                #expect(result.status == Int32(status) && result.errorLines.count == 1 && result.error.contains(file), "\(result.error)")
            }
            #expect(try zendet.run(["report"]).status == 64)
            #expect(try zendet.run(["report", "cut.json", "-o", "page.html"]).status == 64)
            #expect(try zendet.run(["report", "cut.json", "--out", "cut.json"]).status == 64)
            #expect(try !zendet.files().contains("page.html"))
        }

        @Test func doctorSaysHowThingsAre() throws {
            let zendet = try Zendet()
            try zendet.write("no table", to: "bad.sqlite")
            let result = try zendet.run(["doctor", "nowhere.study", "--layer-table", "bad.sqlite", "-o", "json"])
            #expect(result.status == 0, "\(result.error)")
            let findings = try JSONValue.records(result.output)
            #expect(try findings.allSatisfy { try ["ok", "note", "problem", "unknown"].contains($0["state"].string) })
            func state(_ topic: String) throws -> String { try #require(try findings.first { try $0["topic"].string == topic })["state"].string }
            #expect(try state("layer table") == "problem" && state("study") == "problem" && state("pinning") != "problem")
            // The table was only looked at.
            #expect(try zendet.read("bad.sqlite") == "no table")
            let strict = try zendet.run(["doctor", "--strict"])
            let isValid = strict.output.contains("would be VALID")
            #expect(strict.status == (isValid ? 0 : 75), "\(strict.output)\(strict.error)")
            #expect(try zendet.run(["doctor", "--threads", "100000"]).output.contains("problem  pinning"))
        }
    }
}
