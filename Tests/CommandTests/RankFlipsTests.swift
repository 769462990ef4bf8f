import Foundation
import Testing

extension CommandSuite {
    @Suite struct RankFlipsTests {
        @Test(arguments: [[], ["--predicted"]]) func everyMeasureIsTaken(_ options: [String]) throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let arguments =
                ["compare", "tiny.txt", "--baseline", "resnet18", "--rank-flips", "--resolution", "64", "--rank-threads", "1", "--rank-batches", "1,32"] + quick
                + options
            let result = try zendet.run(arguments + ["-o", "json"], environment: ["ZENDET_PROFILES": Zendet.profiles.path])
            #expect(result.status == 0, "\(result.error)")
            let record = try JSONValue.records(result.output)[0]
            #expect(try record["networks"].array.map { try $0.string } == ["resnet18", "tiny"])
            let measures = try record["measures"].array
            let kinds = try measures.map { try $0["kind"].string }
            // FLOPs; three precisions by two batches; every instruction set.
            #expect(kinds.count(where: { $0 == "flops" }) == 1 && kinds.count(where: { $0 == "v100" }) == 6)
            #expect(kinds.count(where: { $0 == (options.isEmpty ? "measured" : "predicted") }) >= 1)
            for measure in measures {
                let values = try measure["values"].array.map { try $0.number }
                #expect(values.count == 2 && values.allSatisfy { $0 > 0 })
            }
            #expect(try record["agreements"].array.count == measures.count * (measures.count - 1) / 2)
            #expect(try record["picks"].array.count == measures.count)
        }

        @Test func textTellsTauPairsAndPicks() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let arguments =
                ["compare", "tiny.txt", "--baseline", "resnet18", "--rank-flips", "--resolution", "64", "-t", "1", "--isa", "baseline", "--predicted"] + quick
            let result = try zendet.run(arguments, environment: ["ZENDET_PROFILES": Zendet.profiles.path])
            for part in ["V100 fp32 batch 1", "V100 int8 batch 128", "baseline, 1 thread", "Kendall's tau", "The pick:"] {
                #expect(result.output.contains(part), "\(part)")
            }
            #expect(try zendet.run(arguments + ["-o", "csv"], environment: ["ZENDET_PROFILES": Zendet.profiles.path]).output.hasPrefix("resolution,measure,kind"))
        }

        @Test func refusesWhatMakesNoSense() throws {
            let zendet = try Zendet()
            #expect(try zendet.run(["compare", "resnet18", "--predicted"]).status == 64)
            #expect(try zendet.run(["compare", "resnet18", "--rank-threads", "1"]).status == 64)
            #expect(try zendet.run(["compare", "resnet18", "--baseline", "resnet18", "--rank-flips", "--resolution", "64"]).status == 64)
        }
    }

    @Suite struct ImportLibraryTests {
        /// Rows of a made-up device, for 3x3 and 1x1 kernels of both strides at two batches.
        static let rows: String = {
            var rows = ["{Regular,1,512,8,8,512,3,1,0} -1", "{Regular,1,512,8,8,512,1,1,0} nan"]
            for batch in [1, 32] {
                for kernel in [1, 3] {
                    for stride in [1, 2] {
                        for fused in [0, 1] {
                            for side in [6, 30, 120] {
                                for out in [16, 64, 512] {
                                    for input in [3, out / 4, out / 2, out, 2 * out, 4 * out] {
                                        let time = 0.001 * Double(batch) * (1 + 1e-5 * Double(side * side * out * kernel * kernel) + Double(input) / 100)
                                        rows.append("{Regular,\(batch),\(input),\(side),\(side),\(out),\(kernel),\(stride),\(fused)} \(time)")
                                    }
                                }
                            }
                        }
                    }
                }
            }
            return rows.joined(separator: "\n") + "\n"
        }()

        @Test func importedRowsPriceNetworksAndReplaceTheModel() throws {
            let zendet = try Zendet()
            try zendet.write(Self.rows, to: "made.out.fp16")
            let arguments = ["profile", "import-oplib", "made.out.fp16", "--device", "made-up", "-m", "maedet-s", "--resolution", "224"]
            let text = try zendet.run(arguments)
            #expect(text.status == 0, "\(text.error)")
            for part in ["made-up, fp16", "1 rows say that they were not measured", "1 rows have a time that is none", "without rows"] {
                #expect(text.output.contains(part), "\(part)")
            }
            let json = try zendet.run(arguments + ["--out", "made.json", "-o", "json"])
            let records = try JSONValue.records(json.output)
            #expect(try records.map { try $0["batch"].integer } == [1, 32])
            // MAE-DET-S has 5x5 kernels, which this library does not.
            #expect(try records.allSatisfy { try $0["precision"].string == "fp16" && $0["uncovered"].integer > 0 && $0["ns_per_image"].number > 0 })
            #expect(try zendet.run(["profile", "validate", "made.json"]).status == 0)
            #expect(try zendet.run(["profile", "show", "made.json"]).output.contains("fp16"))

            // A second precision joins the first; the same one again takes its place.
            try zendet.write(Self.rows, to: "made.out")
            #expect(try zendet.run(["profile", "import-oplib", "made.out", "--device", "made-up", "--out", "made.json", "-q"]).status == 0)
            let both = try zendet.read("made.json")
            #expect(both.components(separatedBy: "\"precision\"").count == 3)
            #expect(try zendet.run(["profile", "import-oplib", "made.out", "--device", "made-up", "--out", "made.json", "-q"]).status == 0)
            #expect(try zendet.read("made.json").components(separatedBy: "\"precision\"").count == 3)

            let flips = try zendet.run(
                ["compare", "resnet18", "--baseline", "resnet34", "--rank-flips", "--predicted", "--resolution", "64", "-t", "1", "--isa", "baseline",
                    "--v100-profile", "made.json", "-o", "json"] + quick)
            let kinds = try JSONValue.records(flips.output)[0]["measures"].array.map { try $0["title"].string }
            #expect(kinds.filter { $0.hasPrefix("V100") }.allSatisfy { $0.contains("fp32") || $0.contains("fp16") })
        }

        @Test func badLibrariesLeaveTheProfileAsItWas() throws {
            let zendet = try Zendet()
            try zendet.write(Self.rows, to: "made.out")
            #expect(try zendet.run(["profile", "import-oplib", "made.out", "--device", "made-up", "--out", "made.json", "-q"]).status == 0)
            let before = try zendet.read("made.json")
            func fails(_ arguments: [String], _ status: Int32, _ words: [String]) throws {
                let result = try zendet.run(["profile", "import-oplib"] + arguments)
                #expect(result.status == status, "\(arguments): \(result.error)")
                for word in words { #expect(result.error.contains(word), "\(arguments): \(result.error)") }
                #expect(try zendet.read("made.json") == before)
            }
            try zendet.write(Self.rows + "{Regular,1,16", to: "cut.out")
            try zendet.write("{\"schema_version\": 1}\n", to: "foreign.out")
            try zendet.write("", to: "empty.out")
            try fails(["cut.out", "--device", "made-up", "--out", "made.json"], 65, ["cut.out", "line", "was expected"])
            try fails(["foreign.out", "--device", "made-up", "--out", "made.json"], 65, ["foreign.out: line 1"])
            try fails(["empty.out", "--device", "made-up", "--out", "made.json"], 65, ["no row with a time"])
            try fails(["nowhere.out", "--device", "made-up", "--out", "made.json"], 66, ["nowhere.out"])
            try fails(["made.out", "--device", "other", "--out", "made.json"], 65, ["\"made-up\"", "\"other\""])
            try fails(["made.out", "--device", "Not Kebab", "--out", "new.json"], 65, ["lower-case"])
            // A device without room takes nothing.
            try fails(["made.out", "--device", "made-up", "--out", "/proc/made.json"], 1, ["/proc/made.json"])
            #expect(try !zendet.files().contains("new.json"))
        }
    }
}
