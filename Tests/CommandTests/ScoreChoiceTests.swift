import Foundation
import Testing

extension CommandSuite {
    @Suite struct ScoreChoiceTests {
        private let all = "closed,forward,deepmad,zen,params,macs,depth"

        @Test func chosenScoresAreColumns() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let arguments = ["score", "tiny.txt", "--resolution", "64", "--passes", "3", "--seed", "4", "--score", all]
            let record = try JSONValue.records(try zendet.run(arguments + ["-o", "json"]).output)[0]
            let scores = try record["scores"]
            #expect(try scores["closed"] == record["entropy"])
            #expect(try scores["depth"] == record["layers"] && scores["macs"] == record["macs"] && scores["params"] == record["params"])
            #expect(try scores["forward"].number > 0 && scores["forward_standard_error"].number > 0)
            #expect(try scores["zen_standard_error"].number > 0 && scores["zen"].number.isFinite)
            let deepmad = try scores["deepmad_entropy"].number - 10 * scores["deepmad_depth_penalty"].number
            #expect(try abs(deepmad - scores["deepmad"].number) < 1e-9 * abs(deepmad))
            // The measured entropy is below the closed form, by the padding's zeros, and near it.
            #expect(try (0.8...1).contains(scores["forward"].number / scores["closed"].number))
            #expect(try abs(scores["forward"].number / scores["forward_expected"].number - 1) < 0.05)
            // The same seed gives the same figures for any number of threads.
            let alone = try JSONValue.records(try zendet.run(arguments + ["-o", "json", "--threads", "1"]).output)[0]
            #expect(try alone["scores"] == scores)
            let csv = try zendet.run(arguments + ["-o", "csv"])
            #expect(
                csv.output.hasPrefix(
                    "name,resolution,closed,forward,forward_standard_error,forward_expected,deepmad,deepmad_effectiveness,zen,zen_standard_error,"
                        + "params,macs,depth,published_ap\r\n"))
            #expect(csv.error.contains("as the paper defines it, at 64 px, batch 1, seed 4, mean and standard error of 3 passes"))
            let text = try zendet.run(["score", "tiny.txt", "--resolution", "64", "--score", "depth,closed"])
            #expect(text.output.contains("depth  closed form"))
            #expect(!text.output.contains("peak activations"))
        }

        @Test func deployedAndTrueResolution() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            func forward(_ more: [String]) throws -> Double {
                let arguments = ["score", "tiny.txt", "--resolution", "192", "--score", "forward", "--passes", "4", "-o", "json"] + more
                return try JSONValue.records(try zendet.run(arguments).output)[0]["scores"]["forward"].number
            }
            let (usual, deployed, large) = (try forward([]), try forward(["--deployed"]), try forward(["--true-resolution"]))
            #expect(usual != deployed && large > usual)
            #expect(try forward(["--score-resolution", "192"]) == large)
        }

        @Test func faultsNameTheLayer() throws {
            let zendet = try Zendet()
            let small = try zendet.run(["score", "resnet18", "--score", "forward", "--score-resolution", "8"])
            #expect(small.status == 65 && small.errorLines.count == 1)
            #expect(small.error.contains("resolution 8 is too small") && small.error.contains("layer layer3.0.conv1"), "\(small.error)")
            try zendet.write("[{'class': 'ConvKXBNRELU', 'in': 3, 'out': 1, 's': 2, 'k': 3}]", to: "dot.txt")
            let dot = try zendet.run(["score", "dot.txt", "--stage-weights", "1", "--score", "forward", "--score-resolution", "2"])
            #expect(dot.status == 65 && dot.error.contains("layer block0.conv1 (1x1x1x1)"), "\(dot.error)")
        }

        @Test func overflowNamesTheLayer() throws {
            let result = try Zendet().run(["score", "maedet-m", "--score", "forward", "--no-rescale", "--passes", "1"])
            #expect(result.status == 65 && result.errorLines.count == 1 && result.output.isEmpty)
            #expect(result.error.contains("layer block") && result.error.contains("beyond fp32"), "\(result.error)")
        }

        @Test func explainShowsChanges() throws {
            let zendet = try Zendet()
            let record = try JSONValue.records(try zendet.run(["score", "maedet-s", "--resolution", "64", "--explain", "-o", "json"]).output)[0]
            let changes = try record["changes"].array
            #expect(changes.count == 4 * 4 + 1 - 2)
            for change in changes { #expect(try change["score"].number > 0 && change["macs"].integer > 0 && change["params"].integer > 0) }
            // No layer was measured in this folder.
            #expect(try changes.allSatisfy { try $0["latency_ns"] == .null })
            let text = try zendet.run(["score", "maedet-s", "--resolution", "64", "--explain"])
            #expect(text.output.contains("What small changes of maedet-s would add") && text.output.contains("k 3 → 5"))
            #expect(text.output.contains("No latency beside the changes"))
            #expect(try zendet.run(["score", "resnet18", "--explain"]).output.contains("TinyNAS' notation only"))
            let missing = try zendet.run(["score", "maedet-s", "--explain", "--layer-table", "none.sqlite"])
            #expect(missing.status == 66 && missing.error.contains("none.sqlite"))
        }

        @Test func auditSaysWhatIsDepth() throws {
            let zendet = try Zendet()
            let arguments =
                ["score", "--audit", "start-mbv2", "--resolution", "64", "--networks", "30", "--seed", "2", "--score", "closed,forward", "--passes", "1"]
            let records = try JSONValue.records(try zendet.run(arguments + ["-o", "json"]).output)
            let pairs = try records.filter { try $0["record"].string == "pair" }
            #expect(pairs.count == 6)
            for pair in pairs {
                for key in ["spearman", "kendall"] {
                    let (low, value, high) = (try pair[key + "_low"].number, try pair[key].number, try pair[key + "_high"].number)
                    #expect(-1 <= low && low <= value && value <= high && high <= 1)
                }
                #expect(try pair["networks"].integer == 30 && pair["near_ties"].integer >= 0)
            }
            let first = try #require(pairs.first)
            #expect(try first["a"].string == "closed" && first["b"].string == "forward" && first["spearman"].number > 0.9)
            let published = try records.filter { try $0["record"].string == "published" }
            #expect(try published.map { try $0["name"].string } == ["resnet50", "resnet101", "maedet-s", "maedet-m", "maedet-l"])
            #expect(try published.map { try $0["scores"]["depth"].integer }.count == 5)
            #expect(try Set(published.map { try $0["ranks"]["closed"].integer }) == Set(1...5))
            let text = try zendet.run(arguments)
            #expect(text.status == 0 && text.output.contains("closed is ") && text.output.contains("depth") && text.output.contains("% of the variance"))
            #expect(text.output.contains("Kendall's tau with the published precision of 5 networks"))
            #expect(try zendet.run(arguments).output == text.output)
            let csv = try zendet.run(arguments + ["-o", "csv", "--quiet"])
            #expect(csv.output.hasPrefix("a,b,spearman,spearman_low,spearman_high,kendall,") && csv.output.split(separator: "\r\n").count == 7)
            #expect(try zendet.run(arguments + ["-o", "md"]).output.contains("| closed"))
            let bad = try zendet.run(["score", "--audit", "resnet50"])
            #expect(bad.status == 65 && bad.error.contains("a space is wide, reference, or"))
        }
    }
}
