import Foundation
import Testing

extension CommandSuite {
    @Suite struct StudyTests {
        private static let search = ["search", "--budget-flops", "100M", "--budget-layers", "40"] + SearchTests.small

        @Test func studyKeepsShowsAndGivesAgain() throws {
            let zendet = try Zendet()
            let first = try zendet.run(Self.search + ["--out", "found.txt", "--study", "s.study", "-o", "json"])
            #expect(first.status == 0, "\(first.error)")
            let winner = try JSONValue.records(first.output)[0]["winner"]
            let found = try zendet.read("found.txt")
            #expect(try zendet.files() == ["found.txt", "s.study"])

            // Gone on with, by either command: the same winner and the same measurement, not a new one.
            for (index, again) in [["search", "--resume", "s.study"], ["search", "resume", "s.study"]].enumerated() {
                let result = try zendet.run(again + ["--out", "again-\(index).txt", "-o", "json"])
                #expect(result.status == 0, "\(result.error)")
                #expect(try JSONValue.records(result.output)[0]["winner"] == winner)
                #expect(try zendet.read("again-\(index).txt").contains("'class'"))
            }

            let show = try JSONValue.records(try zendet.run(["search", "show", "s.study", "-o", "json"]).output)[0]
            #expect(try show["state"].string == "finished" && show["best"]["entropy"] == winner["entropy"])
            #expect(try show["best"]["measured_ns"] == winner["measured_ns"] && show["best"]["macs"] == winner["macs"])
            #expect(try show["options"]["--budget-flops"].string == "100M")
            let list = try zendet.run(["search", "list"])
            #expect(list.status == 0 && list.output.contains("s.study") && list.output.contains("finished"), "\(list.output)\(list.error)")
            let best = try zendet.run(["search", "best", "s.study"])
            #expect(best.status == 0 && best.output.contains("best_structures"))
            #expect(try zendet.run(["search", "export", "s.study", "--out", "export.txt"]).status == 0)
            let blocks = { (text: String) in text.split(separator: "\n").filter { $0.contains("'class'") } }
            #expect(try blocks(zendet.read("export.txt")) == blocks(found))
            #expect(try blocks(zendet.read("export.txt")) == blocks(best.output))
            #expect(try zendet.run(["score", "export.txt", "--resolution", "64"]).status == 0)
        }

        @Test func refusesWhatDoesNotBelongToTheStudy() throws {
            let zendet = try Zendet()
            #expect(try zendet.run(Self.search + ["--study", "s.study", "--out", "f.txt"]).status == 0)
            let before = try Data(contentsOf: zendet.folder.appendingPathComponent("s.study"))
            let other = try zendet.run(Self.search + ["--resume", "s.study", "--seed", "5", "--out", "g.txt"])
            #expect(other.status == 65 && other.error.contains("--seed is 5 on this command line and 0 in the study"), "\(other.error)")
            let again = try zendet.run(Self.search + ["--study", "s.study", "--out", "g.txt"])
            #expect(again.status == 1 && again.error.contains("--resume s.study"), "\(again.error)")
            #expect(try zendet.run(["search", "--resume", "nowhere.study"]).status == 66)
            try zendet.write("not a study", to: "text.study")
            for command in [["--resume", "text.study"], ["show", "text.study"], ["best", "text.study"], ["resume", "text.study"], ["export", "text.study"]] {
                let result = try zendet.run(["search"] + command)
                #expect(result.status == 65 && result.errorLines.count == 1 && result.error.contains("text.study"), "\(result.error)")
            }
            #expect(try zendet.run(["search", "--study", "a", "--resume", "b"]).status == 64)
            #expect(try zendet.run(["search", "--objectives", "entropy", "--budget-flops", "1G"]).status == 64)
            #expect(try zendet.run(["search", "--objectives", "entropy,params", "--solver", "exact", "--budget-flops", "1G"]).status == 64)
            #expect(try Data(contentsOf: zendet.folder.appendingPathComponent("s.study")) == before)
            #expect(try zendet.read("text.study") == "not a study")
        }

        /// A process that is killed while it searches, gone on with, killed again: the winner of an undisturbed search.
        @Test func killedAndGoneOnWith() throws {
            let zendet = try Zendet()
            let long = Self.search.map { $0 == "300" ? "3000000" : $0 }
            let undisturbed = try zendet.run(long + ["--out", "whole.txt"])
            #expect(undisturbed.status == 0, "\(undisturbed.error)")
            var kills = 0
            for attempt in 0..<3 {
                let words = attempt == 0 ? long + ["--study", "s.study", "--out", "killed.txt"] : ["search", "--resume", "s.study"]
                if try zendet.kill9(words, once: {
                    let show = try? zendet.run(["search", "show", "s.study", "-o", "json"])
                    guard let show, show.status == 0, let record = try? JSONValue.records(show.output)[0] else { return false }
                    // Reading a study that another process writes.
                    return (try? record["state"].string) == "running" && ((try? record["evaluations"].integer) ?? 0) > attempt * 500_000
                }) { kills += 1 }
            }
            #expect(kills >= 1, "the search ended before it could be killed")
            let state = try JSONValue.records(try zendet.run(["search", "show", "s.study", "-o", "json"]).output)[0]["state"].string
            #expect(["interrupted", "finished"].contains(state))
            let end = try zendet.run(["search", "resume", "s.study"])
            #expect(end.status == 0, "\(end.error)")
            let blocks = { (text: String) in text.split(separator: "\n").filter { $0.contains("'class'") } }
            #expect(try blocks(zendet.read("killed.txt")) == blocks(zendet.read("whole.txt")))
        }

        @Test func aFrontInEveryFormat() throws {
            let zendet = try Zendet()
            let arguments = ["search", "--objectives", "entropy,latency,params", "--front", "12", "--budget-params", "5M"] + SearchTests.small
            let json = try zendet.run(arguments + ["--out", "front.txt", "-o", "json", "--study", "f.study"])
            #expect(json.status == 0, "\(json.error)")
            let record = try JSONValue.records(json.output)[0]
            let points = try record["points"].array
            #expect((3...12).contains(points.count))
            #expect(try points.contains { try $0["names"].array.contains(.string("knee")) })
            #expect(try points.contains { (try? $0["measured_ns"].number) ?? 0 > 1e3 })
            #expect(try points.allSatisfy { try $0["params"].integer <= 5_000_000 && $0["predicted_ns"].number > 1e3 })
            #expect(try record["hypervolume"].array.count > 2)
            let structures = try zendet.run(["score", "front.txt", "--resolution", "64", "-o", "json"])
            #expect(try JSONValue.records(structures.output).count == points.count)
            for format in ["text", "md", "csv", "jsonl"] {
                let result = try zendet.run(["search", "resume", "f.study", "-o", format])
                #expect(result.status == 0 && result.output.contains("knee"), "\(format): \(result.output)\(result.error)")
            }
            let export = try zendet.run(["search", "export", "f.study", "--out", "again.txt"])
            #expect(export.status == 0)
            #expect(try zendet.read("again.txt") == zendet.read("front.txt"))
        }
    }
}

extension Zendet {
    /// Starts `zendet` and ends it with SIGKILL as soon as a condition holds; false if it ended by itself before.
    func kill9(_ arguments: [String], once isTime: () -> Bool) throws -> Bool {
        let process = Process()
        process.executableURL = Zendet.binary
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment
        variables["XDG_CACHE_HOME"] = path("cache")
        process.environment = variables
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while process.isRunning, !isTime() { Thread.sleep(forTimeInterval: 0.02) }
        guard process.isRunning else { return false }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
    }
}
