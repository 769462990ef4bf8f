import Engines
import Foundation
import Latency
import Report

/// A file that keeps what was verified, one line for each network, so that a long run goes on where it was.
final class VerifyFile {
    private let path: String?
    private var records: [VerifyRecord] = []

    /// - Parameter path: nil keeps nothing.
    /// - Throws: `CommandError` for a file that holds anything else.
    init(_ path: String?) throws(CommandError) {
        self.path = path
        guard let path else { return }
        try AtomicFile.check(path)
        guard AtomicFile.exists(path) else { return }
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandError(.missingInput, "\(path): cannot be read") }
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            do { records.append(try JSONDecoder().decode(VerifyRecord.self, from: line)) } catch {
                throw CommandError(.badInput, "\(path):\(number + 1): this line is no record of 'zendet verify --record'; name another file")
            }
        }
    }

    /// What this version found before, on this machine, of the same network in the same setting and the same engines, if it is worth keeping.
    func record(of setting: VerifyRecord.Setting, engines: [Engine], in environment: EnvironmentRecord) -> VerifyRecord? {
        records.last { record in
            record.setting == setting && record.environment.machine == environment.machine && record.environment.toolVersion == environment.toolVersion
                && record.verdict != .invalid && record.engines.map(\.engine) == engines.map(\.name)
                && record.engines.map(\.command) == engines.map(\.givenCommand)
        }
    }

    /// Adds a record: the whole file is replaced in one step, so that an interruption leaves the old one.
    func append(_ record: VerifyRecord) throws {
        records.append(record)
        guard let path else { return }
        try AtomicFile.write(try records.map { try JSONReport.line($0) }.joined(), to: path)
    }
}
