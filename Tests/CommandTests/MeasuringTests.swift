import Foundation
import Testing

extension CommandSuite {
    /// Runs real measurements of small networks. None of these tests looks at how long anything took.
    @Suite struct MeasuringTests {
        @Test func benchRecordsKeepTheContract() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let result = try zendet.run(["bench", "tiny.txt", "--resolution", "64,96", "--threads", "1", "--batch", "2", "-o", "json"] + quick)
            #expect(result.status == 0)
            let records = try JSONValue.records(result.output)
            #expect(records.count == 2)
            try checkBenchRecord(records[0], name: "tiny", resolution: 64, threads: 1, batch: 2)
            try checkBenchRecord(records[1], name: "tiny", resolution: 96, threads: 1, batch: 2)
            // What was asked for, and what the kernel says.
            #expect(try records[0]["bound_cpus"].array == [records[0]["cpus"]])
        }

        @Test func everyInstructionSetRunsWhenForced() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let topology = try JSONValue.records(try zendet.run(["topology", "-t", "1", "--isa", "baseline", "-o", "json"]).output)[0]
            let isas = try topology["isas"].array.map { try $0.string }
            #expect(isas.first == "baseline")
            for isa in isas {
                let result = try zendet.run(["bench", "tiny.txt", "--resolution", "64", "-t", "1", "--isa", isa, "-o", "json"] + quick)
                #expect(try JSONValue.records(result.output)[0]["isa"].string == isa)
            }
        }

        @Test func layersAreTimedInAPassOfTheirOwn() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let result = try zendet.run(["bench", "tiny.txt", "--resolution", "64", "-t", "1", "--layers", "-o", "json"] + quick)
            let layers = try JSONValue.records(result.output)[0]["layers"].array
            #expect(layers.count > 10)
            let shares = try layers.reduce(0.0) { $0 + (try $1["share"].number) }
            #expect(abs(shares - 1) < 1e-9)
            #expect(try layers.allSatisfy { try $0["median_ns"].number > 0 && $0["bytes"].integer > 0 })
            let text = try zendet.run(["bench", "tiny.txt", "--resolution", "64", "-t", "1", "--layers"] + quick)
            #expect(text.output.contains("layer by layer"))
            #expect(text.output.contains("conv 3x3/2"))
        }

        @Test func aDetectorIsMeasuredWithItsBackbone() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let arguments = ["bench", "tiny.txt", "--detector", "gflv2", "--detector-width", "32", "--resolution", "64", "-t", "1"] + quick
            let result = try zendet.run(arguments + ["--layers", "-o", "json"])
            #expect(result.status == 0, "\(result.error)")
            let record = try JSONValue.records(result.output)[0]
            try checkBenchRecord(record, name: "tiny+gflv2", resolution: 64, threads: 1)
            #expect(try record["detector"].string == "gflv2" && record["detector_width"].integer == 32 && record["backbone"].string == "tiny")
            let (low, share, high) = (try record["backbone_share_low"].number, try record["backbone_share"].number, try record["backbone_share_high"].number)
            #expect(0 < low && low <= share && share <= high)
            let parts = try record["parts"].array
            #expect(try parts.map { try $0["part"].string } == ["backbone", "neck", "head"])
            #expect(abs(try parts.reduce(0.0) { $0 + (try $1["share"].number) } - 1) < 1e-9)
            #expect(try parts.allSatisfy { try $0["steps_ns"].number > 0 && $0["macs"].integer > 0 && $0["params"].integer > 0 })
            #expect(try parts.reduce(0) { $0 + (try $1["macs"].integer) } == (try record["macs"].integer))
            #expect(try record["layers"].array.contains { try $0["name"].string == "head.p7.quality2" })

            // A report takes it as any measured network.
            try zendet.write(result.output, to: "detector.json")
            let page = try zendet.run(["report", "detector.json", "--out", "page.html"])
            #expect(page.status == 0, "\(page.error)")
            let text = try zendet.run(arguments)
            #expect(text.output.contains("backbone alone") && text.output.contains("before boxes are decoded"))
            #expect(text.output.contains("half"))
        }

        @Test func detectorsThatCannotBeAreRefused() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            func check(_ arguments: [String], status: Int32, _ words: [String]) throws {
                let result = try zendet.run(["bench", "tiny.txt", "--resolution", "64", "-t", "1"] + arguments)
                #expect(result.status == status && result.output.isEmpty, "\(arguments): \(result.status) \(result.error)")
                for word in words { #expect(result.error.contains(word), "\(arguments) does not say '\(word)': \(result.error)") }
            }
            try check(["--detector", "yolo"], status: 66, ["'yolo'", "retinanet, fcos, gflv2"])
            try check(["--detector", "fcos", "--detector-width", "100"], status: 65, ["100", "32"])
            try check(["--detector", "fcos", "--resolution", "16"], status: 65, ["16", "32"])
            try check(["--detector-width", "64"], status: 64, ["--detector"])
            try check(["--detector", "fcos", "--processes", "3"], status: 64, ["--processes"])
            let export = try zendet.run(["export", "tiny.txt", "--to", "pytorch", "--detector", "fcos"])
            #expect(export.status == 64 && export.error.contains("pytorch has no place for it"))
        }

        @Test func jsonLinesComeOneByOne() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let result = try zendet.run(["bench", "tiny.txt", "--resolution", "64,96", "-t", "1", "-o", "jsonl"] + quick)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2)
            for line in lines { _ = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)) }
        }

        @Test func strictEndsWith75UnlessValid() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let result = try zendet.run(["bench", "tiny.txt", "--resolution", "64", "-t", "1", "--strict", "-o", "json"] + quick)
            let isValid = try JSONValue.records(result.output)[0]["verdict"].string == "VALID"
            #expect(result.status == (isValid ? 0 : 75))
            #expect(isValid || result.errorLines.last?.hasPrefix("zendet: ") == true)
        }

        @Test func comparisonsHaveScoresMeasurementsAndRatios() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let arguments = ["compare", "tiny.txt", "--baseline", "resnet18", "--resolution", "64", "-t", "1", "--min-time", "5ms", "--max-time", "200ms", "--warmup", "20ms"]
            let result = try zendet.run(arguments + ["-o", "json"])
            #expect(result.status == 0)
            let records = try JSONValue.records(result.output)
            #expect(records.count == 2)
            for (record, name) in zip(records, ["resnet18", "tiny"]) {
                try checkBenchRecord(record, name: name, resolution: 64, threads: 1)
                for key in ["params", "layers", "peak_activation_bytes"] { #expect(try record[key].integer > 0) }
                #expect(try record["entropy"].number > 0)
                #expect(try !record["stages"].array.isEmpty)
                #expect(try record["baseline"].string == "resnet18")
                #expect(record.has("v100_precision") && record.has("v100_batch"))
                let (low, ratio, high) = (try record["ratio_low"].number, try record["ratio_to_baseline"].number, try record["ratio_high"].number)
                #expect(low <= ratio && ratio <= high && low > 0)
            }
            #expect(try records[0]["ratio_to_baseline"].number == 1)

            let text = try zendet.run(arguments)
            #expect(text.output.hasPrefix("Noise floor"))
            #expect(text.output.contains("batch"))
            #expect(text.output.contains("V100"))
            let csv = try zendet.run(arguments + ["-o", "csv"])
            #expect(csv.output.split(separator: "\r\n").count == 3)
        }
    }
}
