import Architecture
import Foundation
import GRDB

/// A search's memory on disk. Whatever ends the process, going on with the file gives what an undisturbed run would have given.
///
/// The log holds the answers from outside (prices of blocks, measured networks) and the results of finished runs; each is one transaction in
/// write-ahead mode. Going on means searching again from the beginning with the recorded answers: finished runs are taken over, the one that was
/// running continues from its checkpoint, and recorded measurements are never made again. A search that asks for anything but what the log
/// holds next is stopped: then it is not the search that the study was made by.
///
/// Not for sharing between threads. Readers in this or other processes use ``StudyReading``.
public final class Study {
    public let path: String
    public let header: StudyHeader
    let coding: StructureCoding
    private let database: DatabaseQueue
    private let lock: StudyLock
    private let recorded: [StudyEvent]
    private(set) var position = 0
    private(set) var eventCount: Int
    private var checkpoint: StudyCheckpoint?
    /// Search time of earlier sessions.
    public let earlierSeconds: Double
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant
    private var nextSave: ContinuousClock.Instant
    /// The shortest time between two checkpoints; they also take at most a twentieth of the time.
    package var checkpointPause = Duration.seconds(1)
    /// Called after each transaction, for tests that end a search there.
    package var afterWriting: () throws(SearchError) -> Void = {}

    /// Makes a new study.
    ///
    /// - Throws: `SearchError` with `.studyInUse`, or `.studyStorage` if the file is there or cannot be made.
    public static func create(path: String, header: StudyHeader) throws(SearchError) -> Study {
        let lock = try StudyLock(study: path)
        try StudyFile.create(path: path, header: header)
        return try Study(path: path, lock: lock)
    }

    /// Opens a study to go on with it.
    ///
    /// - Throws: `SearchError` with `.missingStudy`, `.malformedStudy` or `.studyInUse`; the file is left as it is.
    public static func resume(path: String) throws(SearchError) -> Study {
        // Before the lock, which would leave a file beside a name that is no study.
        _ = try StudyFile.open(path: path, readonly: true)
        return try Study(path: path, lock: StudyLock(study: path))
    }

    private init(path: String, lock: StudyLock) throws(SearchError) {
        self.path = path
        self.lock = lock
        database = try StudyFile.open(path: path, readonly: false)
        do {
            (header, recorded, checkpoint, earlierSeconds) = try database.read { database in
                let seconds = try Double.fetchOne(
                    database, sql: "SELECT MAX(seconds) FROM (SELECT seconds FROM event UNION ALL SELECT seconds FROM checkpoint)")
                return (
                    try StudyFile.header(database, path: path), try StudyFile.events(database, path: path), try StudyFile.checkpoint(database), seconds ?? 0
                )
            }
        } catch let error as SearchError { throw error } catch {
            throw SearchError(.malformedStudy, "\(path): the study cannot be read: \(error)")
        }
        eventCount = recorded.count
        coding = StructureCoding(start: try header.startStructure(path: path), path: path)
        begin = clock.now
        nextSave = begin
    }

    /// Search time of all sessions.
    public var seconds: Double { earlierSeconds + (clock.now - begin) / .seconds(1) }

    // MARK: Answers

    var isReplaying: Bool { position < recorded.count }
    var nextIsTheEnd: Bool { if isReplaying, case .finished = recorded[position] { true } else { false } }

    /// The next recorded event, if it is one that `find` accepts; nil behind the last.
    ///
    /// - Throws: `SearchError` with `.malformedStudy` if the log holds something else there.
    func replay<Found>(_ what: @autoclosure () -> String, _ find: (StudyEvent) -> Found?) throws(SearchError) -> Found? {
        guard isReplaying else { return nil }
        guard let found = find(recorded[position]) else {
            throw SearchError(
                .malformedStudy,
                "\(path): event \(position + 1) of the study is '\(recorded[position].kind)', but the search asks for \(what()): it was not made by this search")
        }
        position += 1
        return found
    }

    /// The next recorded event behind any prices, if `find` accepts it, and these prices; nil if not.
    func skip<Found>(_ find: (StudyEvent) -> Found?) -> (prices: [PricedBlock], found: Found)? {
        var prices: [PricedBlock] = []
        var place = position
        while place < recorded.count, case .priced(let price) = recorded[place] {
            prices.append(price)
            place += 1
        }
        guard place < recorded.count, let found = find(recorded[place]) else { return nil }
        position = place + 1
        return (prices, found)
    }

    /// The checkpoint of a run, and the prices up to it; nil if the study stopped in another one.
    func checkpoint(of task: String) -> (prices: [PricedBlock], checkpoint: StudyCheckpoint)? {
        guard let checkpoint, checkpoint.task == task, checkpoint.events >= position, checkpoint.events <= recorded.count else { return nil }
        var prices: [PricedBlock] = []
        for event in recorded[position..<checkpoint.events] {
            guard case .priced(let price) = event else { return nil }
            prices.append(price)
        }
        position = checkpoint.events
        self.checkpoint = nil
        return (prices, checkpoint)
    }

    // MARK: Writing

    /// Appends an event in one transaction. The end of a run takes its checkpoint away.
    func append(_ event: StudyEvent) throws(SearchError) {
        let seconds = seconds
        try write { [eventCount] database in
            try database.execute(
                sql: "INSERT INTO event (id, kind, body, seconds, written_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [eventCount + 1, event.kind, String(decoding: try event.body(), as: UTF8.self), seconds, Date().formatted(.iso8601)])
            if case .evolved = event { try StudyFile.replaceCheckpoint(database, by: nil, seconds: seconds) }
        }
        eventCount += 1
        try afterWriting()
    }

    /// Whether a checkpoint is worth its time now.
    var isSaveDue: Bool { clock.now >= nextSave && !isReplaying }

    func save(task: String, body: Data, seen: [[UInt64]]) throws(SearchError) {
        let started = clock.now
        let seconds = seconds
        try write { [eventCount] database in
            try StudyFile.replaceCheckpoint(
                database, by: StudyCheckpoint(events: eventCount, task: task, body: body, seen: seen), seconds: seconds)
        }
        nextSave = clock.now + max(checkpointPause, (clock.now - started) * 20)
        try afterWriting()
    }

    private func write(_ work: (Database) throws -> Void) throws(SearchError) {
        do { try database.write(work) } catch {
            throw SearchError(.studyStorage, "\(path): the study cannot be written: \(error); what it holds is intact, go on with --resume when it can be")
        }
    }
}
