import Architecture
import Foundation
import GRDB
import Latency
import Search
import Support
import Testing

/// A search that is ended at any event and gone on with gives what an undisturbed one gives.
@Suite struct StudyTests {
    /// Stands for kill -9: nothing after it is written.
    static let killed = SearchError(.sourceFailed, "killed")

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("study-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String = "study.sqlite") -> String { folder.appendingPathComponent(name).path }

    private func header(machine: String = "a machine", seed: UInt64 = 4) throws -> StudyHeader {
        StudyHeader(
            machine: machine, command: ["--seed", "\(seed)"], options: [StudyHeader.Option("--seed", "\(seed)")], start: try R50Problem.space().start,
            resolution: 480, seed: seed, createdAt: "2026-01-01T00:00:00Z")
    }

    /// Measures with a noise that no second measurement repeats, so that measuring again would be seen.
    private final class ForgetfulMeasurer: WholeNetworkMeasurer {
        private(set) var calls = 0
        private var generator = SystemRandomNumberGenerator()
        func measure(_ structures: [Structure]) throws -> MeasuredRound {
            calls += 1
            func measured(_ nanoseconds: Double) -> MeasuredNetwork {
                let value = nanoseconds * Double.random(in: 1...1.02, using: &generator)
                return MeasuredNetwork(
                    medianNanoseconds: value, lowNanoseconds: value * 0.99, highNanoseconds: value * 1.01, ratio: value / 150e6,
                    ratioLow: value / 152e6, ratioHigh: value / 148e6, verdict: .valid, reasons: ["made up"])
            }
            return MeasuredRound(baseline: measured(150e6), networks: try structures.map { measured(1.1 * (try composed($0, resolution: 480, roofline))) })
        }
    }

    private func search(
        _ study: Study?, latency: Bool, _ measurer: ForgetfulMeasurer = ForgetfulMeasurer(), exact: ExactOptions? = nil
    ) throws -> SearchResult {
        var options = LatencySearchOptions()
        options.evolution.evaluations = latency ? 6_000 : 30_000
        options.evolution.pricedBlockMaximum = 150
        options.evolution.stallEvaluations = 5_000
        options.evolution.seed = 4
        options.exact = exact
        var budgets = R50Problem.budgets
        if latency { budgets.latency = .relative(factor: 0.8, baseline: "resnet50") }
        if let study {
            let opening = try study.opening { StudyOpening(baseline: try measurer.measure([]).baseline, composedNanoseconds: 140e6) }
            options.initialCorrection = opening.baseline!.medianNanoseconds / opening.composedNanoseconds!
        }
        return try LatencySearch(
            space: R50Problem.space(), score: closedForm, latency: roofline, measurer: measurer, budgets: budgets, options: options, study: study
        ).run()
    }

    private func same(_ a: SearchResult, _ b: SearchResult) -> Bool {
        a.winner == b.winner && a.finalists == b.finalists && a.corrections == b.corrections && a.evaluations == b.evaluations
            && a.duplicates == b.duplicates && a.pricedBlocks == b.pricedBlocks && a.meetsBudget == b.meetsBudget && a.exact == b.exact
    }

    /// Copies a study with its write-ahead log: what a kill leaves on the disk.
    private func copy(_ from: String, to: String) throws {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: from + suffix) {
            try FileManager.default.copyItem(atPath: from + suffix, toPath: to + suffix)
        }
    }

    /// An undisturbed search with a copy of its study after every `step`-th transaction; each copy is gone on with.
    private func checkEveryEnd(latency: Bool, step: Int, exact: ExactOptions? = nil) throws {
        var copies: [String] = []
        let undisturbed = try {
            let study = try Study.create(path: path(), header: header())
            study.checkpointPause = .zero
            var count = 0
            study.afterWriting = { () throws(SearchError) in
                count += 1
                guard count % step == 0 else { return }
                let name = path("copy-\(count).sqlite")
                do { try copy(path(), to: name) } catch { throw SearchError(.sourceFailed, "\(error)") }
                copies.append(name)
            }
            return try search(study, latency: latency, exact: exact)
        }()
        #expect(copies.count >= 3)
        for copy in copies {
            let study = try Study.resume(path: copy)
            let measurer = ForgetfulMeasurer()
            let result = try search(study, latency: latency, measurer, exact: exact)
            // What was measured before the end is not measured again; what was not has other noise, and other consequences.
            let reading = try StudyReading(path: copy)
            #expect(reading.state == .finished)
            if measurer.calls == 0 { #expect(same(result, undisturbed), "\(copy)") }
            // Gone on with a second time, it is the same again and asks for nothing.
            let silent = ForgetfulMeasurer()
            _ = study
            let again = try search(try reopened(study), latency: latency, silent, exact: exact)
            #expect(same(again, result) && silent.calls == 0, "\(copy)")
        }
    }

    private func reopened(_ study: Study) throws -> Study {
        let name = path("again-\(UUID().uuidString).sqlite")
        try copy(study.path, to: name)
        return try Study.resume(path: name)
    }

    @Test func everyEndWithoutLatency() throws { try checkEveryEnd(latency: false, step: 5) }
    @Test func everyEndWithLatency() throws { try checkEveryEnd(latency: true, step: 37) }
    @Test func everyEndOfTheExactSolver() throws { try checkEveryEnd(latency: false, step: 2, exact: ExactOptions()) }

    /// The measurements of an undisturbed search, and another that is ended and gone on with after each of its transactions: one noise for both.
    @Test(arguments: [false, true]) func endedAgainAndAgain(latency: Bool) throws {
        /// A noise that depends on the networks alone.
        final class Repeatable: WholeNetworkMeasurer {
            var measured: [[Structure]] = []
            func measure(_ structures: [Structure]) throws -> MeasuredRound {
                measured.append(structures)
                func network(_ value: Double) -> MeasuredNetwork {
                    MeasuredNetwork(
                        medianNanoseconds: value, lowNanoseconds: value * 0.99, highNanoseconds: value * 1.01, ratio: value / 150e6,
                        ratioLow: value / 152e6, ratioHigh: value / 148e6, verdict: .valid)
                }
                return MeasuredRound(
                    baseline: network(150e6), networks: try structures.map { network(1.07 * (try composed($0, resolution: 480, roofline))) })
            }
        }
        var options = LatencySearchOptions()
        options.evolution.evaluations = 5_000
        options.evolution.pricedBlockMaximum = 120
        options.evolution.seed = 9
        var budgets = R50Problem.budgets
        if latency { budgets.latency = .nanoseconds(120e6) }
        func run(_ study: Study?, _ measurer: Repeatable) throws -> SearchResult {
            try LatencySearch(
                space: R50Problem.space(), score: closedForm, latency: roofline, measurer: measurer, budgets: budgets, options: options, study: study
            ).run()
        }
        let plain = Repeatable()
        let undisturbed = try run(nil, plain)
        let measurer = Repeatable()
        _ = try Study.create(path: path(), header: header())
        var lives = 0, result: SearchResult?
        while result == nil {
            lives += 1
            try #require(lives < 2_000)
            let study = try Study.resume(path: path())
            study.checkpointPause = .zero
            var left = 1 + lives % 13
            study.afterWriting = { () throws(SearchError) in
                left -= 1
                if left == 0 { throw Self.killed }
            }
            do { result = try run(study, measurer) } catch { #expect(error as? SearchError == Self.killed, "\(error)") }
        }
        #expect(lives > 3)
        #expect(same(result!, undisturbed))
        #expect(measurer.measured == plain.measured, "every round was measured once")
    }

    // MARK: Refusals

    @Test func aSecondWriterIsRefused() throws {
        let study = try Study.create(path: path(), header: header())
        let error = searchError { _ = try Study.resume(path: path()) }
        #expect(error?.code == .studyInUse)
        #expect(error?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true && error?.message.contains(path()) == true)
        #expect(searchError { _ = try Study.create(path: path(), header: header()) }?.code == .studyInUse)
        withExtendedLifetime(study) {}
    }

    @Test func theLockEndsWithTheStudy() throws {
        do { _ = try Study.create(path: path(), header: header()) }
        do { _ = try Study.resume(path: path()) }
        #expect(!FileManager.default.fileExists(atPath: path() + ".lock"))
        #expect(searchError { _ = try Study.create(path: path(), header: header()) }?.message.contains("--resume") == true)
    }

    @Test func readingWhileASearchRuns() throws {
        let study = try Study.create(path: path(), header: header())
        study.checkpointPause = .zero
        var seen: [Int] = []
        var (writes, running) = (0, 0)
        study.afterWriting = { [path = path()] () throws(SearchError) in
            writes += 1
            guard writes % 11 == 0 else { return }
            let reading = try StudyReading(path: path)
            seen.append(reading.evaluations)
            // The end is written too, and may be one of these.
            #expect(reading.state == .finished || reading.state == .running(process: "\(ProcessInfo.processInfo.processIdentifier)"))
            #expect(reading.header.seed == 4)
            running += reading.state == .finished ? 0 : 1
        }
        let result = try search(study, latency: true)
        #expect(running >= seen.count - 1 && running > 5 && zip(seen, seen.dropFirst()).allSatisfy { $0 <= $1 })
        let end = try StudyReading(path: path())
        #expect(end.state == .finished && end.best?.structure == result.winner.structure && end.best?.measured == result.winner.measured)
        #expect(end.evaluations == result.evaluations && end.meetsBudget == result.meetsBudget && end.measuredNetworks == result.finalists.count)
    }

    @Test func namesTheDifferingOptionMachineAndVersion() throws {
        let study = try Study.create(path: path(), header: header())
        #expect(searchError { try study.header.check(against: header(), path: path()) } == nil)
        let option = searchError { try study.header.check(against: header(seed: 5), path: path()) }
        #expect(option?.code == .foreignStudy && option?.message.contains("--seed is 5 on this command line and 4 in the study") == true)
        let machine = searchError { try study.header.check(against: header(machine: "another"), path: path()) }
        #expect(machine?.code == .foreignStudy && machine?.message.contains("there: a machine; here: another") == true)
        var newer = try header()
        newer.version = "9.9.9"
        let version = searchError { try study.header.check(against: newer, path: path()) }
        #expect(version?.code == .foreignStudy && version?.message.contains("9.9.9") == true && version?.message.contains(ZenDetVersion.current) == true)
    }

    /// Files that are no usable study: refused, each with its words, and untouched.
    @Test func unusableFilesAreRefusedAndKept() throws {
        func finished(_ name: String) throws -> String {
            let study = try Study.create(path: path(name), header: header())
            _ = try search(study, latency: false)
            return path(name)
        }
        func sql(_ file: String, _ text: String) throws {
            let database = try DatabaseQueue(path: file)
            try database.write { try $0.execute(sql: text) }
            try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try database.close()
        }
        try Data("no database at all, but long enough to hold a header of a hundred bytes, which this sentence has to fill".utf8)
            .write(to: URL(fileURLWithPath: path("text")))
        try Data().write(to: URL(fileURLWithPath: path("empty")))
        let foreign = try DatabaseQueue(path: path("foreign"))
        try foreign.write { try $0.execute(sql: "CREATE TABLE t (a)") }
        try foreign.close()
        let newer = try finished("newer")
        try sql(newer, "INSERT INTO grdb_migrations VALUES ('2 of the future')")
        let unknown = try finished("unknown")
        try sql(unknown, "INSERT INTO event VALUES (1000000, 'x', '{}', 0, '')")
        let truncated = try finished("truncated")
        try sql(truncated, "SELECT 1")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: truncated))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: truncated))
        for (name, words) in [
            ("text", "not an SQLite file"), ("empty", "not an SQLite file"), ("foreign", "another program"), ("newer", "newer version"),
            ("unknown", "missing"), ("truncated", "study"),
        ] {
            let before = try Data(contentsOf: URL(fileURLWithPath: path(name)))
            for error in [searchError { _ = try Study.resume(path: path(name)) }, searchError { _ = try StudyReading(path: path(name)) }] {
                #expect(error?.code == .malformedStudy, "\(name): \(error?.message ?? "accepted")")
                #expect(error?.message.contains(words) == true && error?.message.contains(name) == true, "\(name): \(error?.message ?? "")")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path(name))) == before, "\(name)")
        }
        #expect(searchError { _ = try Study.resume(path: path("nowhere")) }?.code == .missingStudy)
        #expect(!FileManager.default.fileExists(atPath: path("nowhere.lock")))
    }

    @Test func eventsAreNeverChangedOrRemoved() throws {
        _ = try search(Study.create(path: path(), header: header()), latency: false)
        let database = try DatabaseQueue(path: path())
        for text in ["DELETE FROM event", "UPDATE event SET body = ''"] {
            #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: text) } }
        }
    }

    @Test func aStudyOfAnotherSearchIsStopped() throws {
        do { _ = try search(Study.create(path: path(), header: header()), latency: true) }
        // The same header, but the search asks for other things.
        let error = searchError { _ = try search(try Study.resume(path: path()), latency: false) }
        #expect(error?.code == .malformedStudy && error?.message.contains("not made by this search") == true, "\(error?.message ?? "accepted")")
    }
}
