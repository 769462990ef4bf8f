import Foundation
import Testing

extension CommandSuite {
    /// Other runtimes, with `zendet worker` in their place: it speaks the protocol and is always there.
    @Suite struct EngineTests {
        /// This engine once more, by another way of computing convolutions.
        static let worker =
            "other=\(Zendet.binary.path) worker {network} --image-resolution {resolution} --batch {batch} --threads {threads} --cpus {cpus} --weights {weights} "
            + "--input {input} --convolution direct"
        static let small = ["--resolution", "64", "--threads", "1"] + quick

        @Test func verifyComparesAndOrders() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let arguments = ["verify", "tiny.txt", "--networks", "5", "--seed", "3", "--engine", Self.worker, "--record", "kept.jsonl"] + Self.small
            let result = try zendet.run(arguments + ["-o", "json"])
            #expect(result.status == 0, "\(result.error)")
            let records = try JSONValue.records(result.output)
            #expect(records.count == 7)
            for record in records.dropLast() {
                let engine = try #require(try record["engines"].array.first)
                #expect(try engine["engine"].string == "other" && engine["outputs_agree"].bool)
                #expect(try engine["command"].string.contains("{weights}"))
                #expect(try engine["relative_l2"].array.count == 4 && engine["relative_l2"].array.allSatisfy { try $0.number < 1e-4 })
                #expect(try record["median_ns"].number > 1e3 && engine["median_ns"].number > 1e3)
                let rounds = zip(try engine["round_ns"].array.map { try $0.number }, try record["round_ns"].array.map { try $0.number }).map { $0 / $1 }.sorted()
                let middle = try engine["ratio_to_zendet"].number
                #expect(rounds[0] <= middle && middle <= rounds[rounds.count - 1])
                #expect(try ["VALID", "SUSPECT", "INVALID"].contains(engine["verdict"].string))
            }
            let order = try #require(records.last)
            #expect(try order["networks"].integer + order["left_out"].integer == 6 && order["outputs_agreeing"].integer == 6)
            // What was measured is not measured again: the same figures come from the file, unless they were INVALID.
            let kept = try zendet.read("kept.jsonl")
            let lines = kept.split(separator: "\n").count
            #expect(lines == 6)
            let again = try zendet.run(arguments + ["-o", "json"])
            for (one, other) in zip(records.dropLast(), try JSONValue.records(again.output).dropLast()) {
                let isInvalid = try one["verdict"].string == "INVALID" || one["engines"].array[0]["verdict"].string == "INVALID"
                #expect(try isInvalid || one["samples_ns"] == other["samples_ns"])
            }
            // The report draws it.
            let page = try zendet.run(["report", "kept.jsonl", "--out", "page.html"])
            #expect(page.status == 0, "\(page.error)")
            #expect(try zendet.read("page.html").contains("other against zendet"))
            let text = try zendet.run(["verify", "tiny.txt", "--engine", Self.worker] + Self.small)
            #expect(text.output.contains("engine/zendet") && text.output.contains("needs 5 networks"))
            #expect(try zendet.files() == ["kept.jsonl", "page.html", "tiny.txt"])
        }

        @Test func benchAndCompareHaveColumnsOfEngines() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let bench = try zendet.run(["bench", "tiny.txt", "--engine", Self.worker, "-o", "json"] + Self.small)
            #expect(bench.status == 0, "\(bench.error)")
            let record = try JSONValue.records(bench.output)[0]
            try checkBenchRecord(record, name: "tiny", resolution: 64, threads: 1)
            #expect(try record["engines"].array[0]["outputs_agree"].bool && record["cache_state"].string == "in_turn")
            let compare = try zendet.run(["compare", "tiny.txt", "--baseline", "resnet18", "--engine", Self.worker, "-o", "csv"] + Self.small)
            #expect(compare.status == 0, "\(compare.error)")
            let lines = compare.output.split(whereSeparator: \.isNewline)
            #expect(lines.count == 3 && lines[0].contains("other_median_ns") && lines.dropFirst().allSatisfy { $0.contains("agree") })
        }

        /// The engine's latencies decide, and every output says whose they are.
        @Test func searchIsForTheEngine() throws {
            let zendet = try Zendet()
            let arguments = ["search", "--budget-latency", "resnet18", "--engine", Self.worker, "--out", "found.txt"] + SearchTests.small
            let result = try zendet.run(arguments + ["-o", "json", "--study", "board.study"])
            #expect(result.status == 0 || result.status == 3, "\(result.error)")
            let record = try #require(try JSONValue.records(result.output).first)
            #expect(try record["engine"]["name"].string == "other" && record["engine"]["command"].string.contains("worker"))
            #expect(try record["winner"]["measured_ns"].number > 1e3 && record["baseline"]["measured_ns"].number > 1e3)
            #expect(result.error.contains("in other here") && result.error.contains("measured in other"))
            let show = try zendet.run(["search", "show", "board.study"])
            #expect(show.status == 0 && show.output.contains("by other") && !show.output.contains(" measured (ms)"), "\(show.output)")
            let text = try zendet.run(arguments)
            #expect(text.output.contains("by other"), "\(text.output)")
        }

        @Test func whatGoesWrongIsNamed() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let scratch = zendet.folder.appendingPathComponent("scratch")
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            let ready = #"echo "{{\"ready\": true}}"; "#
            let cases: [([String], Int32, String)] = [
                (["--engine", "tensorflow"], 64, "onnxruntime, openvino, ncnn, mnn"), (["--engine", "mine=./x {what}"], 64, "{onnx}"),
                (["--engine", "mine=./x {onnx}"], 66, "./x"), (["--engine", "onnxruntime", "--python", "/nowhere"], 66, "ZENDET_PYTHON"),
                (["--engine", "mine=/bin/sh -c 'exit 5'"], 1, "mine: ended with 5"), (["--engine", "mine=/bin/echo hello"], 1, "'hello'"),
                (["--engine", "mine=/bin/sh -c '\(ready)while read x; do echo \"{{\\\"t\\\": [NaN]}}\"; done'"], 1, "NaN"),
                (["--engine", "mine=/bin/sh -c '\(ready)read x'"], 1, "mine: ended with 0 before it answered"),
                ([], 64, "no engine is named"), (["--engine", Self.worker, "--engine", Self.worker], 64, "twice"), (["--networks", "-1", "--engine", "mnn"], 64, "--networks"),
                (["--engine", Self.worker, "--record", "tiny.txt"], 65, "tiny.txt:1"), (["--engine", "mnn", "--resolution", "64,96"], 64, "one"),
            ]
            for (arguments, status, words) in cases {
                let given = arguments.contains("--resolution") ? Array(Self.small.dropFirst(2)) : Self.small
                let result = try zendet.run(["verify", "tiny.txt"] + given + arguments, environment: ["TMPDIR": scratch.path])
                #expect(result.status == status, "\(arguments): \(result.error)")
                #expect(result.errorLines.last?.hasPrefix("zendet: ") == true && result.error.contains(words), "\(result.error)")
                #expect(result.output.isEmpty)
            }
            #expect(try zendet.run(["search", "--budget-latency", "1ms", "--engine", "onnxruntime", "--profile", "x"]).status == 64)
            #expect(try zendet.run(["compare", "resnet18", "--rank-flips", "--engine", "mnn"]).status == 64)
            #expect(try zendet.run(["bench", "resnet18", "--processes", "3", "--engine", "mnn"]).status == 64)
            #expect(try zendet.run(["engines", "--python", "/nowhere/python"]).status == 66)
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
            #expect(try zendet.files() == ["scratch", "tiny.txt"])
        }

        /// An engine that runs another network is no source of latency: its outputs tell.
        @Test func otherOutputsEndIt() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let other = "other=\(Zendet.binary.path) worker {network} --image-resolution {resolution} --threads 1 --seed 99"
            let verify = try zendet.run(["verify", "tiny.txt", "--engine", other] + Self.small)
            #expect(verify.status == 1 && verify.output.contains("DIFFER") && verify.error.contains("tiny in other"), "\(verify.error)")
            let search = try zendet.run(["search", "--budget-latency", "resnet18", "--engine", other] + SearchTests.small)
            #expect(search.status == 1 && search.error.contains("resnet18") && search.error.contains("not those of zendet"), "\(search.error)")
        }

        @Test func enginesAreListed() throws {
            let zendet = try Zendet()
            let result = try zendet.run(["engines", "--python", "python3", "-o", "json"])
            #expect(result.status == 0, "\(result.error)")
            #expect(try JSONValue.records(result.output).map { try $0["engine"].string } == ["onnxruntime", "openvino", "ncnn", "mnn"])
        }
    }
}
