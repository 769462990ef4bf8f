import Foundation
import Testing

extension CommandSuite {
    /// `--profile` of score and compare: other machines' latencies beside what is counted or measured here.
    @Suite struct PredictedColumnsTests {
        static let avx2 = "amd-epyc-family-25-model-17-2-cores-avx2"
        static let baseline = "amd-epyc-family-25-model-17-2-cores-baseline"

        @Test func aScoreHasAColumnForEachProfile() throws {
            let zendet = try Zendet()
            let arguments = ["score", "maedet-s", "resnet50", "--resolution", "224", "--profile", Self.avx2, "--profile", Self.baseline] + ["--profile-threads", "1"]
            let text = try zendet.run(arguments)
            #expect(text.status == 0, "\(text.error)")
            for part in [
                "predicted 1 (ms)", "predicted 2 (ms)", "Predicted 1: profile \(Self.avx2), avx2, 1 thread, by its model and not measured; ",
                "Predicted 2: profile \(Self.baseline), baseline, 1 thread, by its model and not measured; ", "% (95th percentile)",
                // ResNet-50's stem is outside of what both were fitted to.
                "out of range (%)", "Extrapolated beyond what the model was fitted to:", "resnet50 at 224 px by profile \(Self.avx2), avx2, 1 thread, ",
            ] { #expect(text.output.contains(part), "\(part)") }

            let records = try JSONValue.records(try zendet.run(arguments + ["-o", "json"]).output)
            let predicted = try zendet.run(
                ["profile", "predict", "maedet-s", "resnet50", "--resolution", "224", "--profile", Self.avx2, "--profile", Self.baseline, "--threads", "1", "-o", "json"])
            let known = try JSONValue.records(predicted.output)
            for record in records {
                let own = try record["predicted_latencies"].array
                #expect(own.count == 2)
                for prediction in own {
                    let same = try known.first { try $0["name"].string == record["name"].string && $0["profile"].string == prediction["profile"].string }
                    #expect(try prediction["predicted_ns"].number == #require(same)["predicted_ns"].number)
                    #expect(try prediction["outside_share"].number == #require(same)["outside_share"].number)
                    #expect(try prediction["card"]["median_percent"].number > 0 && prediction["threads"].integer == 1)
                }
            }
            let csv = try zendet.run(arguments + ["-o", "csv"]).output.split(separator: "\n")
            #expect(csv[0].contains("predicted_1_ns,predicted_1_outside_share,predicted_1_by,predicted_2_ns"), "\(csv[0])")
            // Without a profile nothing of this is there.
            let plain = try zendet.run(["score", "maedet-s", "--resolution", "224", "-o", "json"])
            #expect(!plain.output.contains("predicted"))
            let chosen = try zendet.run(["score", "resnet50", "--resolution", "224", "--score", "closed,macs", "--profile", Self.avx2])
            #expect(chosen.output.contains("predicted (ms)") && chosen.output.contains("Predicted: profile"))
        }

        @Test func aComparisonHasThemBesideWhatIsMeasured() throws {
            let zendet = try Zendet()
            let arguments = ["compare", "resnet18", "--baseline", "resnet34", "--resolution", "64", "-t", "1", "--profile", Self.avx2, "--profile-threads", "1"] + quick
            let text = try zendet.run(arguments)
            #expect(text.status == 0, "\(text.error)")
            #expect(text.output.contains("median (ms)") && text.output.contains("predicted (ms)") && text.output.contains("Extrapolated beyond"))
            let records = try JSONValue.records(try zendet.run(arguments + ["-o", "json"]).output)
            let predictions = try records.map { try $0["predicted_latencies"].array[0] }
            let times = try predictions.map { try $0["predicted_ns"].number }
            #expect(try records.map { try $0["name"].string } == ["resnet34", "resnet18"] && times[0] > times[1])
            #expect(try predictions[0]["predicted_ratio_to_baseline"].number == 1)
            #expect(try abs(predictions[1]["predicted_ratio_to_baseline"].number - times[1] / times[0]) < 1e-12)
        }

        @Test func profilesAreAmongTheMeasuresThatFlip() throws {
            let zendet = try Zendet()
            let result = try zendet.run(
                ["compare", "maedet-s", "--rank-flips", "--predicted", "--resolution", "64", "--isa", "baseline", "-t", "1", "--profile", Self.avx2, "--profile",
                    Self.baseline, "-o", "json"] + quick)
            #expect(result.status == 0, "\(result.error)")
            let record = try JSONValue.records(result.output)[0]
            let measures = try record["measures"].array.filter { try $0["kind"].string == "profile" }
            // Every model of both: one and two threads of AVX2, and those of the baseline.
            #expect(try measures.contains { try $0["title"].string == "predicted, profile \(Self.avx2), avx2, 1 thread" })
            #expect(try measures.contains { try $0["title"].string == "predicted, profile \(Self.avx2), avx2, 2 threads" })
            #expect(try measures.contains { try $0["isa"].string == "baseline" })
            for measure in measures {
                let shares = try measure["predictions"].array.map { try $0["outside_share"].number }
                // At 64 px much is extrapolated: such a value orders nothing.
                for (index, share) in shares.enumerated() where share > 0.05 { #expect(try measure["low"].array[index].number == 0) }
                #expect(shares.contains { $0 > 0.05 })
            }
            #expect(try record["picks"].array.count == record["measures"].array.count)
        }

        @Test func whatMakesNoSenseIsRefused() throws {
            let zendet = try Zendet()
            try zendet.write("{\"schema_version\": 9}", to: "newer.json")
            for (options, status, part) in [
                (["--profile", "nvidia-v100"], 65, "an accelerator's profile"), (["--profile", "nowhere.json"], 66, "nowhere.json"),
                (["--profile", "newer.json"], 65, "schema_version: found 9"), (["--profile", Self.avx2, "--profile-threads", "7"], 65, "no model for 7 threads"),
                (["--profile", Self.avx2, "--profile-isa", "avx512"], 65, "no model for avx512"),
                (["--profile", "amd-epyc-family-25-model-17-2-cores"], 65, "holds no latency model"), (["--profile-isa", "avx2"], 64, "--profile-isa"),
                (["--profile-threads", "1"], 64, "--profile-threads"),
            ] as [([String], Int32, String)] {
                for command in ["score", "compare"] {
                    let result = try zendet.run([command, "resnet18", "--resolution", "64"] + options)
                    #expect(result.status == status && result.error.contains(part) && result.output.isEmpty, "\(command) \(options): \(result.error)")
                }
            }
            let batch = try zendet.run(["compare", "resnet18", "--resolution", "64", "--batch", "2", "--profile", Self.avx2])
            #expect(batch.status == 64 && batch.error.contains("batch 1 only"))
            #expect(try zendet.run(["score", "--audit", "wide", "--profile", Self.avx2]).status == 64)
        }
    }
}
