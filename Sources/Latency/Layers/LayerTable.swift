import Foundation
import GRDB

/// Measured times of single layers, kept between runs in an SQLite file.
///
/// A row belongs to one machine, one engine version, instruction set, number of threads and set of CPUs; rows of others are never used.
/// Writes are transactions in write-ahead mode, so readers never wait and a killed process leaves the table as it was before.
public final class LayerTable: Sendable {
    /// Under what conditions the rows of a table hold.
    public struct Context: Hashable, Sendable {
        /// Fingerprint of the machine; no host name.
        public var machine: String
        /// Version of the engine, see ``EngineVersion``.
        public var engine: String
        /// Instruction set, as on the command line.
        public var isa: String
        public var threads: Int
        /// The CPUs in list form, "0-3,8".
        public var cpus: String

        public init(machine: String, engine: String, isa: String, threads: Int, cpus: String) {
            self.machine = machine
            self.engine = engine
            self.isa = isa
            self.threads = threads
            self.cpus = cpus
        }
    }

    /// One measured layer.
    public struct Row: Hashable, Sendable {
        /// The layer in words, see ``LayerKey``.
        public var layer: String
        public var medianNanoseconds: Double
        public var samplesNanoseconds: [UInt64]
        public var verdict: Verdict
        /// UTC, ISO 8601, to the second.
        public var measuredAt: String

        public init(layer: String, medianNanoseconds: Double, samplesNanoseconds: [UInt64], verdict: Verdict, measuredAt: String) {
            self.layer = layer
            self.medianNanoseconds = medianNanoseconds
            self.samplesNanoseconds = samplesNanoseconds
            self.verdict = verdict
            self.measuredAt = measuredAt
        }

        /// What the layer is taken to cost: the median; of an INVALID measurement the fastest sample, since a disturbance only adds time.
        public var priceNanoseconds: Double {
            verdict == .invalid ? samplesNanoseconds.min().map { Double($0) } ?? medianNanoseconds : medianNanoseconds
        }
    }

    /// The file, or nil for a table that lives in memory only.
    public let path: String?
    /// Why the table is not kept, for a person to read; nil when it is.
    public let warning: String?
    private let database: DatabaseQueue

    /// Opens the table at `path`, or makes it.
    ///
    /// A place that cannot be written to gives a table in memory with a ``warning``.
    ///
    /// - Throws: `malformed` for a file that is damaged or not a layer table, `tooNew` for one of a newer version; the file is left as it is.
    public init(path: String = LayerTable.defaultPath()) throws(LatencyError) {
        let opened = try LayerTableFile.open(path: path)
        database = opened.database
        warning = opened.warning
        self.path = opened.warning == nil ? path : nil
    }

    /// A table in memory only.
    public init(inMemory: Void) throws(LatencyError) {
        database = try LayerTableFile.inMemory()
        path = nil
        warning = nil
    }

    /// $XDG_CACHE_HOME/zendet/layers.sqlite, or ~/.cache/zendet/layers.sqlite.
    ///
    /// An XDG_CACHE_HOME that is not absolute is ignored, as the XDG Base Directory Specification asks.
    public static func defaultPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/zendet/layers.sqlite" }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return home + "/.cache/zendet/layers.sqlite"
    }

    /// The row of a layer under these conditions, or nil.
    public func row(_ layer: String, _ context: Context) throws(LatencyError) -> Row? {
        try access("read") { database in
            try LayerTableFile.Stored.fetchOne(
                database,
                sql: """
                    SELECT * FROM layer WHERE machine = ? AND engine = ? AND isa = ? AND threads = ? AND cpus = ? AND layer = ?
                    """,
                arguments: [context.machine, context.engine, context.isa, context.threads, context.cpus, layer])?.row()
        }
    }

    /// Every row under these conditions, ordered by layer.
    public func rows(_ context: Context) throws(LatencyError) -> [Row] {
        try access("read") { database in
            try LayerTableFile.Stored.fetchAll(
                database,
                sql: """
                    SELECT * FROM layer WHERE machine = ? AND engine = ? AND isa = ? AND threads = ? AND cpus = ? ORDER BY layer
                    """,
                arguments: [context.machine, context.engine, context.isa, context.threads, context.cpus]).map { try $0.row() }
        }
    }

    /// Stores a row in one transaction; a row of the same layer and conditions is replaced.
    public func store(_ row: Row, _ context: Context) throws(LatencyError) {
        try access("write") { database in
            try LayerTableFile.Stored(row, context).insert(database, onConflict: .replace)
        }
    }

    private func access<T: Sendable>(_ what: String, _ work: @Sendable (Database) throws -> T) throws(LatencyError) -> T {
        do {
            return try what == "read" ? database.read(work) : database.write(work)
        } catch let error as LatencyError {
            throw error
        } catch {
            throw LatencyError(.storage, "\(path ?? "the layer table in memory"): cannot \(what) a layer: \(error)")
        }
    }
}
