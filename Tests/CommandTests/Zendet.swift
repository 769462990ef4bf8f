import Foundation
import Testing

/// Runs the built `zendet` in a folder of its own.
struct Zendet {
    /// What a run left behind.
    struct Result {
        var status: Int32
        var output: String
        var error: String

        /// The lines on standard error.
        var errorLines: [String] { error.split(separator: "\n").map(String.init) }
    }

    let folder: URL

    /// Makes an empty folder; measured layers are kept below it, never in the person's own cache.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("zendet-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// The binary beside the test bundle.
    static let binary: URL = {
        var candidates = [URL(fileURLWithPath: CommandLine.arguments[0]), Bundle.main.bundleURL]
        candidates += Bundle.allBundles.map(\.bundleURL)
        for start in candidates {
            var folder = start
            for _ in 0..<4 {
                folder.deleteLastPathComponent()
                let binary = folder.appendingPathComponent("zendet")
                if FileManager.default.isExecutableFile(atPath: binary.path) { return binary }
            }
        }
        fatalError("zendet was not found beside \(CommandLine.arguments[0])")
    }()

    /// The profiles that come with the package; a build may lie anywhere, so they are found from this file.
    static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("hardware-profiles")

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }

    func read(_ name: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }

    /// Names of the files in the folder, but for the cache.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "cache" && !$0.hasPrefix(".run-") }.sorted()
    }

    /// Runs `zendet` with these arguments; ends it after twenty minutes, so that a hang does not hang the suite.
    func run(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) throws -> Result {
        try run(Zendet.binary, arguments, input: input, environment: environment)
    }

    /// Runs a line of the shell, in which `$ZENDET` is the binary.
    func shell(_ line: String) throws -> Result {
        try run(URL(fileURLWithPath: "/bin/sh"), ["-c", line], input: nil, environment: ["ZENDET": Zendet.binary.path])
    }

    private func run(_ program: URL, _ arguments: [String], input: String?, environment: [String: String]) throws -> Result {
        // Files, not pipes: nothing can block on a pipe that nobody reads.
        let id = UUID().uuidString
        func file(_ name: String) throws -> FileHandle {
            let url = folder.appendingPathComponent(".run-\(id)-\(name)")
            try Data((name == "in" ? input ?? "" : "").utf8).write(to: url)
            return name == "in" ? try FileHandle(forReadingFrom: url) : try FileHandle(forWritingTo: url)
        }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment
        variables["XDG_CACHE_HOME"] = path("cache")
        variables["ZENDET_PROFILES"] = Zendet.profiles.path
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        process.standardInput = try file("in")
        process.standardOutput = try file("out")
        process.standardError = try file("err")
        try process.run()
        let watchdog = Thread {
            for _ in 0..<12000 where process.isRunning { Thread.sleep(forTimeInterval: 0.1) }
            if process.isRunning { process.terminate() }
        }
        watchdog.start()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try read(".run-\(id)-out"), error: try read(".run-\(id)-err"))
    }
}

/// The one suite whose tests run one after another: each of them uses the machine's cores for itself.
@Suite(.serialized) struct CommandSuite {}

/// A small network: about a millisecond at 64 px.
let tinyStructure = """
    {'best_structures': [[
      {'class': 'ConvKXBNRELU', 'in': 3, 'out': 16, 's': 2, 'k': 3},
      {'class': 'SuperResK1KXK1', 'in': 16, 'out': 32, 's': 2, 'k': 3, 'L': 1, 'btn': 16},
      {'class': 'SuperResK1KXK1', 'in': 32, 'out': 64, 's': 2, 'k': 3, 'L': 1, 'btn': 32},
      {'class': 'SuperResK1KXK1', 'in': 64, 'out': 128, 's': 2, 'k': 3, 'L': 1, 'btn': 32},
      {'class': 'SuperResK1KXK1', 'in': 128, 'out': 256, 's': 2, 'k': 3, 'L': 1, 'btn': 64}]],
    'space_arch': 'CnnNet'}

    """

/// The shortest useful measurement.
let quick = ["--min-time", "5ms", "--max-time", "50ms", "--warmup", "20ms"]
