import Foundation
import Testing

/// A headless Chromium, where there is one: named by CHROMIUM, or found on the PATH.
struct Chromium {
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["CHROMIUM"], !named.isEmpty { return named }
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        for name in ["chromium", "chromium-browser", "google-chrome"] {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") { return "\(folder)/\(name)" }
        }
        return nil
    }()

    /// Why tests in a browser are left out.
    static let missing: Comment = "no Chromium here: install it (Debian: chromium) or name it in CHROMIUM"

    struct Result {
        /// The document after it was laid out.
        var document: String
        /// What pages wrote to the console.
        var console: [String]
    }

    /// Opens a page and waits until it has settled.
    static func open(_ page: String, arguments: [String] = []) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zendet-chromium-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("page.html")
        try Data(page.utf8).write(to: file)
        func handle(_ name: String) throws -> FileHandle {
            let url = folder.appendingPathComponent(name)
            try Data().write(to: url)
            return try FileHandle(forWritingTo: url)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--enable-logging=stderr",
                "--user-data-dir=\(folder.path)/profile", "--virtual-time-budget=3000",
            ] + arguments + ["--dump-dom", file.absoluteString]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try handle("out")
        process.standardError = try handle("err")
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }
        #expect(process.terminationStatus == 0)
        return Result(document: try text("out"), console: try text("err").split(separator: "\n").filter { $0.contains(":CONSOLE") }.map(String.init))
    }
}
