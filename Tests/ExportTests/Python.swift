import Foundation
import Testing

/// A Python with the modules that a test needs, named by the environment variable ZENDET_PYTHON; without one these tests are skipped.
enum Python {
    static let path = ProcessInfo.processInfo.environment["ZENDET_PYTHON"]

    /// Whether that Python can import all of these modules.
    static func has(_ modules: String...) -> Bool {
        guard let path else { return false }
        return (try? run(path, ["-c", "import " + modules.joined(separator: ", ")]).status) == 0
    }

    /// Runs one of the scripts beside this file, and gives what it printed; a failing script fails the test with its last line.
    static func run(script name: String, _ arguments: [String]) throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Python/\(name)").path
        let (output, status) = try run(path!, [script] + arguments)
        #expect(status == 0, "\(name) \(arguments.joined(separator: " ")): \(output.suffix(1500))")
        return output
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}

/// A folder that goes with the test.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("zendet-export-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file, and gives its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }
}
