import Architecture
import Foundation

/// The state of an evolution between two children, apart from what it has seen.
struct EvolutionCheckpoint: Codable {
    var individual: UInt64
    var evaluations: Int
    var duplicates: Int
    var fruitless: Int
    var restarts: Int
    var lastGain: Int
    var coarseEnd: Int
    var nextPricing: Int
    var isEstimating: Bool
    /// Nil where nothing was found yet.
    var best: Double?
    var bestInLife: Double?
    var start: ScoredNumbers?
    var population: [ScoredNumbers]
    var archive: [ScoredNumbers]
    /// Nil in studies of versions that kept none.
    var gains: [Gain]?
}

/// Keeps an evolution's state in a study.
struct EvolutionKeeper {
    let study: Study
    let task: String

    func save(_ run: EvolutionRun) throws(SearchError) {
        func encode(_ individual: Individual) -> ScoredNumbers {
            ScoredNumbers(blocks: StructureCoding.numbers(individual.blocks), score: individual.score, nanoseconds: nil)
        }
        let checkpoint = EvolutionCheckpoint(
            individual: run.individual, evaluations: run.evaluations, duplicates: run.duplicates, fruitless: run.fruitless, restarts: run.restarts,
            lastGain: run.lastGain, coarseEnd: run.coarseEnd, nextPricing: run.nextPricing, isEstimating: run.isEstimating,
            best: run.best.isFinite ? run.best : nil, bestInLife: run.bestInLife.isFinite ? run.bestInLife : nil, start: run.start.map(encode),
            population: run.population.individuals.map(encode), archive: run.archive.individuals.map(encode), gains: run.gains)
        let body: Data
        do { body = try JSONEncoder().encode(checkpoint) } catch {
            throw SearchError(.studyStorage, "\(study.path): the state of the search cannot be written: \(error)")
        }
        try study.save(task: task, body: body, seen: [run.seen.hashes, run.seenInLife.hashes])
    }
}

extension EvolutionRun {
    /// Takes up the state of a checkpoint. The evaluator has the prices up to it.
    ///
    /// Under a latency budget a checkpoint follows a pricing, so the estimates are those of a fresh fit, as they were then.
    mutating func restore(_ saved: StudyCheckpoint, _ coding: StructureCoding) throws(SearchError) {
        let checkpoint: EvolutionCheckpoint
        do { checkpoint = try JSONDecoder().decode(EvolutionCheckpoint.self, from: saved.body) } catch {
            throw coding.malformed("its checkpoint: \(error)")
        }
        func decode(_ numbers: ScoredNumbers) throws(SearchError) -> Individual {
            let blocks = try coding.blocks(numbers.blocks)
            return Individual(blocks: blocks, places: try evaluator.places(blocks), score: numbers.score, hash: structureHash(blocks))
        }
        individual = checkpoint.individual
        evaluations = checkpoint.evaluations
        evaluationsBefore = checkpoint.evaluations
        duplicates = checkpoint.duplicates
        fruitless = checkpoint.fruitless
        restarts = checkpoint.restarts
        lastGain = checkpoint.lastGain
        coarseEnd = checkpoint.coarseEnd
        nextPricing = checkpoint.nextPricing
        isEstimating = checkpoint.isEstimating
        gains = checkpoint.gains ?? []
        best = checkpoint.best ?? -.infinity
        bestInLife = checkpoint.bestInLife ?? -.infinity
        start = try checkpoint.start.map(decode)
        population = Population(capacity: options.populationSize, sorted: try checkpoint.population.map(decode))
        archive = Population(capacity: options.populationSize, sorted: try checkpoint.archive.map(decode))
        seen = StructureSet(saved.seen.first ?? [])
        seenInLife = StructureSet(saved.seen.count > 1 ? saved.seen[1] : [])
        if isEstimating { _ = evaluator.refit() }
    }
}
