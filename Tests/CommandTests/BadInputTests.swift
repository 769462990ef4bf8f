import Foundation
import Testing

extension CommandSuite {
    /// Bad input ends with one line that names the file and the place, with its exit code, and with nothing written.
    @Suite struct BadInputTests {
        struct Case: CustomTestStringConvertible, Sendable {
            var name: String
            /// The file's bytes.
            var bytes: [UInt8]
            var resolution = "64"
            /// What the message must contain.
            var words: [String]
            var testDescription: String { name }

            init(_ name: String, _ text: String, resolution: String = "64", _ words: [String]) {
                self.name = name
                bytes = Array(text.utf8)
                self.resolution = resolution
                self.words = words
            }
        }

        static func stem(_ fields: String) -> String { "[{'class': 'ConvKXBNRELU', 'in': 3, 'out': 16, 's': 2, 'k': 3},\n {\(fields)}]\n" }

        static let cases: [Case] = [
            Case("truncated", String(tinyStructure.prefix(200)), ["bad.txt:4:"]),
            Case("empty", "", ["bad.txt"]),
            Case("unknown class", stem("'class': 'SuperResXYZ', 'in': 16, 'out': 32, 's': 2, 'k': 3, 'L': 1, 'btn': 16"), ["SuperResXYZ", "bad.txt:2:"]),
            Case(
                "channels do not chain", stem("'class': 'SuperResK1KXK1', 'in': 24, 'out': 32, 's': 2, 'k': 3, 'L': 1, 'btn': 16"), ["24", "16", "bad.txt:2:"]),
            Case("zero size", stem("'class': 'SuperResK1KXK1', 'in': 16, 'out': 0, 's': 2, 'k': 3, 'L': 1, 'btn': 16"), ["out", "0"]),
            Case("negative size", stem("'class': 'SuperResK1KXK1', 'in': 16, 'out': 32, 's': 2, 'k': 3, 'L': -1, 'btn': 16"), ["L", "-1"]),
            Case("stride 3", stem("'class': 'SuperResK1KXK1', 'in': 16, 'out': 32, 's': 3, 'k': 3, 'L': 1, 'btn': 16"), ["stride", "3"]),
            Case("missing key", stem("'class': 'SuperResK1KXK1', 'in': 16, 'out': 32, 's': 2, 'k': 3, 'L': 1"), ["btn"]),
            Case("wrong type", stem("'class': 'SuperResK1KXK1', 'in': '16', 'out': 32, 's': 2, 'k': 3, 'L': 1, 'btn': 16"), ["in"]),
            Case("too small", tinyStructure, resolution: "16", ["16", "32"]),
        ]

        @Test(arguments: cases) func structureFiles(_ test: Case) throws {
            let zendet = try Zendet()
            try Data(test.bytes).write(to: zendet.folder.appendingPathComponent("bad.txt"))
            for command in ["score", "bench", "compare"] {
                let result = try zendet.run([command, "bad.txt", "--resolution", test.resolution, "--output-file", "out.json"])
                #expect(result.status == 65, "\(command): \(result.error)")
                #expect(result.errorLines.count == 1, "\(result.error)")
                #expect(result.error.hasPrefix("zendet: "))
                for word in test.words { #expect(result.error.contains(word), "\(command) does not say '\(word)': \(result.error)") }
                #expect(test.name == "too small" || result.error.contains("bad.txt"))
                #expect(result.output.isEmpty)
                #expect(try zendet.files() == ["bad.txt"])
            }
            let search = try zendet.run(["search", "--start", "bad.txt", "--budget-flops", "1G", "--resolution", test.resolution])
            #expect(search.status == 65, "\(search.error)")
            #expect(try zendet.files() == ["bad.txt"])
        }

        @Test func notUTF8() throws {
            let zendet = try Zendet()
            try Data([0x5B, 0xFF, 0xFE, 0x5D]).write(to: zendet.folder.appendingPathComponent("bad.txt"))
            let result = try zendet.run(["score", "bad.txt"])
            #expect(result.status == 65)
            #expect(result.error.contains("bad.txt") && result.error.contains("UTF-8"))
            let stream = try zendet.run(["score", "-"], input: "[{'class': ")
            #expect(stream.status == 65)
            #expect(stream.error.contains("standard input"))
        }

        @Test func missingFilesAndNames() throws {
            let zendet = try Zendet()
            let file = try zendet.run(["score", "nowhere/net.txt"])
            #expect(file.status == 66)
            #expect(file.error.contains("nowhere/net.txt"))
            // An unknown name suggests the nearest one.
            let name = try zendet.run(["bench", "resnet5O"])
            #expect(name.status == 66)
            #expect(name.error.contains("'resnet50'"))
            #expect(try zendet.run(["compare", "resnet18", "--baseline", "resnet5O"]).status == 66)
            #expect(try zendet.run(["search", "--budget-latency", "0.8xresnet5O"]).status == 66)
            #expect(try zendet.run(["search", "--budget-flops", "1G", "--start", "nowhere.txt"]).status == 66)
        }

        @Test func moreMemoryThanTheMachineHas() throws {
            let zendet = try Zendet()
            for arguments in [["bench", "resnet50", "--resolution", "60000"], ["compare", "resnet18", "--baseline", "resnet50", "--resolution", "60000"]] {
                let result = try zendet.run(arguments + ["-t", "1"])
                #expect(result.status == 65, "\(result.error)")
                #expect(result.errorLines.count == 1)
                #expect(result.error.contains("memory") && result.error.contains("60000 px"), "\(result.error)")
            }
        }

        @Test(arguments: [
            ["--budget-latency", "45"], ["--budget-latency", "45parsecs"], ["--budget-latency", "0ms"], ["--budget-flops", "18800000000"],
            ["--budget-macs", "18"], ["--budget-params", "25"], ["--budget-memory", "64"], ["--budget-layers", "91.5"],
        ])
        func budgetsNeedAUnit(_ budget: [String]) throws {
            let zendet = try Zendet()
            let result = try zendet.run(["search"] + budget)
            #expect(result.status == 65)
            #expect(result.errorLines.count == 1)
            #expect(result.error.contains(budget[0]) && result.error.contains(budget[1]))
            #expect(try zendet.files().isEmpty)
        }

        @Test(arguments: ["8190", "0,8190", "0-99999", "3-1", "0,0", "x", ""])
        func cpusOutsideTheAllowedSet(_ cpus: String) throws {
            let zendet = try Zendet()
            for command in [["bench", "resnet18", "--resolution", "64"], ["topology"], ["compare", "resnet18", "--resolution", "64"]] {
                let result = try zendet.run(command + ["--cpus", cpus])
                #expect(result.status == 65, "\(result.error)")
                #expect(result.errorLines.count == 1)
                #expect(result.error.contains("--cpus"))
                #expect(result.output.isEmpty)
            }
        }

        @Test func moreThreadsThanCPUs() throws {
            let result = try Zendet().run(["bench", "resnet18", "--resolution", "64", "--threads", "4000"])
            #expect(result.status == 65)
            #expect(result.error.contains("4000 threads"))
        }

        @Test(arguments: [
            ["bench"], ["bench", "resnet18", "--resolution", "0"], ["bench", "resnet18", "--resolution", "big"], ["bench", "resnet18", "--batch", "0"],
            ["bench", "resnet18", "--min-time", "5"], ["bench", "resnet18", "--isa", "sse9"], ["bench", "resnet18", "--nonsense"], ["nonsense"],
            ["score", "resnet18", "-o", "xml"], ["score", "resnet18", "--stage-weights", "a,b"], ["score", "-", "-"], ["search"],
            ["search", "--budget-flops", "1G", "--evaluations", "0"],
            ["search", "--budget-flops", "1G", "--within", "0.2%"], ["search", "--budget-flops", "1G", "--solver", "exact", "--within", "0.2"],
            ["search", "--budget-latency", "resnet50", "--baseline", "resnet18"],
        ])
        func wrongUsageEndsWith64(_ arguments: [String]) throws {
            let zendet = try Zendet()
            let result = try zendet.run(arguments)
            #expect(result.status == 64, "\(result.error)")
            #expect(result.errorLines.count == 1, "\(result.error)")
            #expect(result.error.hasPrefix("zendet: ") && result.error.contains("--help"))
            #expect(result.output.isEmpty)
            #expect(try zendet.files().isEmpty)
        }

        @Test func stageWeightsThatFitNoStage() throws {
            #expect(try Zendet().run(["score", "resnet18", "--stage-weights", "1,0,0,1,1,6"]).status == 65)
            #expect(try Zendet().run(["score", "resnet18", "--stage-weights", "0,0"]).status == 65)
        }

        @Test func resultsThatCannotBeWritten() throws {
            let zendet = try Zendet()
            // Refused before anything is measured.
            let result = try zendet.run(["bench", "resnet18", "--output-file", "nowhere/out.json"])
            #expect(result.status == 1)
            #expect(result.errorLines.count == 1)
            #expect(result.error.contains("nowhere/out.json"))
            #expect(try zendet.run(["search", "--budget-flops", "1G", "--out", "nowhere/found.txt"]).status == 1)
            #expect(try zendet.run(["score", "resnet18", "--output-file", "."]).status == 1)
        }
    }
}
