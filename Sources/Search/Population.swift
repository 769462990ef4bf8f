import Architecture

/// One structure of a population.
struct Individual {
    var blocks: [Block]
    /// Places of the blocks' terms in the evaluator.
    var places: [Int32]
    var score: Double
    var hash: UInt64
}

/// The best structures found, best first, no two alike.
struct Population {
    let capacity: Int
    private(set) var individuals: [Individual] = []

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        individuals.reserveCapacity(capacity + 1)
    }

    /// A population as it stood, best first.
    init(capacity: Int, sorted individuals: [Individual]) {
        self.init(capacity: capacity)
        self.individuals.append(contentsOf: individuals.prefix(capacity))
    }

    var best: Individual? { individuals.first }

    /// A score that a newcomer must exceed.
    @inline(__always)
    var threshold: Double { individuals.count < capacity ? -.infinity : individuals[individuals.count - 1].score }

    /// Inserts behind those with the same score; drops the last one beyond the capacity.
    mutating func insert(_ individual: Individual) {
        var low = 0
        var high = individuals.count
        while low < high {
            let middle = (low + high) / 2
            if individuals[middle].score >= individual.score { low = middle + 1 } else { high = middle }
        }
        individuals.insert(individual, at: low)
        if individuals.count > capacity { individuals.removeLast() }
    }

    mutating func keep(_ isKept: (Individual) -> Bool) { individuals.removeAll { !isKept($0) } }

    /// Takes over individuals that are not here yet.
    mutating func merge(_ others: [Individual]) {
        var hashes = Set(individuals.map(\.hash))
        for individual in others where individual.score > threshold && hashes.insert(individual.hash).inserted {
            insert(individual)
        }
    }

    /// A parent: the best of `tournament` drawn at random; 1 is the reference's plain random choice.
    @inline(__always)
    func parentIndex(tournament: Int, using generator: inout KeyedGenerator) -> Int {
        var index = generator.next(below: individuals.count)
        // Sorted, so the smallest index is the best.
        for _ in 1..<max(tournament, 1) { index = min(index, generator.next(below: individuals.count)) }
        return index
    }
}
