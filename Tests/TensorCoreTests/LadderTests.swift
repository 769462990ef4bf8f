import Ladder
import TensorCore
import Testing

@Suite("Every operator against plain loops in double precision")
struct LadderTests {
    @Test("Every case of a ladder, for every instruction set", arguments: InstructionSet.available, Ladder.all)
    func matches(isa: InstructionSet, ladder: Ladder) {
        let tally = ladder.run(.of(isa))
        #expect(tally.failureCount == 0, "\(ladder.name): \(tally.failures.joined(separator: "\n"))")
        #expect(tally.executed == ladder.cases && ladder.cases > 0, "\(ladder.name)")
    }

    @Test("The ladders are as long as they were: 1596 cases for each instruction set")
    func length() {
        #expect(Ladder.all.reduce(0) { $0 + $1.cases } == 1596)
        #expect(Set(Ladder.all.map(\.name)).count == 22)
    }

    @Test("Panels cover the padded channels, in whole vectors and as many as are counted", arguments: InstructionSet.available)
    func panels(isa: InstructionSet) {
        let tiles = KernelSet.of(isa).tiles
        for padded in stride(from: TensorLayout.channelGranularity, through: 512, by: TensorLayout.channelGranularity) {
            let vectors = tiles.vectors(padded)
            #expect(vectors.reduce(0, +) * tiles.lanes == padded && vectors.count == tiles.panelCount(padded), "\(padded) channels: \(vectors)")
            for count in 0...vectors.count {
                #expect(tiles.vectors(first: count, of: padded) == vectors.prefix(count).reduce(0, +), "\(count) panels of \(padded) channels")
            }
            #expect(vectors.max()! * tiles.lanes <= tiles.width(padded) && vectors == vectors.sorted(by: >), "\(padded) channels: \(vectors)")
        }
    }

    @Test("Every registered tile is reached by some width of the ladder", arguments: InstructionSet.available)
    func everyTileIsReached(isa: InstructionSet) {
        let kernels = KernelSet.of(isa)
        let maximum = kernels.convolution[1].count
        let single = 2 * isa.lanes > TensorLayout.channelGranularity ? maximum : 0
        // Three vectors only where two have no room for many rows: sixteen registers of eight lanes.
        let wide = kernels.convolution[2].count
        #expect(kernels.convolution.count == 3 && kernels.convolution[0].count == single && maximum >= 4 && wide == (isa.lanes == 8 ? 4 : 0))
        // A row of w ≤ maximum pixels is one tile of w: the ladder holds every width from 1 to 17.
        let rows = convolutionRungs.filter { $0.shape.kernelSize == 1 && $0.shape.stride == 1 && $0.outputHalo > 0 }
        #expect(Set(rows.map(\.width)).isSuperset(of: 1...maximum))
        // 64 channels: panels of three vectors, and one of two after them.
        #expect(wide == 0 || Set(rows.filter { $0.shape.outChannels == 64 }.map(\.width)).isSuperset(of: 1...wide))
    }
}
