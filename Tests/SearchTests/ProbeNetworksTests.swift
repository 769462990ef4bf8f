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
}
