import Architecture
import Foundation
import GRDB

/// A study as it stands, read in one snapshot. Safe while a search writes it.
public struct StudyReading: Sendable {
    public enum State: Hashable, Sendable {
        case finished
        case running(process: String)
        /// Its process ended before the search did.
        case interrupted
    }

    /// A network of the study.
    public struct Network: Hashable, Sendable {
        public var structure: Structure
        public var score: Double
        /// Composed from layers; nil where it was not priced.
        public var predictedNanoseconds: Double?
        /// Nil where it was not measured as a whole.
        public var measured: MeasuredNetwork?
        /// What it is called on a front: "knee", "most entropy".
        public var names: [String]

        public init(structure: Structure, score: Double, predictedNanoseconds: Double?, measured: MeasuredNetwork?, names: [String]) {
            self.structure = structure
            self.score = score
            self.predictedNanoseconds = predictedNanoseconds
            self.measured = measured
            self.names = names
        }
    }

    public var path: String
    public var header: StudyHeader
    public var state: State
    public var events: Int
    public var pricedBlocks: Int
    public var measuredNetworks: Int
    /// Of all runs, the present one as far as its checkpoint goes.
    public var evaluations: Int
    /// Search time of all sessions.
    public var seconds: Double
    /// The winner; before the end, the best network so far.
    public var best: Network?
    /// False where the winner misses its latency budget; nil before the end.
    public var meetsBudget: Bool?
    /// The front of a search with several objectives.
    public var front: [Network]
    /// Its hypervolume over time.
    public var trace: [HypervolumePoint]
    /// How the best score grew in each run of an evolution, the present one as far as its checkpoint goes.
    public var gains: [GainTrace]

    /// Whether a file is a study, by its first bytes.
    public static func isStudy(path: String) -> Bool { (try? StudyFile.file.isPresent(at: path)) ?? false }

    /// - Throws: `SearchError` with `.missingStudy` or `.malformedStudy`.
    public init(path: String) throws(SearchError) {
        self.path = path
        let database = try StudyFile.open(path: path, readonly: true)
        let recorded: [StudyEvent], checkpoint: (task: String, run: EvolutionSummary)?
        do {
            (header, recorded, checkpoint, seconds) = try database.read { database in
                let saved = try StudyFile.checkpoint(database, withSeen: false)
                let seconds = try Double.fetchOne(
                    database, sql: "SELECT MAX(seconds) FROM (SELECT seconds FROM event UNION ALL SELECT seconds FROM checkpoint)")
                return (
                    try StudyFile.header(database, path: path), try StudyFile.events(database, path: path),
                    try saved.map { ($0.task, try JSONDecoder().decode(EvolutionSummary.self, from: $0.body)) }, seconds ?? 0
                )
            }
        } catch let error as SearchError { throw error } catch {
            throw SearchError(.malformedStudy, "\(path): the study cannot be read: \(error)")
        }
        let coding = StructureCoding(start: try header.startStructure(path: path), path: path)
        events = recorded.count
        (pricedBlocks, measuredNetworks, evaluations) = (0, 0, 0)
        (front, trace, gains) = ([], [], [])
        state = StudyLock.writer(study: path).map { .running(process: $0) } ?? .interrupted
        var measured: [[BlockNumbers]: MeasuredNetwork] = [:]
        var candidates = checkpoint?.run.population.prefix(1).map(\.self) ?? []
        for event in recorded {
            switch event {
            case .opened: break
            case .priced: pricedBlocks += 1
            case .evolved(let run):
                if let found = run.gains { gains.append(GainTrace(task: run.task, evaluationsBefore: evaluations, gains: found)) }
                evaluations += run.evaluations
                candidates += run.elites.prefix(1)
                trace = run.trace ?? trace
            case .solved(let run): candidates.append(run.best)
            case .measured(let round):
                measuredNetworks += round.networks.count
                for (blocks, network) in zip(round.structures, round.networks) { measured[blocks] = network }
            case .finished(let outcome):
                state = .finished
                meetsBudget = outcome.meetsBudget
                candidates = outcome.winner.map { [$0] } ?? []
                for named in outcome.front ?? [] {
                    front.append(
                        Network(
                            structure: try coding.structure(named.point.blocks), score: named.point.score,
                            predictedNanoseconds: named.point.nanoseconds, measured: measured[named.point.blocks], names: named.names))
                }
            }
        }
        if let checkpoint {
            if let found = checkpoint.run.gains { gains.append(GainTrace(task: checkpoint.task, evaluationsBefore: evaluations, gains: found)) }
            evaluations += checkpoint.run.evaluations
        }
        best = try candidates.max { $0.score < $1.score }.map { numbers throws(SearchError) in
            Network(
                structure: try coding.structure(numbers.blocks), score: numbers.score,
                predictedNanoseconds: state == .finished ? nil : numbers.nanoseconds, measured: measured[numbers.blocks], names: [])
        }
    }
}

/// What a reader needs of a running evolution's checkpoint.
private struct EvolutionSummary: Decodable {
    var evaluations: Int
    var population: [ScoredNumbers]
    var gains: [Gain]?
}
