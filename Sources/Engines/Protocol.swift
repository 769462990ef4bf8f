import Foundation

/// The first line of an engine: what is loaded and ready.
public struct EngineReady: Hashable, Sendable {
    public var version: String
    /// Shapes of the outputs, where the engine tells them.
    public var outputs: [[Int]]?
}

/// The lines that an engine may write. Everything else is refused, and the message quotes it.
enum EngineAnswer {
    private struct Ready: Decodable {
        struct Output: Decodable { var shape: [Int] }
        var ready: Bool?
        var version: String?
        var outputs: [Output]?
        var error: String?
        var missing: Bool?
    }

    private struct Run: Decodable {
        var t: [Double]?
        var error: String?
    }

    /// Runs shorter than this are no runs of a network.
    static let leastSeconds = 1e-7

    /// Reads the first line.
    static func ready(_ line: String, of engine: String) throws(EngineError) -> EngineReady {
        let answer = try decode(Ready.self, line, of: engine, to: "its start", expected: "{\"ready\": true, \"version\": \"…\"}")
        if let error = answer.error {
            throw EngineError(answer.missing == true ? .notInstalled : .cannotRun, "\(engine): \(short(error, 600))")
        }
        guard answer.ready == true else { throw refusal(engine, "its start", line, expected: "{\"ready\": true, \"version\": \"…\"}") }
        return EngineReady(version: short(answer.version ?? "unknown version", 60), outputs: answer.outputs?.map(\.shape))
    }

    /// Reads the answer to `run`.
    ///
    /// - Parameter wallNanoseconds: how long the answer took: the runs cannot have taken longer.
    static func times(_ line: String, runs: Int, wallNanoseconds: UInt64, of engine: String) throws(EngineError) -> [UInt64] {
        let command = "'run \(runs)'"
        let expected = "{\"t\": [\(runs == 1 ? "one time" : "\(runs) times") in seconds]}"
        let answer = try decode(Run.self, line, of: engine, to: command, expected: expected)
        if let error = answer.error { throw EngineError(.cannotRun, "\(engine): \(command): \(short(error, 600))") }
        guard let seconds = answer.t else { throw refusal(engine, command, line, expected: expected) }
        guard seconds.count == runs else { throw EngineError(.badAnswer, "\(engine): answered \(command) with \(seconds.count) times") }
        if let odd = seconds.first(where: { !($0 >= leastSeconds) || $0.isInfinite }) {
            throw EngineError(.badAnswer, "\(engine): answered \(command) with a time of \(odd) s; the time of a run in seconds was expected")
        }
        // Two clocks agree to far better than a twentieth.
        let total = seconds.reduce(0, +), wall = Double(wallNanoseconds) * 1e-9
        guard total <= 1.05 * wall + 1e-3 else {
            throw EngineError(.badAnswer, "\(engine): answered \(command) with \(total) s in all, after \(wall) s; times are in seconds")
        }
        return seconds.map { UInt64(($0 * 1e9).rounded()) }
    }

    /// Reads the answer to a command that has nothing to tell.
    static func done(_ line: String, to command: String, of engine: String) throws(EngineError) {
        let answer = try decode(Run.self, line, of: engine, to: "'\(command)'", expected: "{}")
        if let error = answer.error { throw EngineError(.cannotRun, "\(engine): '\(command)': \(short(error, 600))") }
    }

    private static func decode<Answer: Decodable>(
        _ type: Answer.Type, _ line: String, of engine: String, to command: String, expected: String
    ) throws(EngineError) -> Answer {
        do { return try JSONDecoder().decode(type, from: Data(line.utf8)) } catch {
            throw refusal(engine, command, line, expected: expected)
        }
    }

    private static func refusal(_ engine: String, _ command: String, _ line: String, expected: String) -> EngineError {
        EngineError(.badAnswer, "\(engine): answered \(command) with '\(short(line, 120))'; \(expected) was expected")
    }

    /// On one line, and not longer than a message may be.
    static func short(_ text: String, _ count: Int) -> String {
        let line = text.split { $0.isNewline || $0 == "\0" }.joined(separator: " ").filter { !$0.isASCII || $0 >= " " }
        return line.count <= count ? line : line.prefix(count) + "…"
    }
}
