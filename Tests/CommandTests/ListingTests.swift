import Testing

extension CommandSuite {
    @Suite struct ListingTests {
        @Test func versionIsANumber() throws {
            let result = try Zendet().run(["--version"])
            #expect(result.status == 0)
            #expect(result.output.split(separator: ".").count == 3)
        }

        @Test(arguments: ["search", "compare", "bench", "score", "models", "topology", "kernels", "profile", "worker"])
        func helpHasExamples(_ command: String) throws {
            let result = try Zendet().run([command, "--help"])
            #expect(result.status == 0)
            #expect(result.error.isEmpty)
            #expect(result.output.contains("EXAMPLES"))
            #expect(result.output.contains("zendet \(command)"))
        }

        @Test func modelsAreListedWithTheirCosts() throws {
            let zendet = try Zendet()
            let text = try zendet.run(["models"])
            #expect(text.status == 0)
            for name in ["resnet50", "maedet-s", "damo-k1kx", "mobilenetv2"] { #expect(text.output.contains("\n\(name) ")) }
            let records = try JSONValue.records(try zendet.run(["models", "--resolution", "480", "-o", "json"]).output)
            let resnet = try #require(records.first { (try? $0["name"].string) == "resnet50" })
            #expect(try resnet["params"].integer == 23_508_032)
            #expect(try resnet["resolution"].integer == 480)
            #expect(try resnet["published_ap"].number == 44.7)
        }

        @Test func kernelsAreListed() throws {
            let records = try JSONValue.records(try Zendet().run(["kernels", "-o", "json"]).output)
            #expect(!records.isEmpty)
            #expect(try records.allSatisfy { try $0["rows"].integer >= 1 && $0["channels"].integer >= 4 })
        }

        @Test func topologyTellsTheMachineAndItsPeaks() throws {
            let zendet = try Zendet()
            let record = try #require(try JSONValue.records(try zendet.run(["topology", "--threads", "1", "--isa", "baseline", "-o", "json"]).output).first)
            #expect(try record["packages"].integer >= 1)
            #expect(try !record["cores"].array.isEmpty)
            #expect(try !record["allowed_cpus"].array.isEmpty)
            #expect(try record["isas"].array.contains(.string("baseline")))
            // The mask that was read back is the CPU that was asked for.
            #expect(try record["bound_cpus"].array == [record["cpus"]])
            let peak = try #require(try record["peaks"].array.first)
            #expect(try peak["isa"].string == "baseline")
            #expect(try peak["all_flop_per_s"].number > 1e8)
            #expect(try peak["read_alone_byte_per_s"].number > 1e7)

            let text = try zendet.run(["topology", "--isa", "baseline"])
            for word in ["processor", "NUMA", "mask read back", "GFLOP/s", "GB/s", "allowed CPUs"] { #expect(text.output.contains(word)) }
        }

        @Test func aReaderThatGoesAwayIsNoFault() throws {
            let zendet = try Zendet()
            let result = try zendet.shell("\"$ZENDET\" models | head -n 1; \"$ZENDET\" models -o json | true; echo done")
            #expect(result.status == 0)
            #expect(result.output.hasSuffix("done\n"))
            #expect(!result.error.contains("zendet:"))
        }
    }
}
