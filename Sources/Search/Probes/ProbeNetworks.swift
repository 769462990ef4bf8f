import Architecture

/// Random networks of all spaces and sizes: what a latency model is fitted to, and, from another seed, what it is checked on.
///
/// Every block class in turn, each at a random resolution, structure by a random walk through the class' space. Networks beyond a limit of
/// multiply-accumulates are drawn anew, since they only cost time: a long layer teaches no more than a short one of the same shape.
public struct ProbeNetworks: Sendable {
    public struct Probe: Hashable, Sendable {
        public var structure: Structure
        /// Side of the network's own input in pixels.
        public var resolution: Int
        public var macs: Int
    }

    public let seed: UInt64
    /// Multiply-accumulates of the largest network.
    public let mostMACs: Int
    /// Every second network of a class has the widest kernels that its space allows, if the limit does: random walks seldom get there, and searches nearly always do.
    public let includesWidest: Bool
    private let spaces: [[DesignSpace]]

    /// Sides of the network's own input. Some are no multiples of 32, so that maps of odd sides occur.
    public static let resolutions = [128, 160, 192, 224, 256, 288, 320, 384, 416, 448, 512, 640]

    /// The structures that the five spaces begin from.
    public static let starts = ["start-r50", "start-damo-kxkx", "start-damo-k1kx", "start-mbv2", "start-deepmad-29m-224"]

    /// - Parameter resolutions: sides of the image to draw from.
    /// - Precondition: `mostMACs` admits something, a tenth of a billion at least.
    /// - Throws: `SearchError` for a side that the spaces' networks do not fit.
    public init(
        seed: UInt64, mostMACs: Int = 12_000_000_000, resolutions: [Int] = Self.resolutions, includesWidest: Bool = false
    ) throws(SearchError) {
        precondition(mostMACs >= 100_000_000, "a limit of \(mostMACs) multiply-accumulates leaves no networks")
        self.seed = seed
        self.mostMACs = mostMACs
        self.includesWidest = includesWidest
        var spaces: [[DesignSpace]] = []
        for name in Self.starts {
            guard let start = Zoo.entry(named: name)?.build().structure else { preconditionFailure("no structure \(name) in the zoo") }
            var ofStart: [DesignSpace] = []
            for resolution in resolutions {
                // A space-to-depth stem reads a map of half the image's side.
                let side = start.blocks[0].inChannels == 12 ? resolution / 2 : resolution
                ofStart.append(try DesignSpace(start: start, resolution: side))
            }
            spaces.append(ofStart)
        }
        self.spaces = spaces
    }

    /// The probe of a number; the same one each time.
    public func probe(_ number: Int) -> Probe {
        var random = KeyedGenerator(seed: seed, individual: UInt64(number))
        let ofStart = spaces[number % spaces.count]
        // A low limit may leave no network with wide kernels.
        var widestDraws = includesWidest && number / spaces.count % 2 == 1 ? Self.widestDraws : 0
        while true {
            let space = ofStart[random.next(below: ofStart.count)]
            // From a few mutations to many: small networks near the start, and large ones far from it.
            let mutations = space.blockCount * (1 + random.next(below: 8))
            var structure = space.random(seed: seed, individual: random.next(), mutations: mutations)
            structure.name = "probe-\(number)"
            if widestDraws > 0 {
                widestDraws -= 1
                for (index, position) in space.positions.enumerated() { structure.blocks[index].kernelSize = position.kernelSizes.max()! }
            }
            guard let cost = try? structure.cost(resolution: space.resolution), cost.macs <= mostMACs else { continue }
            return Probe(structure: structure, resolution: space.resolution, macs: cost.macs)
        }
    }

    /// How many draws with the widest kernels may go beyond the limit.
    private static let widestDraws = 100
}
