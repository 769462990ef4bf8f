import Architecture

extension DesignSpace {
    /// A network of the space, drawn by a random walk: the start after many coarse mutations, none of which is chosen.
    ///
    /// - Parameters:
    ///   - seed: what the walk is drawn from.
    ///   - individual: which of the walks of that seed; it stands in the network's name.
    ///   - mutations: enough, by default, to change every field of every block a few times.
    public func random(seed: UInt64, individual: UInt64, mutations: Int? = nil) -> Structure {
        var structure = mutant(of: start, seed: seed, individual: individual, count: mutations ?? 8 * blockCount)
        structure.name = "random-\(individual)"
        return structure
    }
}
