import Foundation
import Testing

extension CommandSuite {
    @Suite struct ScoreTests {
        @Test func recordsKeepTheContract() throws {
            let zendet = try Zendet()
            let result = try zendet.run(["score", "resnet50", "maedet-s", "--resolution", "480,640", "-o", "json"])
            #expect(result.status == 0)
            let records = try JSONValue.records(result.output)
            #expect(records.count == 4)
            let record = records[2]
            #expect(try record["name"].string == "maedet-s")
            #expect(try record["resolution"].integer == 480)
            for key in ["params", "macs", "layers", "peak_activation_bytes"] { #expect(try record[key].integer > 0) }
            #expect(try record["reference_flops"].number > record["macs"].number)
            #expect(try record["entropy"].number > 1000)
            let stages = try record["stages"].array
            #expect(stages.count == 5)
            #expect(try stages.map { try $0["feature_size"].integer } == [240, 120, 60, 30, 15])
            #expect(try stages.allSatisfy { try $0["channels"].integer > 0 && $0["entropy"].number > 0 })
            // The score is the weighted sum of the stages.
            let sum = try stages.reduce(0.0) { $0 + (try $1["weight"].number) * (try $1["entropy"].number) }
            #expect(try abs(sum - record["entropy"].number) < 1e-9 * sum)
        }

        @Test func structuresComeFromFilesAndStandardInput() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let file = try JSONValue.records(try zendet.run(["score", "tiny.txt", "--resolution", "64", "-o", "json"]).output)
            let stream = try JSONValue.records(try zendet.run(["score", "-", "--resolution", "64", "-o", "json"], input: tinyStructure).output)
            #expect(try file[0]["name"].string == "tiny")
            #expect(try stream[0]["name"].string == "stdin")
            #expect(try file[0]["entropy"] == stream[0]["entropy"])
            // The same network as JSON, given with -m.
            let json = tinyStructure.replacingOccurrences(of: "'", with: "\"")
            try zendet.write(json, to: "tiny.json")
            let option = try JSONValue.records(try zendet.run(["score", "-m", "tiny.json", "--resolution", "64", "-o", "json"]).output)
            #expect(try option[0]["macs"] == file[0]["macs"])
        }

        @Test func explainShowsEveryPart() throws {
            let zendet = try Zendet()
            let result = try zendet.run(["score", "maedet-s", "--explain"])
            #expect(result.output.contains("SuperResK1KXK1"))
            #expect(result.output.contains("entropy up to here"))
            let record = try JSONValue.records(try zendet.run(["score", "resnet18", "--explain", "-o", "json"]).output)[0]
            let blocks = try record["blocks"].array
            #expect(try blocks.allSatisfy { try !$0["summary"].string.isEmpty })
            // The blocks' parts and the logarithms of the stages' channels make up the score.
            let fromBlocks = try blocks.reduce(0.0) { $0 + (try $1["contribution"].number) }
            let fromChannels = try record["stages"].array.reduce(0.0) {
                $0 + (try $1["weight"].number) * log(Double(try $1["channels"].integer))
            }
            #expect(try abs(fromBlocks + fromChannels - record["entropy"].number) < 1e-9 * fromBlocks)
        }

        @Test func scoresSayThatTheyAreNoAccuracy() throws {
            let result = try Zendet().run(["score", "maedet-s"])
            #expect(result.output.contains("not accuracy"))
            let data = try Zendet().run(["score", "maedet-s", "-o", "csv"])
            #expect(!data.output.contains("not accuracy"))
            #expect(data.error.contains("not accuracy"))
            #expect(try Zendet().run(["score", "maedet-s", "-o", "csv", "--quiet"]).error.isEmpty)
        }

        @Test func spaceToDepthIsSaid() throws {
            let result = try Zendet().run(["score", "damo-k1kx", "--resolution", "320"])
            #expect(result.output.contains("space-to-depth"))
            #expect(result.output.contains("640 px"))
            let record = try JSONValue.records(try Zendet().run(["score", "damo-k1kx", "--image-resolution", "640", "-o", "json"]).output)[0]
            #expect(try record["resolution"].integer == 320)
            #expect(try record["image_resolution"].integer == 640)
        }

        @Test func stageWeightsChangeTheScore() throws {
            let zendet = try Zendet()
            func score(_ weights: String) throws -> Double {
                try JSONValue.records(try zendet.run(["score", "maedet-s", "--stage-weights", weights, "-o", "json"]).output)[0]["entropy"].number
            }
            #expect(try score("0,0,1,1,16") > score("0,0,1,1,6"))
        }

        @Test func everyFormatIsWritten() throws {
            let zendet = try Zendet()
            let markdown = try zendet.run(["score", "resnet18", "-o", "md"])
            #expect(markdown.output.hasPrefix("| name"))
            let csv = try zendet.run(["score", "resnet18", "-o", "csv"])
            #expect(csv.output.hasPrefix("name,resolution,params,macs,"))
            #expect(csv.output.contains("\r\nresnet18,640,11176512,"))
            let lines = try zendet.run(["score", "resnet18", "resnet34", "-o", "jsonl"]).output.split(separator: "\n")
            #expect(lines.count == 2)
            for line in lines { _ = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)) }
        }

        @Test func filesAreReplacedInOneStep() throws {
            let zendet = try Zendet()
            try zendet.write("old", to: "result.json")
            let result = try zendet.run(["score", "resnet18", "--output-file", "result.json"])
            #expect(result.status == 0)
            // The ending chose the format; the terminal kept the text.
            #expect(try JSONValue.records(try zendet.read("result.json")).count == 1)
            #expect(result.output.contains("resnet18"))
            #expect(result.error.contains("wrote result.json"))
            #expect(try zendet.files() == ["result.json"])
        }
    }
}
