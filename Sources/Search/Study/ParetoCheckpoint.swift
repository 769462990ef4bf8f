import Architecture
import Foundation

/// The state of a search for a front between two children, apart from what it has seen.
struct ParetoCheckpoint: Codable {
    var individual: UInt64
    var evaluations: Int
    var duplicates: Int
    var fruitless: Int
    var nextPricing: Int
    var isEstimating: Bool
    /// The front, in the order of its points.
    var population: [ScoredNumbers]
    var priced: [ScoredNumbers]
    var snapshots: [ParetoRun.Snapshot]

    static func save(_ run: ParetoRun, task: String, in study: Study) throws(SearchError) {
        guard study.isSaveDue else { return }
        func encode(_ point: ParetoFront<Individual>.Point) -> ScoredNumbers {
            ScoredNumbers(blocks: StructureCoding.numbers(point.member.blocks), score: point.member.score, nanoseconds: nil)
        }
        let checkpoint = ParetoCheckpoint(
            individual: run.individual, evaluations: run.evaluations, duplicates: run.duplicates, fruitless: run.fruitless, nextPricing: run.nextPricing,
            isEstimating: run.isEstimating, population: run.front.points.map(encode), priced: run.priced.points.map(encode), snapshots: run.snapshots)
        let body: Data
        do { body = try JSONEncoder().encode(checkpoint) } catch {
            throw SearchError(.studyStorage, "\(study.path): the state of the search cannot be written: \(error)")
        }
        try study.save(task: task, body: body, seen: [run.seen.hashes])
    }
}

extension ParetoRun {
    /// Takes up the state of a checkpoint; see the same of `EvolutionRun`.
    mutating func restore(_ saved: StudyCheckpoint, _ coding: StructureCoding) throws(SearchError) {
        let checkpoint: ParetoCheckpoint
        do { checkpoint = try JSONDecoder().decode(ParetoCheckpoint.self, from: saved.body) } catch {
            throw coding.malformed("its checkpoint: \(error)")
        }
        individual = checkpoint.individual
        evaluations = checkpoint.evaluations
        evaluationsBefore = checkpoint.evaluations
        duplicates = checkpoint.duplicates
        fruitless = checkpoint.fruitless
        nextPricing = checkpoint.nextPricing
        isEstimating = checkpoint.isEstimating
        snapshots = checkpoint.snapshots
        seen = StructureSet(saved.seen.first ?? [])
        if isEstimating { _ = evaluator.refit() }
        for numbers in checkpoint.population { try insert(numbers, coding, into: &front) }
        for numbers in checkpoint.priced { try insert(numbers, coding, into: &priced) }
    }

    private func insert(_ numbers: ScoredNumbers, _ coding: StructureCoding, into front: inout ParetoFront<Individual>) throws(SearchError) {
        let blocks = try coding.blocks(numbers.blocks)
        let places = try evaluator.places(blocks)
        let nanoseconds: Double? = !needsLatency ? nil : isEstimating ? evaluator.estimatedNanoseconds(places) : try evaluator.nanoseconds(places)
        let vector = costs(score: numbers.score, totals: evaluator.totals(places).totals, nanoseconds: nanoseconds)
        _ = front.insert(vector, Individual(blocks: blocks, places: places, score: numbers.score, hash: structureHash(blocks)))
    }
}
