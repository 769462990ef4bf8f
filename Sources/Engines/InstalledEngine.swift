import Foundation

/// What a Python has of a runtime.
public struct InstalledEngine: Hashable, Sendable, Codable {
    public var engine: String
    /// Nil where it is not installed.
    public var version: String?
    /// Packages that are missing.
    public var missing: [String]
    /// The command that installs them; nil where none is missing.
    public var install: String?

    public var isUsable: Bool { missing.isEmpty }

    /// Asks a Python which runtimes it has, without loading them.
    ///
    /// - Throws: `EngineError`: no such Python, or one that does not run the adapter.
    public static func all(python: String) throws(EngineError) -> [InstalledEngine] {
        let process = try ChildProcess([python, "-c", Adapter.text, "--list"], name: python, errors: .kept)
        var found: [InstalledEngine] = []
        for _ in Engine.Runtime.allCases {
            let line = try process.receive()
            guard let entry = try? JSONDecoder().decode(InstalledEngine.self, from: Data(line.utf8)) else {
                throw EngineError(.badAnswer, "\(python): the adapter's list has the line '\(EngineAnswer.short(line, 120))'; is it a Python of version 3.8 or later?")
            }
            found.append(entry)
        }
        return found
    }
}
