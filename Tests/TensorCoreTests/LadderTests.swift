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

    @Test("The ladders are as long as they were: 1578 cases for each instruction set")
    func length() {
        #expect(Ladder.all.reduce(0) { $0 + $1.cases } == 1578)
        #expect(Set(Ladder.all.map(\.name)).count == 22)
    }

    @Test("Every registered tile is reached by some width of the ladder", arguments: InstructionSet.available)
    func everyTileIsReached(isa: InstructionSet) {
        let kernels = KernelSet.of(isa)
        let maximum = kernels.convolution[1].count
        let single = 2 * isa.lanes > TensorLayout.channelGranularity ? maximum : 0
        #expect(kernels.convolution.count == 2 && kernels.convolution[0].count == single && maximum >= 4)
        // A row of w ≤ maximum pixels is one tile of w: the ladder holds every width from 1 to 17.
        let widths = Set(convolutionRungs.filter { $0.shape.kernelSize == 1 && $0.shape.stride == 1 && $0.outputHalo > 0 }.map(\.width))
        #expect(widths.isSuperset(of: 1...maximum))
    }
}
