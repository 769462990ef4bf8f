import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a layer table: making it, recognizing it, its schema.
enum LayerTableFile {
    /// Marks a file as ours in SQLite's header ("ZDLT").
    static let applicationID: Int32 = 0x5A44_4C54

    struct Opened {
        var database: DatabaseQueue
        var warning: String?
    }

    /// The record of a row as SQLite holds it.
    struct Stored: FetchableRecord, PersistableRecord, Codable {
        static let databaseTableName = "layer"
        var machine: String
        var engine: String
        var isa: String
        var threads: Int
        var cpus: String
        var layer: String
        var median_ns: Double
        /// Little-endian UInt64 each.
        var samples_ns: Data
        var verdict: String
        var measured_at: String

        init(_ row: LayerTable.Row, _ context: LayerTable.Context) {
            machine = context.machine
            engine = context.engine
            isa = context.isa
            threads = context.threads
            cpus = context.cpus
            layer = row.layer
            median_ns = row.medianNanoseconds
            samples_ns = row.samplesNanoseconds.reduce(into: Data()) { data, sample in
                withUnsafeBytes(of: sample.littleEndian) { data.append(contentsOf: $0) }
            }
            verdict = row.verdict.rawValue
            measured_at = row.measuredAt
        }

        /// - Throws: `malformed` for values that this program does not write.
        func row() throws -> LayerTable.Row {
            guard let verdict = Verdict(rawValue: verdict), samples_ns.count % 8 == 0, median_ns.isFinite, median_ns >= 0 else {
                throw LatencyError(
                    .malformed,
                    "the layer table's row of '\(layer)' holds a verdict '\(self.verdict)', \(samples_ns.count) bytes of samples and a median of "
                        + "\(median_ns) ns; delete the table, it will be measured anew")
            }
            let samples = samples_ns.withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 8).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
            }
            return LayerTable.Row(
                layer: layer, medianNanoseconds: median_ns, samplesNanoseconds: samples, verdict: verdict, measuredAt: measured_at)
        }
    }

    /// The schema, version by version. A version that was released is never edited.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.create(table: "layer") { table in
                for name in ["machine", "engine", "isa"] { table.column(name, .text).notNull() }
                table.column("threads", .integer).notNull()
                for name in ["cpus", "layer"] { table.column(name, .text).notNull() }
                table.column("median_ns", .double).notNull()
                table.column("samples_ns", .blob).notNull()
                for name in ["verdict", "measured_at"] { table.column(name, .text).notNull() }
                table.primaryKey(["machine", "engine", "isa", "threads", "cpus", "layer"])
            }
        }
        return migrator
    }

    static func inMemory() throws(LatencyError) -> DatabaseQueue {
        do {
            let database = try DatabaseQueue()
            try migrator.migrate(database)
            return database
        } catch {
            throw LatencyError(.storage, "cannot make a layer table in memory: \(error)")
        }
    }

    static func open(path: String) throws(LatencyError) -> Opened {
        if try !isTable(path: path) {
            if let refusal = create(path: path) {
                return Opened(
                    database: try inMemory(),
                    warning: "\(path): \(refusal); measured layers are kept in memory and are lost when the program ends")
            }
        }
        if access(path, W_OK) != 0 {
            let refusal = String(cString: strerror(errno))
            return Opened(
                database: try inMemory(),
                warning: "\(path): \(refusal); measured layers are kept in memory and are lost when the program ends")
        }
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration(named: "layers"))
            try check(database, path: path)
            if try !database.read({ try migrator.hasCompletedMigrations($0) }) { try migrator.migrate(database) }
            return Opened(database: database, warning: nil)
        } catch let error as LatencyError {
            throw error
        } catch {
            throw LatencyError(.malformed, "\(path): not a readable layer table (\(error)); move it away or name another file")
        }
    }

    /// Looks at the first bytes only, so that a foreign file is not even opened as a database.
    ///
    /// - Returns: false when there is no such file.
    private static func isTable(path: String) throws(LatencyError) -> Bool {
        guard let file = fopen(path, "rb") else {
            // No permission to read: creating it will fail too and says why.
            return false
        }
        defer { fclose(file) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = fread(&header, 1, header.count, file)
        guard count == header.count, Array(header.prefix(16)) == Array("SQLite format 3\0".utf8) else {
            throw LatencyError(.malformed, "\(path): not an SQLite file, a layer table was expected; move it away or name another file")
        }
        let identity = header[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        guard identity == applicationID else {
            throw LatencyError(
                .malformed, "\(path): an SQLite file of another program, a layer table was expected; move it away or name another file")
        }
        return true
    }

    /// Makes the file whole under another name and then links it into place, so that no half-made table is ever seen.
    ///
    /// - Returns: why it cannot be made, or nil.
    private static func create(path: String) -> String? {
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
    private static func configuration(named label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(10)
        // Safe in write-ahead mode: a power cut may lose the last layers, never the file.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        return configuration
    }

    /// Refuses damaged files and those of a newer version, before anything is written.
    private static func check(_ database: DatabaseQueue, path: String) throws {
        let answer = try database.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") } ?? "no answer"
        let verdict = answer.split(separator: "\n").last.map(String.init) ?? answer
        guard verdict == "ok" else {
            throw LatencyError(.malformed, "\(path): the layer table is damaged (\(verdict)); move it away, it will be measured anew")
        }
        if try database.read({ try migrator.hasBeenSuperseded($0) }) {
            throw LatencyError(
                .tooNew,
                "\(path): the layer table was written by a newer version than \(ZenDetVersion.current); use that one, or name another file")
        }
    }
}
