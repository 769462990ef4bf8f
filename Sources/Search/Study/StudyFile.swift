import Foundation
import GRDB
import Latency

/// The file of a study: an append-only log of events, and one checkpoint of the evolution that is running.
enum StudyFile {
    /// Marked as ours in SQLite's header by "ZDST".
    static let file = DatabaseFile(
        noun: "study", applicationID: 0x5A44_5354, remedy: "name another file", repair: "restore it from a copy, or begin a new study", migrator: migrator)

    /// The schema, version by version. A version that was released is never edited.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE study (id INTEGER PRIMARY KEY CHECK (id = 1), header TEXT NOT NULL);
                    CREATE TABLE event (
                        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, seconds REAL NOT NULL, written_at TEXT NOT NULL);
                    CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
                    CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
                    CREATE TABLE checkpoint (
                        id INTEGER PRIMARY KEY CHECK (id = 1), events INTEGER NOT NULL, task TEXT NOT NULL, body TEXT NOT NULL, seconds REAL NOT NULL);
                    CREATE TABLE seen (life INTEGER NOT NULL, part INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (life, part));
                    """)
        }
        return migrator
    }

    /// Opens a study that exists.
    ///
    /// - Throws: `SearchError` with `.missingStudy`, or `.malformedStudy` for one that is damaged, foreign or newer; the file is left as it is.
    static func open(path: String, readonly: Bool) throws(SearchError) -> DatabaseQueue {
        do {
            guard try file.isPresent(at: path) else {
                let reason = access(path, F_OK) == 0 ? "cannot be read" : "no such study"
                throw SearchError(.missingStudy, "\(path): \(reason); a study is made with --study FILE")
            }
            let database = try DatabaseQueue(path: path, configuration: file.configuration(readonly: readonly))
            try file.check(database, path: path)
            return database
        } catch let error as SearchError {
            throw error
        } catch let error as LatencyError {
            throw SearchError(.malformedStudy, error.message)
        } catch {
            throw SearchError(.malformedStudy, "\(path): not a readable study (\(error)); restore it from a copy, or begin a new study")
        }
    }

    /// Makes a study with its header.
    static func create(path: String, header: StudyHeader) throws(SearchError) {
        guard access(path, F_OK) != 0 else {
            throw SearchError(.studyStorage, "\(path): is there already; go on with it by --resume \(path), or name another file")
        }
        let refusal = file.create(path: path) { database in
            let text = String(decoding: try JSONEncoder().encode(header), as: UTF8.self)
            try database.write { try $0.execute(sql: "INSERT INTO study (id, header) VALUES (1, ?)", arguments: [text]) }
        }
        if let refusal { throw SearchError(.studyStorage, "\(path): \(refusal); name another file") }
    }

    static func header(_ database: Database, path: String) throws -> StudyHeader {
        guard let text = try String.fetchOne(database, sql: "SELECT header FROM study") else {
            throw SearchError(.malformedStudy, "\(path): the study has no header; begin a new study")
        }
        return try JSONDecoder().decode(StudyHeader.self, from: Data(text.utf8))
    }

    /// All events in their order.
    static func events(_ database: Database, path: String) throws -> [StudyEvent] {
        let rows = try Row.fetchAll(database, sql: "SELECT id, kind, body FROM event ORDER BY id")
        return try rows.enumerated().map { place, row in
            let kind: String = row["kind"]
            guard row["id"] == place + 1 else { throw SearchError(.malformedStudy, "\(path): event \(place + 1) is missing from the study") }
            guard let event = try StudyEvent(kind: kind, body: Data((row["body"] as String).utf8)) else {
                throw SearchError(.malformedStudy, "\(path): event \(place + 1) is of the unknown kind '\(kind)'")
            }
            return event
        }
    }

    static func checkpoint(_ database: Database, withSeen: Bool = true) throws -> StudyCheckpoint? {
        guard let row = try Row.fetchOne(database, sql: "SELECT events, task, body FROM checkpoint") else { return nil }
        var seen: [[UInt64]] = []
        for part in withSeen ? try Row.fetchAll(database, sql: "SELECT life, hashes FROM seen ORDER BY life, part") : [] {
            let life: Int = part["life"]
            let hashes: Data = part["hashes"]
            while seen.count <= life { seen.append([]) }
            hashes.withUnsafeBytes { bytes in
                for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
                    seen[life].append(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                }
            }
        }
        return StudyCheckpoint(events: row["events"], task: row["task"], body: Data((row["body"] as String).utf8), seen: seen)
    }

    static func replaceCheckpoint(_ database: Database, by checkpoint: StudyCheckpoint?, seconds: Double) throws {
        try database.execute(sql: "DELETE FROM checkpoint; DELETE FROM seen")
        guard let checkpoint else { return }
        try database.execute(
            sql: "INSERT INTO checkpoint (id, events, task, body, seconds) VALUES (1, ?, ?, ?, ?)",
            arguments: [checkpoint.events, checkpoint.task, String(decoding: checkpoint.body, as: UTF8.self), seconds])
        // Parts of 8 MiB: SQLite's largest value is below what a long search has seen.
        let partSize = 1 << 20
        for (life, hashes) in checkpoint.seen.enumerated() {
            for (part, begin) in stride(from: 0, to: hashes.count, by: partSize).enumerated() {
                let slice = hashes[begin..<min(begin + partSize, hashes.count)].map(\.littleEndian)
                let data = slice.withUnsafeBytes { Data($0) }
                try database.execute(sql: "INSERT INTO seen (life, part, hashes) VALUES (?, ?, ?)", arguments: [life, part, data])
            }
        }
    }
}

/// Where a run within the search stood.
struct StudyCheckpoint {
    /// Events in the log when it was taken.
    var events: Int
    /// Which run: "evolution 1.0".
    var task: String
    /// The run's state as JSON.
    var body: Data
    /// Hashes of the structures that the run had seen: in all lives, in the present one.
    var seen: [[UInt64]]
}
