import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a layer table: making it, recognizing it, its schema.
enum LayerTableFile {
    /// Marked as ours in SQLite's header by "ZDLT".
    static let file = DatabaseFile(
        noun: "layer table", applicationID: 0x5A44_4C54, remedy: "move it away or name another file", repair: "move it away, it will be measured anew",
        migrator: migrator)

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
        /// What cannot be written to is no reason not to measure.
        func inMemory(_ refusal: String) throws(LatencyError) -> Opened {
            Opened(
                database: try Self.inMemory(), warning: "\(path): \(refusal); measured layers are kept in memory and are lost when the program ends")
        }
        if try !file.isPresent(at: path), let refusal = file.create(path: path) { return try inMemory(refusal) }
        if access(path, W_OK) != 0 { return try inMemory(String(cString: strerror(errno))) }
        do {
            let database = try DatabaseQueue(path: path, configuration: file.configuration())
            try file.check(database, path: path)
            if try !database.read({ try migrator.hasCompletedMigrations($0) }) { try migrator.migrate(database) }
            return Opened(database: database, warning: nil)
        } catch let error as LatencyError {
            throw error
        } catch {
            // A disk without room has none for what SQLite writes beside the file either; the file itself may be as good as ever.
            if let error = error as? DatabaseError, DatabaseFile.isRefusedWrite(error) {
                return try inMemory("the disk refuses what has to be written (\(error))")
            }
            throw LatencyError(.malformed, "\(path): not a readable layer table (\(error)); move it away or name another file")
        }
    }
}
