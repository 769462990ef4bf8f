import Foundation
import Testing

extension CommandSuite {
    @Suite struct ProfileTests {
        static let small = ["-m", "resnet18", "--resolution", "64", "--threads", "1", "--isa", "baseline", "--no-model"] + quick

        @Test func measuredProfilesAreValidAndShown() throws {
            let zendet = try Zendet()
            let measured = try zendet.run(["profile", "measure", "--out", "board.json", "--name", "some-board"] + Self.small)
            #expect(measured.status == 0, "\(measured.error)")
            #expect(measured.output.contains("Measured peaks"))
            #expect(try zendet.files() == ["board.json"])

            let valid = try zendet.run(["profile", "validate", "board.json"])
            #expect(valid.status == 0)
            #expect(valid.output.hasPrefix("board.json: valid"))

            let shown = try zendet.run(["profile", "show", "board.json"])
            #expect(shown.status == 0)
            for word in ["some-board", "resnet18", "GFLOP/s", "GB/s", "noise floor"] { #expect(shown.output.contains(word)) }

            let profile = try JSONDecoder().decode(JSONValue.self, from: Data(try zendet.read("board.json").utf8))
            #expect(try profile["kind"].string == "cpu")
            #expect(try profile["schema_version"].integer == 2)
            #expect(try profile["memory_bytes"].integer > 1 << 20)
            let baseline = try #require(try profile["measured"]["baselines"].array.first)
            #expect(try baseline["median_ns"].number > 1e3)
            #expect(try profile["measured"]["peaks"].array[0]["isa"].string == "baseline")
        }

        /// A model that cannot be fitted fails the command, and takes nothing else with it.
        @Test func aProfileWithoutItsModelIsWrittenAndSaysSo() throws {
            let zendet = try Zendet()
            let measured = try zendet.run(["profile", "measure", "--out", "board.json", "--plan-time", "1ms"] + Self.small.filter { $0 != "--no-model" })
            #expect(measured.status != 0)
            for word in ["board.json lacks a latency model", "1 thread", "--plan-time"] { #expect(measured.error.contains(word), "\(measured.error)") }
            #expect(try zendet.run(["profile", "validate", "board.json"]).status == 0)
            let profile = try JSONDecoder().decode(JSONValue.self, from: Data(try zendet.read("board.json").utf8))
            #expect(try !profile["measured"]["baselines"].array.isEmpty)
        }

        @Test func theNameComesFromTheCPUAndNotFromTheHost() throws {
            let zendet = try Zendet()
            let result = try zendet.run(["profile", "measure", "--out", "board.json"] + Self.small)
            #expect(result.status == 0, "\(result.error)")
            let text = try zendet.read("board.json")
            let name = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))["name"].string
            // A profile of one instruction set is named after it too.
            #expect(name.hasSuffix("-cores-baseline") || name.hasSuffix("-core-baseline"))
            #expect(!text.contains(ProcessInfo.processInfo.hostName))
        }

        @Test func theProfilesOfThePackageAreValid() throws {
            let result = try Zendet().run(["profile", "validate"])
            #expect(result.status == 0, "\(result.error)")
            #expect(result.output.contains("nvidia-v100"))
            let list = try Zendet().run(["profile", "show"])
            #expect(list.output.contains("nvidia-v100"))
            let shown = try Zendet().run(["profile", "show", "nvidia-v100"])
            #expect(shown.status == 0)
            #expect(shown.output.contains("TFLOP/s") && shown.output.contains("median (%)"))
        }

        @Test func aFieldThatIsMissingOrOfAnotherType() throws {
            let faults = [
                ("\"memory_bytes\"", "\"memory_byte\"", "memory_bytes"),
                ("\"cores\" : ", "\"cores\" : \"two\", \"x\" : ", "topology.cores"),
                ("\"kind\" : \"cpu\"", "\"kind\" : \"toaster\"", "kind"),
                ("\"schema_version\" : 2", "\"schema_version\" : 99", "schema_version"),
                ("\"verdict\" : ", "\"verdict\" : 7, \"x\" : ", "verdict"),
            ]
            let zendet = try Zendet()
            #expect(try zendet.run(["profile", "measure", "--out", "board.json"] + Self.small).status == 0)
            let text = try zendet.read("board.json")
            for (old, new, place) in faults {
                try #require(text.contains(old))
                try zendet.write(text.replacingOccurrences(of: old, with: new), to: "bad.json")
                for command in ["validate", "show"] {
                    let result = try zendet.run(["profile", command, "bad.json"])
                    #expect(result.status == 65, "\(result.error)")
                    #expect(result.errorLines.count == 1)
                    #expect(result.error.contains("bad.json") && result.error.contains(place), "\(result.error)")
                    #expect(result.output.isEmpty)
                }
                #expect(try zendet.run(["compare", "resnet18", "--v100-profile", "bad.json"]).status == 65)
            }
        }

        @Test func damagedAndMissingProfiles() throws {
            let zendet = try Zendet()
            try zendet.write("{\"kind\": ", to: "cut.json")
            #expect(try zendet.run(["profile", "validate", "cut.json"]).status == 65)
            try Data([0xFF, 0xFE]).write(to: zendet.folder.appendingPathComponent("binary.json"))
            #expect(try zendet.run(["profile", "show", "binary.json"]).status == 65)
            #expect(try zendet.run(["profile", "show", "nowhere.json"]).status == 66)
            #expect(try zendet.run(["profile", "show", "no-such-name"]).status == 66)
            #expect(try zendet.run(["compare", "resnet18", "--v100-profile", "nowhere.json"]).status == 66)
            // Refused before anything is measured, and nothing is written.
            let result = try zendet.run(["profile", "measure", "--out", "nowhere/board.json"])
            #expect(result.status == 1)
            #expect(result.error.contains("nowhere/board.json"))
            for command in ["measure", "check"] {
                let impatient = try zendet.run(["profile", command, "--patience", "0.5"])
                #expect(impatient.status == 64 && impatient.error.contains("--patience 0.5 is not between 1 and 100"), "\(impatient.error)")
            }
        }
    }
}
