import Architecture
import Search
import Testing

@Suite struct ProbeNetworksTests {
    @Test func allClassesInTurnWithinTheLimit() throws {
        let probes = try ProbeNetworks(seed: 7, mostMACs: 2_000_000_000)
        var kinds: Set<BlockKind> = []
        var sides: Set<Int> = []
        var structures: Set<Structure> = []
        for number in 0..<60 {
            let probe = probes.probe(number)
            #expect(probe.macs <= 2_000_000_000)
            #expect(try probe.structure.cost(resolution: probe.resolution).macs == probe.macs)
            kinds.insert(probe.structure.blocks[1].kind)
            sides.insert(probe.resolution)
            structures.insert(probe.structure)
        }
        #expect(kinds == [.superResK1KXK1, .superResKXKX, .superResK1KX, .superResK1DWK1, .superResK1DWSEK1])
        #expect(sides.count > 8)
        #expect(structures.count == 60)
    }

    @Test func aNumberIsAlwaysTheSameNetworkAndAnotherSeedAnotherOne() throws {
        let (a, b, c) = (try ProbeNetworks(seed: 1), try ProbeNetworks(seed: 1), try ProbeNetworks(seed: 2))
        for number in [0, 3, 17] {
            #expect(a.probe(number) == b.probe(number))
            #expect(a.probe(number).structure.blocks != c.probe(number).structure.blocks)
        }
    }

    /// Every second of each class: 5x5, or 7x7 where the class has it; the others stay as they are.
    @Test func theWidestKernelsAreIncluded() throws {
        let plain = try ProbeNetworks(seed: 4, mostMACs: 2_000_000_000)
        let probes = try ProbeNetworks(seed: 4, mostMACs: 2_000_000_000, includesWidest: true)
        var wide = 0
        for number in 0..<60 {
            let probe = probes.probe(number)
            #expect(probe.macs <= 2_000_000_000)
            guard number / 5 % 2 == 1 else {
                #expect(probe == plain.probe(number))
                continue
            }
            // A kernel may not be much larger than its map.
            let kernels = probe.structure.blocks.dropFirst().map(\.kernelSize)
            if kernels.first == kernels.max(), kernels.max()! >= 5 { wide += 1 }
        }
        // Of 30, the 12 of two classes without 5x5 cannot.
        #expect(wide >= 15, "\(wide)")
        // A limit that leaves none with wide kernels still gives networks.
        let small = try ProbeNetworks(seed: 4, mostMACs: 500_000_000, includesWidest: true)
        #expect((5..<10).allSatisfy { small.probe($0).macs <= 500_000_000 })
    }
}
