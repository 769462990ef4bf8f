import Foundation
import Testing

@Suite("zendet export")
struct ExportCommandTests {
    @Test("Every format is written under the network's name, MMDetection's in two files")
    func formats() throws {
        let zendet = try Zendet()
        for format in ["onnx", "pytorch", "tinynas", "dot"] {
            let result = try zendet.run(["export", "maedet-s", "--to", format, "--resolution", "64"])
            #expect(result.status == 0 && result.output.isEmpty && result.error.contains("wrote maedet"), "\(format): \(result.error)")
        }
        #expect(try zendet.run(["export", "maedet-s", "--to", "mmdetection", "--out", "found.py"]).status == 0)
        #expect(try zendet.files() == ["found.py", "found_config.py", "maedet-s.dot", "maedet-s.onnx", "maedet-s.txt", "maedet_s.py"])
        #expect(try zendet.read("found_config.py").contains("imports=[\"found\"]"))
    }

    @Test("A structure leaves in TinyNAS' notation and comes back, as text and as JSON")
    func tinynas() throws {
        let zendet = try Zendet()
        for file in ["s.txt", "s.json"] {
            #expect(try zendet.run(["export", "maedet-s", "--to", "tinynas", "--out", file]).status == 0)
            let scores = try ["maedet-s", file].map {
                try zendet.run(["score", $0, "-o", "json"]).output.split(separator: "\n").first { $0.contains("\"entropy\"") }
            }
            #expect(scores[0] != nil && scores[0] == scores[1])
        }
        let piped = try zendet.run(["export", "maedet-s", "--to", "tinynas", "--out", "-"])
        let written = try zendet.read("s.txt")
        #expect(piped.status == 0 && piped.error.isEmpty && piped.output == written)
    }

    @Test("Weights in a file are the ones that leave")
    func weights() throws {
        let zendet = try Zendet()
        #expect(try zendet.run(["export", "resnet18", "--to", "onnx", "--seed", "1", "--out", "a.onnx", "--resolution", "64"]).status == 0)
        #expect(try zendet.run(["export", "resnet18", "--to", "onnx", "--seed", "2", "--out", "b.onnx", "--resolution", "64"]).status == 0)
        #expect(try zendet.run(["export", "resnet18", "--to", "onnx", "--seed", "1", "--out", "c.onnx", "--resolution", "64"]).status == 0)
        let files = try ["a.onnx", "b.onnx", "c.onnx"].map { try Data(contentsOf: zendet.folder.appendingPathComponent($0)) }
        #expect(files[0] != files[1] && files[0] == files[2])
    }

    @Test(
        "What does not go together is refused in one line",
        arguments: [
            (["resnet18", "--to", "tinynas"], Int32(65), "no TinyNAS structure"),
            (["resnet18", "maedet-s", "--to", "onnx"], 64, "2 networks"),
            (["resnet18", "--to", "onnx", "--resolution", "64,96"], 64, "one resolution"),
            (["resnet18", "--to", "onnx", "--resolution", "8"], 65, "too small"),
            (["resnet18", "--to", "onnx", "--weights", "none.npz"], 66, "none.npz"),
            (["resnet18", "--to", "onnx", "--weights", "w.npz", "--seed", "1"], 64, "--seed"),
            (["resnet18", "--to", "pytorch", "--seed", "1"], 64, "--seed goes with --to onnx"),
            (["resnet18", "--to", "dot", "--batch-norm", "folded"], 64, "--batch-norm"),
            (["resnet18", "--to", "mmdetection", "--out", "a-b.py"], 64, "letters"),
            (["resnet18", "--to", "mmdetection", "--out", "-"], 64, "two files"),
            (["resnet18", "--to", "onnx", "--batch", "0"], 64, "--batch"),
            (["resnet18", "--to", "onnx", "--out", "none/x.onnx"], 1, "none"),
            (["resnet18", "--to", "caffe"], 64, "caffe"),
        ])
    func refused(arguments: [String], status: Int32, words: String) throws {
        let zendet = try Zendet()
        let result = try zendet.run(["export"] + arguments)
        #expect(
            result.status == status && result.output.isEmpty && result.errorLines.count == 1 && result.error.contains(words),
            "\(result.status): \(result.error)")
        #expect(try zendet.files().isEmpty)
    }

    @Test("An ONNX file is scored, timed, compared and written again under its own name, at the size that it was written for")
    func onnxIn() throws {
        let zendet = try Zendet()
        #expect(try zendet.run(["export", "resnet18", "--to", "onnx", "--out", "m.onnx", "--resolution", "64"]).status == 0)
        let score = try zendet.run(["score", "m.onnx", "-o", "csv"])
        let known = try zendet.run(["score", "resnet18", "-o", "csv", "--resolution", "64"])
        #expect(score.status == 0 && score.output == known.output.replacingOccurrences(of: "resnet18", with: "m"), "\(score.output)\(known.output)")
        let bench = try zendet.run(["bench", "m.onnx", "--min-time", "50ms", "--max-time", "200ms", "-o", "json", "--convolution", "direct", "--threads", "1"])
        #expect(bench.status == 0 && bench.output.contains("\"m\"") && bench.output.contains("64"), "\(bench.error)")
        let again = try zendet.run(["export", "m.onnx", "--to", "onnx", "--out", "again.onnx"])
        #expect(again.status == 0, "\(again.error)")
        let itself = try zendet.run(["export", "m.onnx", "--to", "onnx"])
        #expect(itself.status == 64 && itself.error.contains("--out"))
        #expect(try zendet.run(["export", "resnet18", "--to", "onnx", "--weights", "m.onnx", "--out", "w.onnx"]).status == 0)
        #expect(try zendet.run(["export", "resnet34", "--to", "onnx", "--weights", "m.onnx", "--out", "w.onnx"]).status == 65)
        // Half of it is damaged; what is not there is missing.
        let bytes = try Data(contentsOf: zendet.folder.appendingPathComponent("m.onnx"))
        try bytes.prefix(bytes.count / 2).write(to: zendet.folder.appendingPathComponent("half.onnx"))
        for (file, status, words) in [("half.onnx", Int32(65), "cut off"), ("none.onnx", 66, "not there")] {
            let result = try zendet.run(["bench", file])
            #expect(result.status == status && result.errorLines.count == 1 && result.error.contains(words), "\(result.error)")
        }
    }

    @Test("Weights that a worker runs with are those of the file")
    func onnxWeights() throws {
        let zendet = try Zendet()
        #expect(try zendet.run(["export", "resnet18", "--to", "onnx", "--seed", "5", "--out", "m.onnx", "--resolution", "64"]).status == 0)
        let commands = "run 1\nout OUT\nquit\n"
        let arguments = ["--resolution", "64", "--threads", "1", "--convolution", "direct"]
        // The input is drawn from the seed too, so both have the same.
        let drawn = try zendet.run(["worker", "resnet18", "--seed", "5"] + arguments, input: commands.replacingOccurrences(of: "OUT", with: "a.npz"))
        let read = try zendet.run(["worker", "m.onnx", "--seed", "5"] + arguments, input: commands.replacingOccurrences(of: "OUT", with: "b.npz"))
        #expect(drawn.status == 0 && read.status == 0, "\(drawn.error)\(read.error)")
        let outputs = try ["a.npz", "b.npz"].map { try Data(contentsOf: zendet.folder.appendingPathComponent($0)) }
        #expect(outputs[0] == outputs[1] && outputs[0].count > 10_000)
    }
}
