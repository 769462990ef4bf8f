import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A kind of SQLite file that belongs to this program: how it is recognized, made whole, and refused.
package struct DatabaseFile: Sendable {
    /// What it is, as messages call it: "layer table".
    package var noun: String
    /// Marks a file as ours in SQLite's header.
    package var applicationID: Int32
    /// What a person should do with a file that cannot be used.
    package var remedy: String
    /// What a person should do with a damaged one.
    package var repair: String
    package var migrator: DatabaseMigrator

    package init(noun: String, applicationID: Int32, remedy: String, repair: String, migrator: DatabaseMigrator) {
        self.noun = noun
        self.applicationID = applicationID
        self.remedy = remedy
        self.repair = repair
        self.migrator = migrator
    }

    /// Looks at the first bytes only, so that a foreign file is not even opened as a database.
    ///
    /// - Returns: false when there is no such file.
    package func isPresent(at path: String) throws(LatencyError) -> Bool {
        guard let file = fopen(path, "rb") else {
            // No permission to read: creating it will fail too and says why.
            return false
        }
        defer { fclose(file) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = fread(&header, 1, header.count, file)
        guard count == header.count, Array(header.prefix(16)) == Array("SQLite format 3\0".utf8) else {
            throw LatencyError(.malformed, "\(path): not an SQLite file, a \(noun) was expected; \(remedy)")
        }
        let identity = header[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        guard identity == applicationID else {
            throw LatencyError(.malformed, "\(path): an SQLite file of another program, a \(noun) was expected; \(remedy)")
        }
        return true
    }

    /// Makes the file whole under another name and then links it into place, so that no half-made one is ever seen.
    ///
    /// - Parameter fill: writes what the file begins with.
    /// - Returns: why it cannot be made, or nil; nil too where another process made one meanwhile.
    package func create(path: String, fill: (DatabaseQueue) throws -> Void = { _ in }) -> String? {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        } catch {
            return "its folder cannot be made"
        }
        let unfinished = "\(path).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(unfinished + suffix) }
        }
        do {
            let database = try DatabaseQueue(path: unfinished)
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA application_id = \(applicationID)") }
            try migrator.migrate(database)
            try fill(database)
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try database.close()
        } catch {
            return "it cannot be written"
        }
        if link(unfinished, path) == 0 || errno == EEXIST { return nil }
        // Some file systems have no links; a rename is whole as well.
        return rename(unfinished, path) == 0 ? nil : String(cString: strerror(errno))
    }

    /// Write-ahead mode is a property of the file, set when it was made. Asking for it again here would write to a file that may yet be refused.
    package func configuration(readonly: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.label = noun
        configuration.readonly = readonly
        configuration.busyMode = .timeout(10)
        // Safe in write-ahead mode: a power cut may lose the last rows, never the file.
        if !readonly { configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") } }
        return configuration
    }

    /// Whether an error says that the disk has no room or takes no writing, and nothing of what the file holds.
    static func isRefusedWrite(_ error: DatabaseError) -> Bool {
        let writing: [ResultCode] = [
            .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE, .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMMAP,
        ]
        return [.SQLITE_FULL, .SQLITE_READONLY].contains(error.resultCode) || writing.contains(error.extendedResultCode)
    }

    /// Refuses damaged files and those of a newer version, before anything is written.
    package func check(_ database: DatabaseQueue, path: String) throws {
        let answer = try database.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") } ?? "no answer"
        let verdict = answer.split(separator: "\n").last.map(String.init) ?? answer
        guard verdict == "ok" else { throw LatencyError(.malformed, "\(path): the \(noun) is damaged (\(verdict)); \(repair)") }
        if try database.read({ try migrator.hasBeenSuperseded($0) }) {
            throw LatencyError(
                .tooNew, "\(path): the \(noun) was written by a newer version than \(ZenDetVersion.current); use that one, or name another file")
        }
    }
}
