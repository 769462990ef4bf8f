import Foundation
import Testing

extension CommandSuite {
    /// Searches for the machine of a profile: nothing is measured, and the result says so.
    @Suite struct ProfileSearchTests {
        static let profile = "amd-epyc-family-25-model-17-2-cores-avx2"
        static let small = [
            "search", "--profile", profile, "--budget-latency", "20ms", "--resolution", "128", "--evaluations", "400", "--width-max", "512", "--rounds", "1",
        ]

        @Test func theResultIsPredictedAndSaysSo() throws {
            let zendet = try Zendet()
            let result = try zendet.run(Self.small + ["--out", "found.txt"])
            #expect(result.status == 0, "\(result.error)")
            #expect(result.output.contains("Latencies are predicted, not measured: profile \(Self.profile), avx2, 2 threads"))
            #expect(result.output.contains("by profile"))
            #expect(!result.output.contains("Measured finalists"))
            #expect(try zendet.files() == ["found.txt"])

            let data = try zendet.run(Self.small + ["--threads", "1", "--out", "one.txt", "-o", "json"])
            #expect(data.status == 0, "\(data.error)")
            let record = try JSONDecoder().decode(JSONValue.self, from: Data(data.output.utf8)).array[0]
            #expect(try record["profile"]["name"].string == Self.profile)
            #expect(try record["profile"]["threads"].integer == 1)
            #expect(try record["profile"]["card"]["median_percent"].number < 20)
            #expect(try record["winner"]["verdict"].string == "SUSPECT")
            #expect(try record["measured_layers"].integer == 0)
            #expect(try record["winner"]["measured_ns"].number <= 20e6)
        }

        @Test func theSameSeedGivesTheSameWinner() throws {
            let zendet = try Zendet()
            for name in ["a.txt", "b.txt"] { #expect(try zendet.run(Self.small + ["--seed", "5", "--out", name]).status == 0) }
            func blocks(_ name: String) throws -> String { try zendet.read(name).replacingOccurrences(of: "'\(name.prefix(1))'", with: "") }
            #expect(try blocks("a.txt") == blocks("b.txt"))
        }

        @Test func theStaircaseSetsTheChannelStep() throws {
            let zendet = try Zendet()
            let result = try zendet.run(Self.small + ["--channel-step", "staircase", "--out", "found.txt"])
            #expect(result.status == 0, "\(result.error)")
            let shown = try zendet.run(["profile", "staircase", "--profile", Self.profile])
            #expect(shown.status == 0, "\(shown.error)")
            #expect(shown.output.contains("waste least"))
            #expect(try zendet.run(Self.small + ["--channel-step", "stairs"]).status == 64)
        }

        @Test(arguments: [
            ["--strict"], ["--cpus", "0"], ["--convolution", "direct"], ["--layer-table", "t.sqlite"], ["--warmup", "3"], ["--min-time", "1s"],
            ["--max-time", "1s"],
        ])
        func optionsOfMeasuringAreRefused(_ options: [String]) throws {
            let zendet = try Zendet()
            let result = try zendet.run(Self.small + options)
            #expect(result.status == 64 && result.error.contains(options[0]) && result.error.contains("nothing is measured"), "\(result.error)")
            #expect(try zendet.files().isEmpty)
        }

        /// A front, its study and the page of both call nothing measured.
        @Test func aFrontIsPredictedAndSaysSo() throws {
            let zendet = try Zendet()
            let front = Self.small + ["--objectives", "entropy,latency"]
            let result = try zendet.run(front + ["--study", "f.study", "--out", "front.txt"])
            #expect(result.status == 0, "\(result.error)")
            #expect(result.output.contains("Latencies are predicted, not measured: profile \(Self.profile)") && result.output.contains("by profile"))
            #expect(!result.output.contains("Measured over predicted"))
            #expect(result.output.contains("by profile: predicted whole"))
            // But for the words that deny it, nothing is called measured.
            let claims = result.output.replacingOccurrences(of: "predicted, not measured", with: "").replacingOccurrences(of: ", measured [0-9]+", with: "", options: .regularExpression)
            #expect(!claims.lowercased().contains("measured"), "\(claims)")
            #expect(try zendet.run(["search", "show", "f.study"]).output.contains("by profile"))
            let data = try zendet.run(front + ["--out", "again.txt", "-o", "json", "--output-file", "front.json"])
            #expect(data.status == 0, "\(data.error)")
            #expect(try zendet.run(["report", "front.json", "f.study", "--out", "page.html"]).status == 0)
            let page = try zendet.read("page.html")
            #expect(page.contains("predicted by the profile \(Self.profile), not measured") && page.contains("No measured latency in these files"))
        }

        @Test func unfitProfilesAreRefused() throws {
            let zendet = try Zendet()
            try zendet.write("{\"schema_version\": 9}", to: "newer.json")
            for (profile, options, status, part) in [
                ("nvidia-v100", [], 65, "an accelerator's profile"), ("nowhere.json", [], 66, "nowhere.json"), ("newer.json", [], 65, "schema_version: found 9"),
                ("amd-epyc-family-25-model-17-2-cores", [], 65, "holds no latency model"), (Self.profile, ["--threads", "7"], 65, "no model for 7 threads"),
                (Self.profile, ["--isa", "avx512"], 65, "no model for avx512"),
            ] as [(String, [String], Int32, String)] {
                let result = try zendet.run(["search", "--profile", profile, "--budget-latency", "20ms", "--resolution", "128"] + options)
                #expect(result.status == status, "\(profile): \(result.error)")
                #expect(result.error.contains(part), "\(result.error)")
            }
            #expect(try zendet.files() == ["newer.json"])
            let checked = try zendet.run(["profile", "check", "--profile", "nvidia-v100"])
            #expect(checked.status == 65)
            #expect(try zendet.run(["profile", "check", "--networks", "0"]).status == 64)
            #expect(try zendet.run(["profile", "check", "resnet50", "--save"]).status == 64)
            #expect(try zendet.run(["profile", "check", "--resolution", "192"]).status == 64)
            #expect(try zendet.run(["profile", "staircase", "--profile", "a", "--save", "b"]).status == 64)
        }
    }
}
