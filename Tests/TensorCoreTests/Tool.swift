import Foundation

/// A program that the tests ask: a disassembler, a compiler, an emulator.
struct Tool: Sendable {
    let path: String

    /// The first of the paths that can be executed.
    init?(_ paths: String...) {
        guard let path = paths.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
        self.path = path
    }

    /// A program on the PATH.
    init?(named name: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
        self.path = path
    }

    /// The binary that these tests are in.
    static let ownBinary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()

    /// What the program prints, on standard error too if asked for, and its exit code.
    func run(_ arguments: [String], withErrors: Bool = false) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = withErrors ? pipe : FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}
