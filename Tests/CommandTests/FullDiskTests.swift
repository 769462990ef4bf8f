import Foundation
import Testing

extension CommandSuite {
    /// A disk that takes no more: the system refuses files above a size, as it refuses a write on a full disk. What was there stays whole.
    @Suite struct FullDiskTests {
        /// Runs a command that may write files of so many KiB at most.
        private func run(_ zendet: Zendet, _ arguments: [String], kibibytes: Int) throws -> Zendet.Result {
            // Without the trap the signal would end the program, which no full disk does. The shell counts in blocks of 512 bytes.
            let words = arguments.map { "'\($0)'" }.joined(separator: " ")
            return try zendet.shell("trap '' XFSZ; ulimit -f \(2 * kibibytes); exec \"$ZENDET\" \(words)")
        }

        static let search = [
            "--profile", "amd-epyc-family-25-model-17-2-cores-avx2", "--budget-latency", "20ms", "--resolution", "128", "--evaluations", "400", "--width-max",
            "512", "--rounds", "1", "--seed", "3",
        ]

        /// The study says so and ends; gone on with where there is room, it gives what an undisturbed one gives.
        @Test func aStudyGoesOnWhereItStopped() throws {
            let zendet = try Zendet()
            #expect(try zendet.run(["search"] + Self.search + ["--out", "a.txt", "-q"]).status == 0)
            let full = try run(zendet, ["search"] + Self.search + ["--study", "s.study", "--out", "b.txt"], kibibytes: 45)
            #expect(full.status == 1 && full.error.contains("s.study: the study cannot be written") && full.error.contains("--resume"), "\(full.error)")
            #expect(try zendet.files().filter { $0.hasSuffix(".txt") } == ["a.txt"])
            #expect(try zendet.run(["search", "show", "s.study"]).output.contains("interrupted"))
            let resumed = try zendet.run(["search", "resume", "s.study", "--out", "b.txt", "-q"])
            #expect(resumed.status == 0, "\(resumed.error)")
            #expect(try zendet.read("b.txt").replacingOccurrences(of: "'b'", with: "") == zendet.read("a.txt").replacingOccurrences(of: "'a'", with: ""))
        }

        @Test func aStudyThatCannotBeginLeavesNothing() throws {
            let zendet = try Zendet()
            let full = try run(zendet, ["search"] + Self.search + ["--study", "s.study", "--out", "b.txt"], kibibytes: 8)
            #expect(full.status == 1 && full.error.contains("s.study: it cannot be written"), "\(full.error)")
            #expect(try zendet.files().isEmpty)
            // Nor on a disk that takes no writing at all.
            let readOnly = try zendet.run(["search"] + Self.search + ["--study", "/proc/s.study", "--out", "b.txt"])
            #expect(readOnly.status == 1 && readOnly.error.contains("/proc/s.study"), "\(readOnly.error)")
            #expect(try zendet.files().isEmpty)
        }

        /// Layers are measured all the same, and what the table held is there afterwards.
        @Test(arguments: [16, 40]) func aLayerTableKeepsWhatItHas(_ kibibytes: Int) throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let table = ["--layer-table", zendet.path("layers.sqlite")]
            let bench = ["--resolution", "64", "-t", "1", "--isa", "baseline"] + quick + table
            #expect(try zendet.run(["bench", "tiny.txt"] + bench).status == 0)
            let before = try Data(contentsOf: zendet.folder.appendingPathComponent("layers.sqlite"))
            let full = try run(zendet, ["bench", "resnet18"] + bench, kibibytes: kibibytes)
            #expect(full.status == 0 && full.output.contains("resnet18"), "\(full.error)")
            if kibibytes == 16 { #expect(full.error.contains("layers.sqlite: the disk refuses") && full.error.contains("kept in memory"), "\(full.error)") }
            let after = try zendet.run(["bench", "tiny.txt"] + bench)
            #expect(after.status == 0 && !after.error.contains("layers.sqlite"), "\(after.error)")
            #expect(try Data(contentsOf: zendet.folder.appendingPathComponent("layers.sqlite")).prefix(100).count == before.prefix(100).count)
        }

        /// A profile is the old one or the new one.
        @Test func aProfileStaysTheOldOne() throws {
            let zendet = try Zendet()
            try zendet.write(ImportLibraryTests.rows, to: "made.out")
            let arguments = ["profile", "import-oplib", "made.out", "--device", "made-up", "--out", "made.json", "-q"]
            #expect(try zendet.run(arguments).status == 0)
            let before = try zendet.read("made.json")
            let full = try run(zendet, arguments, kibibytes: 4)
            #expect(full.status == 1 && full.error.contains("made.json: cannot be written"), "\(full.error)")
            #expect(try zendet.read("made.json") == before && zendet.files() == ["made.json", "made.out"])
            #expect(try zendet.run(["profile", "validate", "made.json"]).status == 0)
        }
    }
}
