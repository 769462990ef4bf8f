import Foundation
import Testing

/// A `zendet worker` at the other end of two pipes.
private final class Conversation {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()

    init(_ arguments: [String], in folder: URL) throws {
        process.executableURL = Zendet.binary
        process.arguments = ["worker"] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func say(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    /// The next line; nil when there is none any more.
    func hear() throws -> JSONValue? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(pending[..<end])
                pending = Data(pending[(end + 1)...])
                return try JSONDecoder().decode(JSONValue.self, from: line)
            }
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { return nil }
            pending += piece
        }
    }

    func ask(_ line: String) throws -> JSONValue {
        try say(line)
        return try #require(try hear())
    }

    func status(afterClosing: Bool) throws -> Int32 {
        if afterClosing { try input.fileHandleForWriting.close() }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension CommandSuite {
    /// `zendet worker` answers every line by one line, whatever the line is.
    @Suite struct WorkerTests {
        @Test func answersOverPipes() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let worker = try Conversation(["tiny.txt", "--resolution", "64", "--threads", "1", "--batch", "2"], in: zendet.folder)
            let ready = try #require(try worker.hear())
            #expect(try ready["ready"].bool)
            #expect(try !ready["version"].string.isEmpty)
            let outputs = try ready["outputs"].array
            #expect(try outputs.map { try $0["name"].string } == ["c2", "c3", "c4", "c5"])
            #expect(try outputs[0]["shape"].array == [2, 32, 16, 16].map(JSONValue.integer))

            let run = try worker.ask("run 2")
            let times = try run["t"].array.map { try $0.number }
            #expect(times.count == 2 && times.allSatisfy { $0 > 0 })
            #expect(try run["wall"].number >= times.reduce(0, +))
            for key in ["cpu", "foreign", "steal", "nivcsw", "minflt"] { #expect(run.has(key)) }

            // What cannot be done says why, and the worker lives on.
            for (line, words) in [
                ("frobnicate 3", "frobnicate"), ("run", "number of runs"), ("run 0", "'0'"), ("run many", "'many'"), ("warm 99999999999999999999", "1000000"),
                ("out", "path"), ("out nowhere/o.npz", "nowhere/o.npz"), ("quit now", "quit now"), ("\u{1F980}", "\u{1F980}"),
            ] {
                let answer = try worker.ask(line)
                #expect(try answer["error"].string.contains(words), "\(line): \(answer)")
            }
            #expect(try worker.ask("warm 1") == .object([:]))
            #expect(try worker.ask("out o.npz") == .object([:]))
            try worker.say("quit")
            #expect(try worker.hear() == nil)
            #expect(try worker.status(afterClosing: false) == 0)

            let archive = try Data(contentsOf: zendet.folder.appendingPathComponent("o.npz"))
            #expect(archive.starts(with: [0x50, 0x4B, 3, 4]))
            // Four outputs of a batch of two: 32x16x16, 64x8x8, 128x4x4, 256x2x2 floats, and headers.
            #expect(archive.count > 4 * 2 * (8192 + 4096 + 2048 + 1024) && archive.count < 4 * 2 * 15360 + 2000)
            #expect(try zendet.files() == ["o.npz", "tiny.txt"])
        }

        @Test func theEndOfTheInputIsTheEnd() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let worker = try Conversation(["tiny.txt", "--resolution", "64", "--threads", "1", "--convolution", "direct"], in: zendet.folder)
            let ready = try #require(try worker.hear())
            #expect(try ready["convolution"].string == "direct")
            #expect(try worker.status(afterClosing: true) == 0)
        }

        @Test func badWeightsAndInputsAreRefused() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            try zendet.write("PK no archive", to: "bad.npz")
            let tiny = ["worker", "tiny.txt", "--resolution", "64", "-t", "1"]
            for (arguments, status, words) in [
                (tiny + ["--weights", "bad.npz"], Int32(65), "bad.npz"), (tiny + ["--input", "bad.npz"], 65, "bad.npz"),
                (tiny + ["--weights", "nowhere.npz"], 66, "nowhere.npz"), (tiny + ["--resolution", "64,96"], 64, "one resolution"),
                (tiny + ["resnet18"], 64, "one network"), (["worker", "-"], 64, "standard input"), (["worker"], 64, "no network"),
            ] {
                let result = try zendet.run(arguments)
                #expect(result.status == status, "\(arguments): \(result.error)")
                #expect(result.errorLines.count == 1 && result.error.contains(words), "\(result.error)")
                #expect(result.output.isEmpty)
            }
        }
    }
}
