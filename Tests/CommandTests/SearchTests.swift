import Foundation
import Testing

extension CommandSuite {
    @Suite struct SearchTests {
        static let small = [
            "--resolution", "64", "--threads", "1", "--evaluations", "300", "--finalists", "1", "--rounds", "1", "--baseline", "resnet18",
            "--min-time", "5ms", "--max-time", "200ms", "--warmup", "20ms",
        ]

        @Test func findsWritesAndReports() throws {
            let zendet = try Zendet()
            let result = try zendet.run(["search", "--budget-flops", "100M", "--budget-layers", "40", "-o", "json", "--out", "found.txt"] + Self.small)
            #expect(result.status == 0, "\(result.error)")
            let record = try #require(try JSONValue.records(result.output).first)
            let winner = try record["winner"]
            #expect(try winner["macs"].integer < 100_000_000)
            #expect(try winner["reference_flops"].number <= 100e6)
            #expect(try winner["layers"].integer <= 40)
            #expect(try winner["params"].integer > 0)
            #expect(try winner["predicted_ns"].number > 1e3)
            #expect(try winner["measured_ns"].number > 1e3)
            #expect(try ["VALID", "SUSPECT", "INVALID"].contains(winner["verdict"].string))
            #expect(try record["baseline"]["name"].string == "resnet18")
            #expect(try record["budgets"]["reference_flops"].number == 100e6)
            #expect(try record["budgets"]["layers"].integer == 40)
            #expect(try record["evaluations"].integer > 0)
            #expect(try record["seed"].integer == 0)
            #expect(try record["seconds"].number > 0)
            let blocks = try winner["structure"].array
            #expect(try blocks[0]["class"].string == "ConvKXBNRELU")

            // The written file is the winner.
            let score = try JSONValue.records(try zendet.run(["score", "found.txt", "--resolution", "64", "-o", "json"]).output)[0]
            #expect(try score["macs"] == winner["macs"])
            #expect(try score["entropy"].number - winner["entropy"].number < 1e-6)
            #expect(try zendet.files() == ["found.txt"])
        }

        @Test func exactSolverCertifiesItsWinner() throws {
            let zendet = try Zendet()
            let arguments = ["search", "--solver", "exact", "--budget-flops", "100M", "--budget-layers", "40", "--space", "reference", "--out", "found.txt"]
            let result = try zendet.run(arguments + ["-o", "json"] + Self.small)
            #expect(result.status == 0, "\(result.error)")
            let record = try #require(try JSONValue.records(result.output).first)
            let exact = try record["exact"]
            #expect(try exact["optimal"].bool)
            #expect(try exact["gap"].number >= 0 && exact["gap"].number < 0.01)
            #expect(try exact["bound"].number >= record["winner"]["entropy"].number)
            #expect(try exact["score"].number == record["winner"]["entropy"].number)
            #expect(try record["winner"]["reference_flops"].number <= 100e6 && record["winner"]["layers"].integer <= 40)
            #expect(try record["winner"]["measured_ns"].number > 1e3)
            let text = try zendet.run(arguments + Self.small)
            #expect(text.status == 0 && text.output.contains("Certified") && text.output.contains("it is the optimum"), "\(text.output)")
        }

        @Test func aBudgetAtP90IsJudgedByTheSamples() throws {
            let zendet = try Zendet()
            let arguments = ["search", "--budget-latency", "500ms", "--budget-percentile", "p90", "--study", "p.study"] + Self.small
            let result = try zendet.run(arguments + ["--out", "found.txt", "-o", "json"])
            #expect([0, 3].contains(result.status), "\(result.error)")
            let record = try JSONValue.records(result.output)[0]
            #expect(try record["budgets"]["latency_percentile"].string == "p90" && record["budgets"]["latency_ns"].number == 500e6)
            let winner = try record["winner"]
            #expect(try winner["measured_samples"].integer >= 64 && winner["measured_p90_ns"].number >= winner["measured_ns"].number)
            #expect(try record["baseline"]["measured_p90_ns"].number > 0 && winner["p90_ratio_to_baseline"].number > 0)
            if try winner["verdict"].string != "INVALID" { #expect(try winner["keeps_budget"].bool == (winner["measured_p90_ns"].number <= 500e6)) }
            // A study keeps the percentile; going on with another one is refused.
            #expect(try zendet.run(["search", "show", "p.study"]).output.contains("p90 (ms)"))
            let other = try zendet.run(["search", "--resume", "p.study", "--budget-latency", "500ms"] + Self.small)
            #expect(other.status != 0 && other.error.contains("--budget-percentile"), "\(other.error)")

            // Far too little: the message says what was asked and what the nearest took.
            let missed = try zendet.run(["search", "--budget-latency", "0.0001xresnet18", "--budget-percentile", "p90"] + Self.small)
            #expect(missed.status == 3, "\(missed.error)")
        }

        @Test(arguments: [
            (["--budget-flops", "100M", "--budget-percentile", "p90"], "--budget-latency"), (["--budget-latency", "5ms", "--budget-percentile", "p99"], "p99"),
            (["--budget-latency", "5ms", "--budget-percentile", "p90", "--profile", "amd-epyc-family-25-model-17-2-cores-avx2"], "medians only"),
        ])
        func percentilesThatMakeNoSense(_ options: [String], _ part: String) throws {
            let zendet = try Zendet()
            let result = try zendet.run(["search", "--resolution", "64"] + options)
            #expect(result.status == 64 && result.error.contains(part), "\(result.error)")
            #expect(try zendet.files().isEmpty)
        }

        @Test func sameSeedGivesTheSameWinner() throws {
            let zendet = try Zendet()
            let arguments = ["search", "--budget-params", "2M", "--seed", "5", "--out", "found.txt"] + Self.small
            #expect(try zendet.run(arguments).status == 0)
            let first = try zendet.read("found.txt")
            #expect(try zendet.run(arguments).status == 0)
            #expect(try zendet.read("found.txt") == first)
        }

        /// A measured latency within the budget, or exit code 3 and no file: on a noisy machine the second.
        @Test func latencyBudgetIsKeptByMeasurementOrRefused() throws {
            let zendet = try Zendet()
            let result = try zendet.run(["search", "--budget-latency", "resnet18", "-o", "json"] + Self.small)
            #expect(result.status == 0 || result.status == 3, "\(result.error)")
            let record = try #require(try JSONValue.records(result.output).first)
            #expect(try record["meets_budget"].bool == (result.status == 0))
            #expect(try record["budgets"]["latency"].string == "resnet18")
            if result.status == 0 {
                #expect(try zendet.files() == ["zendet-resnet18-0.txt"])
                #expect(try record["winner"]["measured_ns"].number <= record["budgets"]["latency_ns"].number)
            } else {
                #expect(try zendet.files().isEmpty)
                #expect(result.errorLines.last?.hasPrefix("zendet: ") == true)
            }
        }

        @Test(arguments: [["--budget-latency", "1us"], ["--budget-flops", "1k"], ["--budget-params", "1k"], ["--budget-memory", "1kB"]])
        func impossibleBudgetsEndWith3(_ budget: [String]) throws {
            let zendet = try Zendet()
            let result = try zendet.run(["search"] + budget + Self.small)
            #expect(result.status == 3, "\(result.error)")
            #expect(result.errorLines.last?.hasPrefix("zendet: ") == true)
            #expect(try zendet.files().isEmpty)
        }
    }
}
